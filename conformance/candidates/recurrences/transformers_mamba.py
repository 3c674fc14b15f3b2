"""transformers' Mamba: its scan and its one step as functions, and its mixer with a cache, which chooses between the two.

The mixer's own forward is run with all that stands around the recurrence handing through what it is given: projections and
normalisation return it, a window of one input is a convolution of 1, a gate of 64 multiplies by 64. All of it rounds to float32.
"""

import inspect

import torch
from transformers.models.mamba import modeling_mamba as mamba
from transformers.utils import logging

from .kernel import Kernel, Tensors
from .operations import candidate
from .transformers_mixer import mixing

PROJECT = "transformers"
AXES = "m n_c n_n T_x"
GATE = 64.0  # its sigmoid is 1 in every dtype

logging.set_verbosity_error()  # that no kernel of another project is installed is what is checked here
_scan, _update = (inspect.unwrap(f) for f in (mamba.mamba_selective_scan, mamba.mamba_selective_state_update))


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


def mixed(given: Tensors) -> Tensors:
    """The mixer on the scan's inputs, in float64, which only its exp(A_log) leaves."""
    u, delta, A, B, C, D = (given[name].double() for name in ("u", "delta", "A", "B", "C", "D"))
    raw = torch.expm1(delta).log()  # it puts a softplus behind
    around = {"raw": raw, "z": torch.full_like(u, GATE), "A_log": (-A).log(), "b": None}
    begun = given["h0"].double() if "h0" in given else None
    out, h = mixing({**around, "u": u, "B": B, "C": C, "D": D}, begun)
    return {"y": (out / GATE).to(given["u"].dtype), "h_last": h.to(given["u"].dtype)}


def layer(given: Tensors) -> Tensors:
    out, h = mixing(given, None)
    return {"out": out, "h_last": h}


def layer_step(given: Tensors) -> Tensors:
    """With a cache the mixer goes a step by itself."""
    weights = {name: given[name] for name in ("A_log", "D", "b")}
    out, h = mixing({**weights, **{n: given[f"{n}t"][..., None] for n in ("u", "raw", "B", "C", "z")}}, given["h_prev"])
    return {"out_t": out[..., 0], "h_next": h}


IN_PLACE = "its step updates the state in place, through which there is no gradient"
FUNCTIONS = candidate(
    PROJECT,
    Kernel(family="selective_scan", axes=AXES, run=scan, step=step, dtypes=("float32",), step_gradient=IN_PLACE),
    Kernel(
        family="selective_scan_layer",
        axes=AXES,
        run=layer,
        step=layer_step,
        dtypes=("float32",),
        step_gradient=IN_PLACE,
    ),
)
CACHED = candidate(
    PROJECT,
    Kernel(family="selective_scan", axes=AXES, run=mixed, options=("h0",), dtypes=("float32",), step_gradient=IN_PLACE),
)
