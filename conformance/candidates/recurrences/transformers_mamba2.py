"""transformers' Mamba-2: its scan in chunks and its one step as functions.

What the contract calls v and g are products with a time step there, which is 1.
"""

import inspect
from typing import Any

import torch
from transformers.models.mamba2 import modeling_mamba2 as mamba2

from .chunks import PADDED, padded
from .kernel import Kernel, Tensors
from .operations import candidate

PROJECT = "transformers"
AXES = "m T_x n_h n_hv n_g n_v n_k"  # a state is values by keys

_scan, _update = (inspect.unwrap(f) for f in (mamba2.mamba2_chunk_scan, mamba2.mamba2_selective_state_update))


def scaled(q: Any, given: Tensors) -> Any:
    """The scale of the contract on q: there is none here."""
    return q * given.get("scale", q.shape[-1] ** -0.5)


def scan(given: Tensors) -> Tensors:
    q, k, v, g = (given[name] for name in "qkvg")
    o, S = _scan(
        v,
        torch.ones_like(g),
        g,
        k,
        scaled(q, given),
        padded(given),
        initial_states=given.get("S0"),
        return_final_states=True,
    )
    return {"o": o, "S_last": S}


def step(given: Tensors) -> Tensors:
    q, k, v, g = (given[f"{name}t"] for name in "qkvg")
    S = given["S_prev"].clone()
    o = _update(S, v, torch.ones_like(v), g[:, :, None, None].expand(S.shape), k, scaled(q, given))
    return {"o_t": o, "S_next": S}


IN_PLACE = "its step updates the state in place, through which there is no gradient"
said: dict[str, Any] = {"family": "gated_linear", "axes": AXES, "decay": "head", "dtypes": ("float32",)}
FUNCTIONS = candidate(
    PROJECT,
    Kernel(run=scan, step=step, options=("S0", "scale", "chunk"), step_gradient=IN_PLACE, **said),
    chunks=PADDED,
)
