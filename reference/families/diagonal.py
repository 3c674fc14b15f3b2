"""The diagonal recurrence, each unit by itself: h = a h + x, the scan under HGRN, minGRU and Griffin."""

from typing import Any

from ..arithmetics.primitives import Array, exp
from ..family import Family
from ..recurrence import operations
from ..unroll import Gradients, Parameters, State


def forward(xt: Array, gt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (h_prev,) = state
    a = exp(gt)
    kept = a * h_prev
    return (kept + xt,), (a, kept)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, Array, State, Gradients]:
    (dh,) = dnew
    a, kept = intermediates
    return dh.copy(), dh * kept, (dh * a,), {}


FAMILY = Family(
    name="diagonal",
    summary="a diagonal recurrence: h = exp(g) h + x, each unit by itself",
    source="Qin, Yang and Zhong 2023, HGRN, figure 1, with no rotation, x what its gate lets in; as naive_recurrent_hgrn in flash-linear-attention",
    inputs={"x": "n_c m", "g": "n_c m"},
    states={"h": "n_c m"},
    forward=forward,
    backward=backward,
)

diagonal_step_forward, diagonal_step_backward, diagonal_forward, diagonal_backward = operations(FAMILY)

__all__ = ["diagonal_step_forward", "diagonal_step_backward", "diagonal_forward", "diagonal_backward"]
