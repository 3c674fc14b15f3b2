"""minLSTM, whose two gates share out one: Feng et al. 2024."""

from typing import Any

from ..arithmetics.primitives import Array, sigmoid, sigmoid_slope, softplus
from ..family import Family
from ..recurrence import operations
from ..unroll import Gradients, Parameters, State
from .min_gru import positive, positive_backward


def forward(f: Array, i: Array, x: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (h_prev,) = state
    keep = sigmoid(softplus(-i) - softplus(-f))  # sigmoid(f) / (sigmoid(f) + sigmoid(i)) where both are next to nothing
    candidate, kept = positive(x)
    return (keep * h_prev + (1 - keep) * candidate,), (f, i, keep, candidate, kept, h_prev)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    (dh,) = dnew
    f, i, keep, candidate, kept, h_prev = intermediates
    d = dh * (h_prev - candidate) * sigmoid_slope(keep)
    gradients: Gradients = {}
    return d * sigmoid(-f), -(d * sigmoid(-i)), positive_backward(dh * (1 - keep), kept), (dh * keep,), gradients


FAMILY = Family(
    name="min_lstm",
    summary="a minLSTM: h = f' h + (1 - f') g(x), f' = sigmoid(f) / (sigmoid(f) + sigmoid(i))",
    source="Feng et al. 2024, Were RNNs All We Needed?, sections 3.2 and B; as minGRU-pytorch, the input's projections are given",
    inputs={"f": "n_c m", "i": "n_c m", "x": "n_c m"},
    states={"h": "n_c m"},
    forward=forward,
    backward=backward,
)

min_lstm_step_forward, min_lstm_step_backward, min_lstm_forward, min_lstm_backward = operations(FAMILY)

__all__ = ["min_lstm_step_forward", "min_lstm_step_backward", "min_lstm_forward", "min_lstm_backward"]
