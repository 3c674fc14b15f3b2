"""A selective scan with the layer around it, from raw steps, rates as logarithms and an output gate: Gu and Dao 2023."""

from typing import Any

from ..arithmetics.primitives import Array, exp, silu, silu_slope
from ..family import Family
from ..recurrence import operations
from ..unroll import Parameters, State
from . import selective_scan, time_step_gate


def forward(u: Array, raw: Array, B: Array, C: Array, z: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (delta,), stepped = time_step_gate.forward(raw, (), p)
    rates = {"A": -exp(p["A_log"]), "D": p["D"]}
    (y, h_next), scanned = selective_scan.forward(u, delta, B, C, state, rates)
    opened, gate = silu(z)
    return (y * opened, h_next), (stepped, rates, scanned, y, z, opened, gate)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    dout, dh = dnew
    stepped, rates, scanned, y, z, opened, gate = intermediates
    dz = dout * y * silu_slope(z, gate)
    du, ddelta, dB, dC, before, into = selective_scan.backward((dout * opened, dh), scanned, rates)
    draw, _, gradients = time_step_gate.backward((ddelta,), stepped, p)
    return du, draw, dB, dC, dz, before, {"dA_log": into["dA"] * rates["A"], "dD": into["dD"], **gradients}


FAMILY = Family(
    name="selective_scan_layer",
    summary="a selective scan with its layer: A = -exp(A_log), delta = softplus(raw + b), h and y as of the scan, out = y silu(z)",
    source="Gu and Dao 2023, Mamba, algorithm 2 and section 3.6; as selective_scan_ref in mamba with delta_softplus, delta_bias and z,"
    " and mamba_selective_scan in transformers, whose A is given",
    inputs={"u": "n_c m", "raw": "n_c m", "B": "n_n m", "C": "n_n m", "z": "n_c m"},
    states={"h": "n_c n_n m"},
    outputs={"out": "n_c m"},
    parameters={"A_log": "n_c n_n", "D": "n_c 1", "b": "n_c 1"},
    forward=forward,
    backward=backward,
)

(
    selective_scan_layer_step_forward,
    selective_scan_layer_step_backward,
    selective_scan_layer_forward,
    selective_scan_layer_backward,
) = operations(FAMILY)

__all__ = [
    "selective_scan_layer_step_forward",
    "selective_scan_layer_step_backward",
    "selective_scan_layer_forward",
    "selective_scan_layer_backward",
]
