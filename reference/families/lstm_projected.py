"""LSTM whose output is a projection of its n_a units to n_p: Sak, Senior and Beaufays 2014."""

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
    c_next, remembered = remember(affine("f", v, p), affine("i", v, p), affine("c", v, p), c_prev)
    h, exposed = expose(affine("o", v, p), c_next)
    return (p["Wp"] @ h, c_next), (v, h, remembered, exposed)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    da_next, dc_next = dstate
    v, h, remembered, exposed = intermediates
    dzo, dc = expose_backward(p["Wp"].T @ da_next, exposed)
    dz, dc_prev = remember_backward(dc_next + dc, remembered)
    dv, gradients = affine_backward({**dz, "o": dzo}, v, p)
    gradients["dWp"] = da_next @ h.T
    n_p = len(da_next)
    return dv[n_p:], (dv[:n_p], dc_prev), gradients


FAMILY = Family(
    name="lstm_projected",
    summary="an LSTM layer whose output is a linear projection of its units",
    source="Sak, Senior and Beaufays 2014, eq. 1-7 without peepholes; as torch.nn.LSTM with proj_size",
    states={"a": "n_p m", "c": "n_a m"},
    parameters=lstm.gates("fico", "n_a n_p+n_x") | {"Wp": "n_p n_a", "Wy": "n_y n_p", "by": "n_y 1"},
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

lstm_projected_cell_forward, lstm_projected_cell_backward, lstm_projected_forward, lstm_projected_backward = operations(
    FAMILY
)

__all__ = [
    "lstm_projected_cell_forward",
    "lstm_projected_cell_backward",
    "lstm_projected_forward",
    "lstm_projected_backward",
]
