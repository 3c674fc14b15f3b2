"""Gated recurrent unit, reset before the product: Cho et al. 2014, in the notation of the course.

The update gate u weights the *new* value. `mixed` and its way back are shared with `gru_reset_after`.
"""

from typing import Any

import numpy as np

from ..arithmetics.primitives import Array, sigmoid, sigmoid_slope, tanh, tanh_slope
from ..family import Family
from ..gate import affine, affine_backward
from ..layer import operations
from ..unroll import Parameters, State
from .lstm import gates


def mixed(u: Array, n: Array, a_prev: Array) -> Array:
    return u * n + (1 - u) * a_prev


def mixed_backward(da: Array, u: Array, n: Array, a_prev: Array) -> tuple[Array, Array, Array]:
    """Gradients into u's pre-activation, into n's, and straight into a_prev."""
    return da * (n - a_prev) * sigmoid_slope(u), da * u * tanh_slope(n), da * (1 - u)


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (a_prev,) = state
    v = np.concatenate([a_prev, xt])
    u, r = sigmoid(affine("u", v, p)), sigmoid(affine("r", v, p))
    w = np.concatenate([r * a_prev, xt])
    n = tanh(affine("c", w, p))
    return (mixed(u, n, a_prev),), (v, w, u, r, n, a_prev)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    (da_next,) = dstate
    v, w, u, r, n, a_prev = intermediates
    dzu, dzc, da_prev = mixed_backward(da_next, u, n, a_prev)
    dw, candidate = affine_backward({"c": dzc}, w, p)
    n_a = len(da_next)
    dzr = dw[:n_a] * a_prev * sigmoid_slope(r)
    dv, gated = affine_backward({"u": dzu, "r": dzr}, v, p)
    return dv[n_a:] + dw[n_a:], (da_prev + dv[:n_a] + dw[:n_a] * r,), gated | candidate


FAMILY = Family(
    name="gru",
    summary="a GRU layer, reset before the product; the update gate weights the new value",
    source="Cho et al. 2014, eq. 5-8, with u for 1 - z; the course's Γ notation; as keras GRU with reset_after=False,"
    " ONNX GRU with linear_before_reset=0",
    states={"a": "n_a m"},
    parameters=gates("urc") | {"Wy": "n_y n_a", "by": "n_y 1"},
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

gru_cell_forward, gru_cell_backward, gru_forward, gru_backward = operations(FAMILY)

__all__ = ["gru_cell_forward", "gru_cell_backward", "gru_forward", "gru_backward"]
