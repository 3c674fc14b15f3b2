"""transformers' Mamba-2: its mixer with a cache and a limit of time steps.

What the contract calls v and g are products with a time step there: of ½, which is its limit, so that it acts at every step and every
product is exact. What it makes of the time step of one token that follows others is a gate: from nothing, with all else 1,
it is what comes out.
"""

import inspect
from types import SimpleNamespace

import torch
from transformers.models.mamba2 import modeling_mamba2 as mamba2

from ...candidate import Unsupported
from ..torch.framework import Tensor
from .chunks import PADDED
from .kernel import Kernel, Tensors
from .operations import candidate
from .transformers_mamba2 import IN_PLACE, PROJECT, said, scaled
from .transformers_mixer import OneLayer, convolved

ABOVE, LIMIT = 3.0, 0.5  # a time step before its softplus, which leaves it above what it may be

_mixed = inspect.unwrap(mamba2.Mamba2Mixer.forward)


def mixed(given: Tensors) -> Tensors:
    """The mixer on x = 2 v and A = 2 g, of which a head has one for all steps and examples."""
    q, k, v, g = (given[name] for name in "qkvg")
    if "S0" in given and v.shape[1] == 1:
        raise Unsupported("what is one token that follows others is asked as time_step_gate_forward")
    if (g != g[:1, :1]).any():
        raise Unsupported("each head decays by a constant of its own")
    x = torch.cat([part.flatten(2) for part in (v / LIMIT, k, scaled(q, given))], -1)
    cache = OneLayer(given["S0"].clone() if "S0" in given else None, x.new_zeros(len(x), x.shape[-1], 1))
    steps, bias = torch.full_like(g, ABOVE), g.new_zeros(g.shape[2])
    o = _mixed(_mixer(x, k, v, steps, bias, (0.0, LIMIT), (-g[0, 0] / LIMIT).log()), x, cache=cache)
    assert cache.state is not None
    return {"o": o.reshape(v.shape), "S_last": cache.state}


def decoded(given: Tensors) -> Tensors:
    """The time step of one token that follows others: each channel is a head of one value and one state, which is 0."""
    raw = given["raw"].unsqueeze(1)
    one, v = torch.ones_like(raw[..., :1, None]), torch.ones_like(raw).unsqueeze(-1)
    x = torch.cat([part.flatten(2) for part in (v, one, one)], -1)
    cache = OneLayer(torch.zeros_like(raw[:, 0, :, None, None]), x.new_zeros(len(x), x.shape[-1], 1))
    limits = float(given.get("low", 0.0)), float(given.get("high", "inf"))
    return {
        "delta": _mixed(_mixer(x, one, v, raw, given["b"], limits, torch.zeros_like(given["b"])), x, cache=cache)[:, 0]
    }


def _mixer(
    x: Tensor, k: Tensor, v: Tensor, steps: Tensor, bias: Tensor, limits: tuple[float, float], A_log: Tensor
) -> SimpleNamespace:
    """The mixer around its recurrence; `x` is all that its convolution sees, `steps` are its time steps before bias and softplus."""
    heads, values = v.shape[2:]
    gate = x.new_zeros(*x.shape[:2], heads * values)
    return SimpleNamespace(
        layer_idx=0,
        training=False,
        activation=None,
        conv_kernel_size=1,
        chunk_size=64,
        time_step_limit=limits,
        intermediate_size=heads * values,
        conv_dim=x.shape[-1],
        num_heads=heads,
        head_dim=values,
        n_groups=k.shape[2],
        ssm_state_size=k.shape[3],
        in_proj=lambda x: torch.cat([gate, x, steps], -1),
        norm=lambda x, _: x,
        out_proj=lambda x: x,
        conv1d=convolved(x.shape[-1], x),
        A_log=A_log,
        D=x.new_zeros(heads),
        dt_bias=bias,
    )


LIMITED = candidate(
    PROJECT,
    Kernel(run=mixed, options=("S0", "scale"), gradient="a head's decay is one parameter for all steps", **said),
    Kernel(
        family="time_step_gate",
        axes="m n_c",
        run=decoded,
        options=("low", "high"),
        dtypes=("float32",),
        gradient=IN_PLACE,
    ),
    chunks=PADDED,
)
