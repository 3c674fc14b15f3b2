"""xlstm: the scalar memory of its vanilla backend, and the matrix memory of its simple ones.

A scalar memory that begins with no n starts its stabiliser from -inf: h is the same, but c, n and m are in another scale, so that they
are told only where an n0 is given.
"""

import torch
from xlstm.blocks.mlstm.backends import parallel_stabilized_simple, recurrent_step_stabilized_simple
from xlstm.blocks.slstm.src.vanilla import slstm_forward, slstm_pointwise_function_registry

from .kernel import Kernel, Tensors
from .operations import candidate

PROJECT = "xlstm"
GATES, STATES = "ifzo", "hcnm"


def slstm(given: Tensors) -> Tensors:
    batch = given["i"].shape[1]
    x = torch.stack([given[gate] for gate in GATES], 2).flatten(2)
    R = torch.cat([given[f"R{gate}"] for gate in GATES], 1)
    b = torch.stack([given[f"b{gate}"] for gate in GATES]).flatten()
    zeros = torch.zeros_like(given["i"][0])
    begun = torch.stack([given.get(f"{state}0", zeros).reshape(batch, -1) for state in STATES])
    every, ended, _ = slstm_forward(x, begun, R, b, slstm_pointwise_function_registry["slstm"])
    told = {f"{state}_last": one.reshape(zeros.shape) for state, one in zip(STATES, ended, strict=True)}
    if "n0" not in given:
        told = {"h_last": told["h_last"]}
    return {"h": every[0, 1:].reshape(given["i"].shape), **told}


def mlstm(given: Tensors) -> Tensors:
    gates = (given[gate].unsqueeze(-1) for gate in "if")
    return {"h": parallel_stabilized_simple(given["q"], given["k"], given["v"], *gates, eps=0.0)}


def mlstm_step(given: Tensors) -> Tensors:
    """What it is given it squeezes in place; k is scaled and not q, so that C and n are in another scale."""
    root = given["qt"].shape[-1] ** 0.5
    q, k, v = (given[f"{name}t"].unsqueeze(2).clone() for name in "qkv")
    i, f, m = (given[name][..., None, None] for name in ("it", "ft", "m_prev"))
    C, n = given["C_prev"] / root, given["n_prev"].unsqueeze(-1) / root
    h, (C, n, m) = recurrent_step_stabilized_simple(C, n, m, q, k, v, i, f, eps=0.0)
    return {
        "h_t": h.squeeze(2),
        "C_next": C * root,
        "n_next": n.squeeze(-1) * root,
        "m_next": m[..., 0, 0],
    }


SLSTM = candidate(
    PROJECT, Kernel(family="slstm", axes="T_x m n_h n_u", run=slstm, options=tuple(f"{s}0" for s in STATES))
)
MLSTM = candidate(
    PROJECT,
    Kernel(
        family="mlstm",
        axes="m n_h T_x n_k n_v",
        run=mlstm,
        step=mlstm_step,
        untold=("C_last", "n_last", "m_last"),
    ),
)
