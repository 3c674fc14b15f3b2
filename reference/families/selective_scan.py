"""The selective scan of Mamba's first version (S6): Gu and Dao 2023."""

from typing import Any

from ..arithmetics.primitives import Array, contracted, exp
from ..family import Family
from ..recurrence import operations
from ..unroll import Parameters, State


def forward(u: Array, delta: Array, B: Array, C: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (h_prev,) = state
    step = delta[:, None]
    a = exp(step * p["A"][:, :, None])
    kept = a * h_prev
    h_next = kept + (delta * u)[:, None] * B[None]
    y = contracted(C[None], h_next, 1) + p["D"] * u
    return (y, h_next), (u, delta, B, C, a, kept, h_next)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    dy, dh = dnew
    u, delta, B, C, a, kept, h_next = intermediates
    dC = contracted(dy[:, None], h_next, 0)
    dh = dh + C[None] * dy[:, None]
    written = contracted(dh, B[None], 1)
    exponent = dh * kept
    gradients = {"dA": contracted(exponent, delta[:, None], 2), "dD": (dy * u).sum(axis=1, keepdims=True)}
    return (
        p["D"] * dy + delta * written,
        contracted(exponent, p["A"][:, :, None], 1) + u * written,
        contracted(dh, (delta * u)[:, None], 0),
        dC,
        (a * dh,),
        gradients,
    )


FAMILY = Family(
    name="selective_scan",
    summary="a selective scan: h = exp(delta A) h + delta u B, y = C h + D u, each channel by itself",
    source="Gu and Dao 2023, Mamba, algorithm 2 with B by Euler's step; as selective_scan_ref in mamba with delta as it acts",
    inputs={"u": "n_c m", "delta": "n_c m", "B": "n_n m", "C": "n_n m"},
    states={"h": "n_c n_n m"},
    outputs={"y": "n_c m"},
    parameters={"A": "n_c n_n", "D": "n_c 1"},
    forward=forward,
    backward=backward,
)

selective_scan_step_forward, selective_scan_step_backward, selective_scan_forward, selective_scan_backward = operations(
    FAMILY
)

__all__ = [
    "selective_scan_step_forward",
    "selective_scan_step_backward",
    "selective_scan_forward",
    "selective_scan_backward",
]
