"""transformers' Mamba-2: its scan in chunks and its one step as functions, and its mixer with a cache and a limit of time steps.

What the contract calls v and g are products with a time step there: of 1 in the functions, and in the mixer of ½, which is
its limit, so that it acts at every step and every product is exact.
"""

import inspect
from types import SimpleNamespace
from typing import Any

import torch
from transformers.models.mamba2 import modeling_mamba2 as mamba2

from ...candidate import Unsupported
from ..torch.framework import Tensor
from .chunks import padded
from .kernel import Kernel, Tensors
from .operations import candidate
from .transformers_mixer import OneLayer, convolved

PROJECT = "transformers"
AXES = "m T_x n_h n_hv n_g n_v n_k"  # a state is values by keys
ABOVE, LIMIT = 3.0, 0.5  # a time step before its softplus, which leaves it above what it may be

_scan, _update = (inspect.unwrap(f) for f in (mamba2.mamba2_chunk_scan, mamba2.mamba2_selective_state_update))
_mixed = inspect.unwrap(mamba2.Mamba2Mixer.forward)


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


def mixed(given: Tensors) -> Tensors:
    """The mixer on x = 2 v and A = 2 g, of which a head has one for all steps and examples."""
    q, k, v, g = (given[name] for name in "qkvg")
    if (g != g[:1, :1]).any():
        raise Unsupported("each head decays by a constant of its own")
    x = torch.cat([part.flatten(2) for part in (v / LIMIT, k, scaled(q, given))], -1)
    cache = OneLayer(given["S0"].clone() if "S0" in given else None, x.new_zeros(len(x), x.shape[-1], 1))
    o = _mixed(_mixer(x, k, v, g), x, cache=cache)
    assert cache.state is not None
    return {"o": o.reshape(v.shape), "S_last": cache.state}


def _mixer(x: Tensor, k: Tensor, v: Tensor, g: Tensor) -> SimpleNamespace:
    """The mixer around its recurrence; `x` is all that its convolution sees."""
    heads, values = v.shape[2:]
    gate = x.new_zeros(*x.shape[:2], heads * values)
    return SimpleNamespace(
        layer_idx=0,
        training=False,
        activation=None,
        conv_kernel_size=1,
        chunk_size=64,
        time_step_limit=(0.0, LIMIT),
        intermediate_size=heads * values,
        conv_dim=x.shape[-1],
        num_heads=heads,
        head_dim=values,
        n_groups=k.shape[2],
        ssm_state_size=k.shape[3],
        in_proj=lambda x: torch.cat([gate, x, torch.full_like(g, ABOVE)], -1),
        norm=lambda x, _: x,
        out_proj=lambda x: x,
        conv1d=convolved(x.shape[-1], x),
        A_log=(-g[0, 0] / LIMIT).log(),
        **dict.fromkeys(("D", "dt_bias"), g.new_zeros(heads)),
    )


IN_PLACE = "its step updates the state in place, through which there is no gradient"
said: dict[str, Any] = {"family": "gated_linear", "axes": AXES, "decay": "head", "dtypes": ("float32",)}
FUNCTIONS = candidate(
    PROJECT, Kernel(run=scan, step=step, options=("S0", "scale", "chunk"), step_gradient=IN_PLACE, **said)
)
LIMITED = candidate(
    PROJECT,
    Kernel(run=mixed, options=("S0", "scale"), gradient="a head's decay is one parameter for all steps", **said),
)
