"""transformers' Mamba: its scan and its one step as functions, and its mixer with a cache, which chooses between the two.

The mixer's own forward is run with all that stands around the recurrence handing through what it is given: projections and
normalisation return it, a window of one input is a convolution of 1, a gate of 64 multiplies by 64. All of it rounds to float32.
"""

import inspect
from types import SimpleNamespace
from typing import Any

import torch
from transformers.models.mamba import modeling_mamba as mamba
from transformers.utils import logging

from ..torch.framework import Tensor
from .kernel import Kernel, Tensors
from .operations import candidate

PROJECT = "transformers"
AXES = "m n_c n_n T_x"
GATE = 64.0  # its sigmoid is 1 in every dtype

logging.set_verbosity_error()  # that no kernel of another project is installed is what is checked here
_scan, _update = (inspect.unwrap(f) for f in (mamba.mamba_selective_scan, mamba.mamba_selective_state_update))
_mixed = inspect.unwrap(mamba.MambaMixer.forward)


def scan(given: Tensors) -> Tensors:
    u, delta, A, B, C, D = (given[name] for name in ("u", "delta", "A", "B", "C", "D"))
    y, h = _scan(u, delta, A, B, C, D=D, return_last_state=True)
    return {"y": y, "h_last": h}


def step(given: Tensors) -> Tensors:
    """Its state is updated in place."""
    h = given["h_prev"].clone()
    u, delta, A, B, C, D = (given[name] for name in ("ut", "deltat", "A", "Bt", "Ct", "D"))
    y = _update(h, u, delta, A, B, C, D=D)
    return {"y_t": y, "h_next": h}


class Handing:
    """A matrix that hands through what it is multiplied with, infinities too."""

    def __matmul__(self, other: Tensor) -> Tensor:
        return other


class OneLayer:
    """The cache of one layer, which convolves nothing."""

    def __init__(self, state: Tensor | None, conv: Tensor) -> None:
        self.state, self.conv = state, None if state is None else conv

    def get_conv_state(self, *_: Any, **__: Any) -> Tensor | None:
        return self.conv

    def get_recurrent_state(self, *_: Any, **__: Any) -> Tensor | None:
        return self.state

    def is_recording_past(self, _: int) -> bool:
        return False

    def update_conv_state(self, x: Tensor, *_: Any, **__: Any) -> Tensor:
        return x

    def update_recurrent_state(self, state: Tensor, *_: Any, **__: Any) -> None:
        self.state = state


def convolved(channels: int, like: Tensor) -> SimpleNamespace:
    """A convolution over one step, by 1."""
    return SimpleNamespace(weight=like.new_ones(channels, 1, 1), bias=None)


def mixed(given: Tensors) -> Tensors:
    """The mixer on the scan's inputs, in float64, which only its exp(A_log) leaves."""
    u, delta, A, B, C, D = (given[name].double() for name in ("u", "delta", "A", "B", "C", "D"))
    steps, channels = torch.expm1(delta).log().transpose(1, 2), u.shape[1]  # it puts a softplus behind
    mixer = SimpleNamespace(
        layer_idx=0,
        training=False,
        activation=None,
        use_mambapy=False,
        use_associative_scan=False,
        use_conv_bias=False,
        conv_kernel_size=1,
        time_step_rank=channels,
        ssm_state_size=B.shape[1],
        in_proj=lambda x: torch.cat([x, torch.full_like(x, GATE)], -1),
        x_proj=lambda _: torch.cat([steps, B.transpose(1, 2), C.transpose(1, 2)], -1),
        dt_proj=SimpleNamespace(weight=Handing(), bias=None),
        out_proj=lambda x: x / GATE,
        conv1d=convolved(channels, u),
        A_log=(-A).log(),
        D=D,
    )
    begun = given["h0"].double().clone() if "h0" in given else None
    cache = OneLayer(begun, u.new_zeros(u.shape[0], channels, 1))
    y = _mixed(mixer, u.transpose(1, 2), cache=cache).transpose(1, 2)
    assert cache.state is not None
    return {"y": y.to(given["u"].dtype), "h_last": cache.state.to(given["u"].dtype)}


IN_PLACE = "its step updates the state in place, through which there is no gradient"
FUNCTIONS = candidate(
    PROJECT,
    Kernel(family="selective_scan", axes=AXES, run=scan, step=step, dtypes=("float32",), step_gradient=IN_PLACE),
)
CACHED = candidate(
    PROJECT,
    Kernel(family="selective_scan", axes=AXES, run=mixed, options=("h0",), dtypes=("float32",), step_gradient=IN_PLACE),
)
