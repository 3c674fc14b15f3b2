"""LSTM whose gates see the cell state: Gers, Schraudolph and Schmidhuber 2002."""

from typing import Any

import numpy as np

from ..arithmetics.primitives import Array, column_sum
from ..family import Family
from ..gate import affine, affine_backward
from ..layer import operations
from ..unroll import Parameters, State
from . import lstm
from .lstm import expose, expose_backward, remember, remember_backward


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    a_prev, c_prev = state
    v = np.concatenate([a_prev, xt])
    zf = affine("f", v, p) + p["Pf"] * c_prev
    zi = affine("i", v, p) + p["Pi"] * c_prev
    c_next, remembered = remember(zf, zi, affine("c", v, p), c_prev)
    a_next, exposed = expose(affine("o", v, p) + p["Po"] * c_next, c_next)
    return (a_next, c_next), (v, c_prev, c_next, remembered, exposed)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    da_next, dc_next = dstate
    v, c_prev, c_next, remembered, exposed = intermediates
    dzo, dc = expose_backward(da_next, exposed)
    dz, dc_prev = remember_backward(dc_next + dc + p["Po"] * dzo, remembered)
    dc_prev = dc_prev + p["Pf"] * dz["f"] + p["Pi"] * dz["i"]
    dv, gradients = affine_backward({**dz, "o": dzo}, v, p)
    gradients["dPf"] = column_sum(dz["f"] * c_prev)
    gradients["dPi"] = column_sum(dz["i"] * c_prev)
    gradients["dPo"] = column_sum(dzo * c_next)
    n_a = len(da_next)
    return dv[n_a:], (dv[:n_a], dc_prev), gradients


FAMILY = Family(
    name="lstm_peephole",
    summary="an LSTM layer with peepholes; the output gate sees the new cell state",
    source="Gers, Schraudolph and Schmidhuber 2002, eq. 3-9; as ONNX LSTM with P",
    states={"a": "n_a m", "c": "n_a m"},
    parameters=lstm.gates("fico") | dict.fromkeys(("Pf", "Pi", "Po"), lstm.BIAS) | lstm.HEAD,
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

lstm_peephole_cell_forward, lstm_peephole_cell_backward, lstm_peephole_forward, lstm_peephole_backward = operations(
    FAMILY
)

__all__ = [
    "lstm_peephole_cell_forward",
    "lstm_peephole_cell_backward",
    "lstm_peephole_forward",
    "lstm_peephole_backward",
]
