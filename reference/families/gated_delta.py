"""The gated delta rule: what a key holds already is taken off the value before it is written.

Without g it is DeltaNet (Yang et al. 2024a), with one g a head Gated DeltaNet (Yang et al. 2024b, eq. 10), with one a key Kimi's
delta attention. What is taken off is read from the state after its decay.
"""

from typing import Any

from ..arithmetics.primitives import Array, contracted, grouped, ungrouped
from ..family import Family
from ..recurrence import operations
from ..unroll import Parameters, State
from .gated_linear import INPUTS, decayed, decayed_backward, limits, read, read_backward


def forward(
    q: Array, k: Array, v: Array, g: Array | None, beta: Array, state: State, p: Parameters
) -> tuple[State, Any]:
    (S_prev,) = state
    k_v, kept = grouped(k, len(v)), decayed(S_prev, g)
    missing = v - contracted(k_v[:, :, None], kept, 1)
    write = beta[:, None] * missing
    S_next = kept + k_v[:, :, None] * write[:, None]
    o, attended = read(q, S_next, p)
    return (o, S_next), (k_v, g, beta, kept, missing, write, attended, len(k))


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    do, dS = dnew
    k, g, beta, kept, missing, write, attended, heads = intermediates
    dq, dseen = read_backward(do, attended, heads)
    dS = dS + dseen
    dwrite = contracted(dS, k[:, :, None], 1)
    dmissing = beta[:, None] * dwrite
    dk = contracted(dS, write[:, None], 2) - contracted(kept, dmissing[:, None], 2)
    dkept = dS - k[:, :, None] * dmissing[:, None]
    dg, dS_prev = decayed_backward(dkept, kept, g)
    return dq, ungrouped(dk, heads), dmissing, dg, contracted(dwrite, missing, 1), (dS_prev,), {}


FAMILY = Family(
    name="gated_delta",
    summary="the gated delta rule: S' = exp(g) S, S = S' + k beta (v - S'^T k)^T, o = scale S^T q",
    source="Yang et al. 2024, Gated Delta Networks, eq. 10; as naive_recurrent_gated_delta_rule in flash-linear-attention"
    " and torch_recurrent_gated_delta_rule in transformers, scale 1 / sqrt(n_k) unless given",
    inputs={**INPUTS, "beta": "n_hv m"},
    omittable=("g",),
    states={"S": "n_hv n_k n_v m"},
    outputs={"o": "n_hv n_v m"},
    options={"scale": ""},
    limits=limits,
    forward=forward,
    backward=backward,
)

gated_delta_step_forward, gated_delta_step_backward, gated_delta_forward, gated_delta_backward = operations(FAMILY)

__all__ = [
    "gated_delta_step_forward",
    "gated_delta_step_backward",
    "gated_delta_forward",
    "gated_delta_backward",
]
