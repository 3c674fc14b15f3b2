"""A state that decays by a diagonal plus a product of two vectors: RWKV-7, and the delta rules as special cases."""

from typing import Any

from ..arithmetics.primitives import Array, contracted, grouped, ungrouped
from ..family import Family
from ..recurrence import operations
from ..unroll import Parameters, State
from .gated_linear import INPUTS, decayed, decayed_backward, limits, read, read_backward


def forward(
    q: Array, k: Array, v: Array, g: Array | None, a: Array, b: Array, state: State, p: Parameters
) -> tuple[State, Any]:
    (S_prev,) = state
    k_v, a_v, b_v = (grouped(x, len(v)) for x in (k, a, b))
    kept, found = decayed(S_prev, g), contracted(a_v[:, :, None], S_prev, 1)
    S_next = kept + b_v[:, :, None] * found[:, None] + k_v[:, :, None] * v[:, None]
    o, attended = read(q, S_next, p)
    return (o, S_next), (k_v, v, g, a_v, b_v, S_prev, kept, found, attended, len(k))


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    do, dS = dnew
    k, v, g, a, b, S_prev, kept, found, attended, heads = intermediates
    dq, dseen = read_backward(do, attended, heads)
    dS = dS + dseen
    dg, dS_prev = decayed_backward(dS, kept, g)
    dfound = contracted(dS, b[:, :, None], 1)
    dS_prev = dS_prev + a[:, :, None] * dfound[:, None]
    dk, da, db = (
        contracted(dS, v[:, None], 2),
        contracted(S_prev, dfound[:, None], 2),
        contracted(dS, found[:, None], 2),
    )
    back = [ungrouped(d, heads) for d in (dk, da, db)]
    return dq, back[0], contracted(dS, k[:, :, None], 1), dg, back[1], back[2], (dS_prev,), {}


FAMILY = Family(
    name="dplr",
    summary="a diagonal plus low rank recurrence: S = exp(g) S + b (S^T a)^T + k v^T, o = scale S^T q",
    source="Peng et al. 2025, RWKV-7, eq. 17, with a on the state before its decay; as naive dplr_recurrence in"
    " flash-linear-attention, scale 1 / sqrt(n_k) unless given",
    inputs={**INPUTS, "a": "n_h n_k m", "b": "n_h n_k m"},
    omittable=("g",),
    states={"S": "n_hv n_k n_v m"},
    outputs={"o": "n_hv n_v m"},
    options={"scale": ""},
    limits=limits,
    forward=forward,
    backward=backward,
)

dplr_step_forward, dplr_step_backward, dplr_forward, dplr_backward = operations(FAMILY)

__all__ = ["dplr_step_forward", "dplr_step_backward", "dplr_forward", "dplr_backward"]
