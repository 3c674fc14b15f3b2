"""LSTM whose cell state is clipped before anything uses it: Sak, Senior and Beaufays 2014, section 3."""

from typing import Any

import numpy as np

from ..arithmetics.primitives import Array, clip, select
from ..family import Family
from ..gate import affine, affine_backward
from ..layer import operations
from ..unroll import Parameters, State
from . import lstm
from .lstm import expose, expose_backward, remember, remember_backward


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    a_prev, c_prev = state
    v = np.concatenate([a_prev, xt])
    c, remembered = remember(affine("f", v, p), affine("i", v, p), affine("c", v, p), c_prev)
    c_next, inside = clip(c, p["clip"])
    a_next, exposed = expose(affine("o", v, p), c_next)
    return (a_next, c_next), (v, inside, remembered, exposed)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    da_next, dc_next = dstate
    v, inside, remembered, exposed = intermediates
    dzo, dc = expose_backward(da_next, exposed)
    dz, dc_prev = remember_backward(select(inside, dc_next + dc, 0), remembered)
    dv, gradients = affine_backward({**dz, "o": dzo}, v, p)
    n_a = len(da_next)
    return dv[n_a:], (dv[:n_a], dc_prev), gradients


FAMILY = Family(
    name="lstm_clipped",
    summary="an LSTM layer whose cell state is clipped to ± clip before it is used",
    source="Sak, Senior and Beaufays 2014, section 3; as keras and TensorFlow cell_clip, not ONNX clip, which clips pre-activations",
    states={"a": "n_a m", "c": "n_a m"},
    parameters=lstm.gates("fico") | lstm.HEAD | {"clip": "1 1"},
    constants=("clip",),
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

lstm_clipped_cell_forward, lstm_clipped_cell_backward, lstm_clipped_forward, lstm_clipped_backward = operations(FAMILY)

__all__ = ["lstm_clipped_cell_forward", "lstm_clipped_cell_backward", "lstm_clipped_forward", "lstm_clipped_backward"]
