"""The decay of the gated delta rule, from raw numbers: Yang et al. 2024b; Mamba-2 has the same of its time step."""

from typing import Any

from ..arithmetics.primitives import Array, exp, sigmoid, softplus
from ..family import Family
from ..gating import operations
from ..unroll import Gradients, Parameters, State

INPUTS = {"alpha": "n_h n_g m"}
OUTPUTS = {"g": "n_h n_g m"}
PARAMETERS = {"A_log": "n_h 1 1", "b": "n_h n_g 1"}


def of_biased(dz: Array) -> Array:
    """The gradient into a bias: it is every example's."""
    return dz.sum(axis=2, keepdims=True)


def of_rate(dlog: Array) -> Array:
    """The gradient into the logarithm of a rate, which is a head's."""
    return dlog.sum(axis=2, keepdims=True).sum(axis=1, keepdims=True)


def forward(alpha: Array, _: State, p: Parameters) -> tuple[State, Any]:
    z, rate = alpha + p["b"], exp(p["A_log"])
    g = -(rate * softplus(z))
    return (g,), (z, rate, g)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, State, Gradients]:
    (dg,) = dnew
    z, rate, g = intermediates
    dz = -(dg * rate) * sigmoid(z)
    return dz, (), {"dA_log": of_rate(dg * g), "db": of_biased(dz)}


FAMILY = Family(
    name="decay_gate",
    summary="the logarithm of a decay: g = -exp(A_log) softplus(alpha + b)",
    source="Yang et al. 2024, Gated Delta Networks, section 3; as Qwen3-Next's g and KimiLinearForgetGate in transformers",
    inputs=INPUTS,
    states={},
    outputs=OUTPUTS,
    parameters=PARAMETERS,
    forward=forward,
    backward=backward,
)

decay_gate_forward, decay_gate_backward = operations(FAMILY)

__all__ = ["decay_gate_forward", "decay_gate_backward"]
