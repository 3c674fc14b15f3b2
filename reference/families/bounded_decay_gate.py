"""A decay that cannot be stronger than a bound, from raw numbers: the safe gate of Kimi's delta attention, and RWKV-7's decay."""

from typing import Any

from ..arithmetics.primitives import Array, exp, sigmoid, sigmoid_slope
from ..family import Family
from ..gating import operations
from ..unroll import Gradients, Parameters, State
from .decay_gate import INPUTS, OUTPUTS, PARAMETERS, of_biased, of_rate

LOW = -5


def forward(alpha: Array, _: State, p: Parameters) -> tuple[State, Any]:
    raw, rate = alpha + p["b"], exp(p["A_log"])
    z = rate * raw
    share = sigmoid(z)
    return (p.get("low", LOW) * share,), (z, rate, share)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, State, Gradients]:
    (dg,) = dnew
    z, rate, share = intermediates
    dz = p.get("low", LOW) * dg * sigmoid_slope(share)
    draw = dz * rate
    return draw, (), {"dA_log": of_rate(dz * z), "db": of_biased(draw)}


FAMILY = Family(
    name="bounded_decay_gate",
    summary="the logarithm of a bounded decay: g = low sigmoid(exp(A_log) (alpha + b))",
    source="Kimi Team 2025, Kimi Linear, as the gate with a lower bound in flash-linear-attention, low -5 unless given;"
    " Peng et al. 2025, RWKV-7, with low -exp(-1/2) and A_log 0",
    inputs=INPUTS,
    states={},
    outputs=OUTPUTS,
    options={"low": ""},
    parameters=PARAMETERS,
    forward=forward,
    backward=backward,
)

bounded_decay_gate_forward, bounded_decay_gate_backward = operations(FAMILY)

__all__ = ["bounded_decay_gate_forward", "bounded_decay_gate_backward"]
