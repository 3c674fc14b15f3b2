"""The real-gated linear recurrent unit of Griffin: De et al. 2024."""

from typing import Any

from ..arithmetics.primitives import Array, Mask, exp, expm1, select, sigmoid, sigmoid_slope, softplus, square_root
from ..family import Family
from ..recurrence import operations
from ..unroll import Parameters, State

C = 8  # the exponent of the recurrence gate


def forward(x: Array, r: Array, i: Array, reset: Mask, state: State, p: Parameters) -> tuple[State, Any]:
    (h_prev,) = state
    gate, share = sigmoid(r), sigmoid(i)
    rate = softplus(p["L"])
    log_a = -(C * (gate * rate))
    decay, rest = exp(log_a), square_root(-expm1(2 * log_a))
    a, left = decay, rest
    if reset is not None:  # what was counts for nothing, and what is new is taken whole
        a, left = select(reset, 0 * decay, decay), select(reset, 1, rest)
    gated = share * x
    return (a * h_prev + left * gated,), (x, gate, share, rate, a, left, gated, h_prev)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    (dh,) = dnew
    x, gate, share, rate, a, left, gated, h_prev = intermediates
    dlog_a = dh * a * h_prev - dh * gated * (a * a / left)
    dgated = dh * left
    dgate = -(C * (dlog_a * rate))
    drate = -(C * (dlog_a * gate).sum(axis=1, keepdims=True))
    gradients = {"dL": drate * sigmoid(p["L"])}
    return dgated * share, dgate * sigmoid_slope(gate), dgated * x * sigmoid_slope(share), (dh * a,), gradients


FAMILY = Family(
    name="rg_lru",
    summary="a real-gated linear recurrent unit: a = exp(-8 sigmoid(r) softplus(L)), h = a h + sqrt(1 - a^2) sigmoid(i) x, or sigmoid(i) x alone at a reset",
    source="De et al. 2024, Griffin, section 2.4; as RecurrentGemma, the gates' projections are given, and reset where a position is 0",
    inputs={"x": "n_c m", "r": "n_c m", "i": "n_c m"},
    states={"h": "n_c m"},
    parameters={"L": "n_c 1"},
    marks={"reset": "m"},
    forward=forward,
    backward=backward,
)

rg_lru_step_forward, rg_lru_step_backward, rg_lru_forward, rg_lru_backward = operations(FAMILY)

__all__ = ["rg_lru_step_forward", "rg_lru_step_backward", "rg_lru_forward", "rg_lru_backward"]
