"""minGRU, whose gates do not see the state: Feng et al. 2024."""

from typing import Any

from ..arithmetics.primitives import Array, Mask, select, sigmoid, sigmoid_slope
from ..family import Family
from ..recurrence import operations
from ..unroll import Gradients, Parameters, State


def positive(x: Array) -> tuple[Array, tuple[Array, Mask]]:
    """x + 1/2 where x is positive, sigmoid(x) elsewhere: what keeps a candidate above zero."""
    s, above = sigmoid(x), x > 0
    return select(above, x + 0.5, s), (s, above)


def positive_backward(d: Array, kept: tuple[Array, Mask]) -> Array:
    s, above = kept
    return select(above, d, d * sigmoid_slope(s))


def forward(z: Array, x: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (h_prev,) = state
    update, (candidate, kept) = sigmoid(z), positive(x)
    return ((1 - update) * h_prev + update * candidate,), (update, candidate, kept, h_prev)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, Array, State, Gradients]:
    (dh,) = dnew
    update, candidate, kept, h_prev = intermediates
    dz = dh * (candidate - h_prev) * sigmoid_slope(update)
    return dz, positive_backward(dh * update, kept), (dh * (1 - update),), {}


FAMILY = Family(
    name="min_gru",
    summary="a minGRU: h = (1 - sigmoid(z)) h + sigmoid(z) g(x), g(x) = x + 1/2 above 0 and sigmoid(x) below",
    source="Feng et al. 2024, Were RNNs All We Needed?, sections 3.1 and B; as minGRU-pytorch, the input's projections are given",
    inputs={"z": "n_c m", "x": "n_c m"},
    states={"h": "n_c m"},
    forward=forward,
    backward=backward,
)

min_gru_step_forward, min_gru_step_backward, min_gru_forward, min_gru_backward = operations(FAMILY)

__all__ = ["min_gru_step_forward", "min_gru_step_backward", "min_gru_forward", "min_gru_backward"]
