"""The time step of a selective scan, from raw numbers, within limits: Gu and Dao 2023, Dao and Gu 2024."""

from typing import Any

from ..arithmetics.primitives import Array, column_sum, select, sigmoid, softplus
from ..family import Family
from ..gating import operations
from ..unroll import Gradients, Parameters, State


def forward(raw: Array, _: State, p: Parameters) -> tuple[State, Any]:
    z = raw + p["b"]
    delta = softplus(z)
    above = delta > p["low"] if "low" in p else None
    delta = select(above, delta, p.get("low"))
    below = delta < p["high"] if "high" in p else None
    return (select(below, delta, p.get("high")),), (z, above, below)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, State, Gradients]:
    (ddelta,) = dnew
    z, above, below = intermediates
    dz = select(below, select(above, ddelta * sigmoid(z), 0), 0)
    return dz, (), {"db": column_sum(dz)}


FAMILY = Family(
    name="time_step_gate",
    summary="a time step within its limits: delta = min(max(softplus(raw + b), low), high)",
    source="Gu and Dao 2023, Mamba, section 3.6; limits as time_step_limit in transformers' Mamba-2, none unless given",
    inputs={"raw": "n_c m"},
    states={},
    outputs={"delta": "n_c m"},
    options={"low": "", "high": ""},
    parameters={"b": "n_c 1"},
    forward=forward,
    backward=backward,
)

time_step_gate_forward, time_step_gate_backward = operations(FAMILY)

__all__ = ["time_step_gate_forward", "time_step_gate_backward"]
