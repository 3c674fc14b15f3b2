"""LSTM whose forget gate is one minus its input gate: Greff et al. 2017."""

from typing import Any

import numpy as np

from ..arithmetics.primitives import Array
from ..family import Family
from ..gate import affine, affine_backward
from ..layer import operations
from ..unroll import Parameters, State
from . import lstm
from .lstm import expose, expose_backward, remember, remember_backward


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    a_prev, c_prev = state
    v = np.concatenate([a_prev, xt])
    zi = affine("i", v, p)
    c_next, remembered = remember(-zi, zi, affine("c", v, p), c_prev)  # 1 - s(z) is s(-z)
    a_next, exposed = expose(affine("o", v, p), c_next)
    return (a_next, c_next), (v, remembered, exposed)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    da_next, dc_next = dstate
    v, remembered, exposed = intermediates
    dzo, dc = expose_backward(da_next, exposed)
    dz, dc_prev = remember_backward(dc_next + dc, remembered)
    dv, gradients = affine_backward({"i": dz["i"] - dz["f"], "c": dz["c"], "o": dzo}, v, p)
    n_a = len(da_next)
    return dv[n_a:], (dv[:n_a], dc_prev), gradients


FAMILY = Family(
    name="lstm_coupled",
    summary="an LSTM layer whose forget gate is 1 - its input gate",
    source="Greff et al. 2017, LSTM: A Search Space Odyssey, variant CIFG; as ONNX LSTM with input_forget",
    states={"a": "n_a m", "c": "n_a m"},
    parameters=lstm.gates("ico") | lstm.HEAD,
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

lstm_coupled_cell_forward, lstm_coupled_cell_backward, lstm_coupled_forward, lstm_coupled_backward = operations(FAMILY)

__all__ = ["lstm_coupled_cell_forward", "lstm_coupled_cell_backward", "lstm_coupled_forward", "lstm_coupled_backward"]
