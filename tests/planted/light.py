"""A family that the kit does not have: an LSTM with the forget gate alone (JANET: van der Westhuizen and Lasenby 2018, eq. 8-10)."""

from typing import Any

import numpy as np
from rnnspec.reference.arithmetics.primitives import Array, sigmoid, sigmoid_slope, tanh, tanh_slope
from rnnspec.reference.families.lstm import gates
from rnnspec.reference.family import Family
from rnnspec.reference.gate import affine, affine_backward
from rnnspec.reference.layer import operations
from rnnspec.reference.unroll import Parameters, State


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (a_prev,) = state
    v = np.concatenate([a_prev, xt])
    f, g = sigmoid(affine("f", v, p)), tanh(affine("c", v, p))
    return (f * a_prev + (1 - f) * g,), (v, f, g, a_prev)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    (da_next,) = dstate
    v, f, g, a_prev = intermediates
    dzf, dzc = da_next * (a_prev - g) * sigmoid_slope(f), da_next * (1 - f) * tanh_slope(g)
    dv, gradients = affine_backward({"f": dzf, "c": dzc}, v, p)
    n_a = len(da_next)
    return dv[n_a:], (dv[:n_a] + da_next * f,), gradients


FAMILY = Family(
    name="light",
    summary="an LSTM layer with the forget gate alone",
    source="van der Westhuizen and Lasenby 2018, eq. 8-10",
    states={"a": "n_a m"},
    parameters=gates("fc") | {"Wy": "n_y n_a", "by": "n_y 1"},
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

light_cell_forward, light_cell_backward, light_forward, light_backward = operations(FAMILY)

__all__ = ["light_cell_forward", "light_cell_backward", "light_forward", "light_backward"]
