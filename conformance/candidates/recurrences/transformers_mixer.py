"""transformers' mixer of Mamba, its own forward, with all that stands around the recurrence handing through what it is given.

Projections and normalisation return it, a window of one input is a convolution of 1.
"""

import inspect
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import torch
from transformers.models.mamba import modeling_mamba as mamba

from ..torch.framework import Tensor
from .handing import Handing

_mixed = inspect.unwrap(mamba.MambaMixer.forward)


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


def mixing(given: Mapping[str, Any], begun: Tensor | None) -> tuple[Tensor, Tensor]:
    """What the mixer gives of raw steps and of both of its branches, and the state that it leaves."""
    u, across = given["u"], [given[name].transpose(1, 2) for name in ("z", "raw", "B", "C")]
    m, channels, _ = u.shape
    mixer = SimpleNamespace(
        layer_idx=0,
        training=False,
        activation=None,
        use_mambapy=False,
        use_associative_scan=False,
        use_conv_bias=False,
        conv_kernel_size=1,
        time_step_rank=channels,
        ssm_state_size=given["B"].shape[1],
        in_proj=lambda x: torch.cat([x, across[0]], -1),
        x_proj=lambda _: torch.cat(across[1:], -1),
        dt_proj=SimpleNamespace(weight=Handing(), bias=given["b"]),
        out_proj=lambda x: x,
        conv1d=convolved(channels, u),
        A_log=given["A_log"],
        D=given["D"],
    )
    cache = OneLayer(None if begun is None else begun.clone(), u.new_zeros(m, channels, 1))
    out = _mixed(mixer, u.transpose(1, 2), cache=cache).transpose(1, 2)
    assert cache.state is not None
    return out, cache.state
