"""Long short-term memory with a forget gate: Hochreiter and Schmidhuber 1997, Gers et al. 2000.

`remember` and `expose` are the two halves of every LSTM; a variant changes what stands between them.
"""

from typing import Any, NamedTuple

import numpy as np

from ..arithmetics.primitives import Array, sigmoid, sigmoid_slope, tanh, tanh_slope
from ..family import Family
from ..gate import affine, affine_backward
from ..layer import operations
from ..unroll import Parameters, State


class Remembered(NamedTuple):
    """What `remember` leaves for the way back: the gates, the candidate g, and the cell state before."""

    f: Array
    i: Array
    g: Array
    c_prev: Array


class Exposed(NamedTuple):
    """What `expose` leaves for the way back."""

    o: Array
    tanh_c: Array


def remember(zf: Array, zi: Array, zc: Array, c_prev: Array) -> tuple[Array, Remembered]:
    f, i, g = sigmoid(zf), sigmoid(zi), tanh(zc)
    return f * c_prev + i * g, Remembered(f, i, g, c_prev)


def expose(zo: Array, c: Array) -> tuple[Array, Exposed]:
    o, tanh_c = sigmoid(zo), tanh(c)
    return o * tanh_c, Exposed(o, tanh_c)


def expose_backward(da: Array, exposed: Exposed) -> tuple[Array, Array]:
    """Gradients into zo and into c."""
    o, tanh_c = exposed
    return da * tanh_c * sigmoid_slope(o), da * o * tanh_slope(tanh_c)


def remember_backward(dc: Array, remembered: Remembered) -> tuple[dict[str, Array], Array]:
    """Gradients into zf, zi, zc and into c_prev."""
    f, i, g, c_prev = remembered
    dz = {"f": dc * c_prev * sigmoid_slope(f), "i": dc * g * sigmoid_slope(i), "c": dc * i * tanh_slope(g)}
    return dz, dc * f


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    a_prev, c_prev = state
    v = np.concatenate([a_prev, xt])
    c_next, remembered = remember(affine("f", v, p), affine("i", v, p), affine("c", v, p), c_prev)
    a_next, exposed = expose(affine("o", v, p), c_next)
    return (a_next, c_next), (v, remembered, exposed)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    da_next, dc_next = dstate
    v, remembered, exposed = intermediates
    dzo, dc = expose_backward(da_next, exposed)
    dz, dc_prev = remember_backward(dc_next + dc, remembered)
    dv, gradients = affine_backward({**dz, "o": dzo}, v, p)
    n_a = len(da_next)
    return dv[n_a:], (dv[:n_a], dc_prev), gradients


MATRIX, BIAS = "n_a n_a+n_x", "n_a 1"
HEAD = {"Wy": "n_y n_a", "by": "n_y 1"}


def gates(names: str, matrix: str = MATRIX) -> dict[str, str]:
    return {f"W{gate}": matrix for gate in names} | {f"b{gate}": BIAS for gate in names}


FAMILY = Family(
    name="lstm",
    summary="an LSTM layer with a forget gate",
    source="Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000, eq. 2.1-2.6 without peepholes;"
    " as torch.nn.LSTM, keras LSTM, ONNX LSTM",
    states={"a": "n_a m", "c": "n_a m"},
    parameters=gates("fico") | HEAD,
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

lstm_cell_forward, lstm_cell_backward, lstm_forward, lstm_backward = operations(FAMILY)

__all__ = ["lstm_cell_forward", "lstm_cell_backward", "lstm_forward", "lstm_backward"]
