"""Gated linear attention: a matrix of states that decays and is written to with an outer product.

Without g it is linear attention (Katharopoulos et al. 2020), with one g a head RetNet (Sun et al. 2023) and Mamba-2's SSD
(Dao and Gu 2024, listing 1), with one a key GLA (Yang et al. 2023) and HGRN2 (Qin et al. 2024), with u RWKV-6 (Peng et al. 2024).
"""

from typing import Any, NamedTuple

from ..arithmetics.primitives import Array, contracted, exp, grouped, inverse_root, ungrouped
from ..contract import Dims
from ..family import Family
from ..recurrence import operations
from ..unroll import Parameters, State


class Attended(NamedTuple):
    """What a read with a query leaves for the way back: the scaled query of each value's head, and what it has read."""

    q: Array
    scale: Array
    seen: Array


def read(q: Array, seen: Array, p: Parameters) -> tuple[Array, Attended]:
    """A state (head, key, value) read along its keys."""
    scale = p["scale"] if "scale" in p else inverse_root(q.shape[1], q)
    scaled = grouped(scale * q, len(seen))
    return contracted(scaled[:, :, None], seen, 1), Attended(scaled, scale, seen)


def read_backward(do: Array, attended: Attended, heads: int) -> tuple[Array, Array]:
    """Gradients into the query and into the state that it has read."""
    q, scale, seen = attended
    dq = scale * ungrouped(contracted(seen, do[:, None], 2), heads)
    return dq, q[:, :, None] * do[:, None]


def decayed(S: Array, g: Array | None) -> Array:
    """A state (head, key, value), each key or each head by its own factor."""
    return S if g is None else exp(g)[:, :, None] * S


def decayed_backward(dkept: Array, kept: Array, g: Array | None) -> tuple[Array | None, Array]:
    """Gradients into the logarithm of the decay and into the state before."""
    if g is None:
        return None, dkept
    each = contracted(dkept, kept, 2)
    dg = each if g.shape[1] == each.shape[1] else each.sum(axis=1, keepdims=True)
    return dg, decayed(dkept, g)


def forward(q: Array, k: Array, v: Array, g: Array | None, state: State, p: Parameters) -> tuple[State, Any]:
    (S_prev,) = state
    k_v, kept = grouped(k, len(v)), decayed(S_prev, g)
    S_next = kept + k_v[:, :, None] * v[:, None]
    seen = S_next if "u" not in p else S_prev + bonus(k_v, p["u"])[:, :, None] * v[:, None]
    o, attended = read(q, seen, p)
    return (o, S_next), (k, v, g, k_v, kept, attended)


def bonus(k_v: Array, u: Array) -> Array:
    """The key of the step itself, which is read before it is written."""
    return grouped(u, len(k_v))[:, :, None] * k_v


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    do, dS = dnew
    k, v, g, k_v, kept, attended = intermediates
    dq, dseen = read_backward(do, attended, len(k))
    if "u" not in p:
        dS = dS + dseen
    dk = contracted(dS, v[:, None], 2)
    dv = contracted(dS, k_v[:, :, None], 1)
    dg, dS_prev = decayed_backward(dS, kept, g)
    if "u" not in p:
        return dq, ungrouped(dk, len(k)), dv, dg, (dS_prev,), {}
    dbonus = contracted(dseen, v[:, None], 2)
    dk = dk + bonus(dbonus, p["u"])
    dv = dv + contracted(dseen, bonus(k_v, p["u"])[:, :, None], 1)
    du = contracted(k_v, dbonus, 2)
    return dq, ungrouped(dk, len(k)), dv, dg, (dS_prev + dseen,), {"du": ungrouped(du, len(k))}


def limits(dims: Dims) -> str:
    """Heads of values come in groups of one size, a decay is of a head or of a key."""
    if dims["n_hv"] % dims["n_h"]:
        return f"v has n_hv = {dims['n_hv']} heads, want a multiple of q's n_h = {dims['n_h']}"
    if dims.get("n_g", 1) not in (1, dims["n_k"]):
        return f"axis n_g of g has length {dims['n_g']}, want 1 (a decay for each head) or n_k = {dims['n_k']}"
    return ""


INPUTS = {"q": "n_h n_k m", "k": "n_h n_k m", "v": "n_hv n_v m", "g": "n_hv n_g m"}

FAMILY = Family(
    name="gated_linear",
    summary="gated linear attention: S = exp(g) S + k v^T, o = scale S^T q",
    source="Yang et al. 2023, Gated Linear Attention Transformers; with u Peng et al. 2024, RWKV-6;"
    " as naive_recurrent_gla and its kin in flash-linear-attention, scale 1 / sqrt(n_k) unless given",
    inputs=INPUTS,
    omittable=("g",),
    states={"S": "n_hv n_k n_v m"},
    outputs={"o": "n_hv n_v m"},
    options={"u": "n_h n_k", "scale": ""},
    limits=limits,
    forward=forward,
    backward=backward,
)

gated_linear_step_forward, gated_linear_step_backward, gated_linear_forward, gated_linear_backward = operations(FAMILY)

__all__ = [
    "gated_linear_step_forward",
    "gated_linear_step_backward",
    "gated_linear_forward",
    "gated_linear_backward",
]
