"""Gated recurrent unit, reset after the product: the form of cuDNN, which has a second bias of the candidate."""

from typing import Any

import numpy as np

from ..arithmetics.primitives import Array, column_sum, sigmoid, sigmoid_slope, tanh
from ..family import Family
from ..gate import affine, affine_backward
from ..layer import operations
from ..unroll import Parameters, State
from .gru import mixed, mixed_backward
from .lstm import BIAS, gates


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (a_prev,) = state
    n_a = len(a_prev)
    v = np.concatenate([a_prev, xt])
    u, r = sigmoid(affine("u", v, p)), sigmoid(affine("r", v, p))
    h = p["Wc"][:, :n_a] @ a_prev + p["bca"]
    n = tanh(p["Wc"][:, n_a:] @ xt + p["bc"] + r * h)
    return (mixed(u, n, a_prev),), (v, u, r, h, n)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    (da_next,) = dstate
    v, u, r, h, n = intermediates
    n_a = len(da_next)
    a_prev, xt = v[:n_a], v[n_a:]
    dzu, dzc, da_prev = mixed_backward(da_next, u, n, a_prev)
    dh, dzr = dzc * r, dzc * h * sigmoid_slope(r)
    dv, gradients = affine_backward({"u": dzu, "r": dzr}, v, p)
    gradients["dWc"] = np.concatenate([dh @ a_prev.T, dzc @ xt.T], axis=1)
    gradients["dbc"], gradients["dbca"] = column_sum(dzc), column_sum(dh)
    dxt = dv[n_a:] + p["Wc"][:, n_a:].T @ dzc
    return dxt, (da_prev + dv[:n_a] + p["Wc"][:, :n_a].T @ dh,), gradients


FAMILY = Family(
    name="gru_reset_after",
    summary="a GRU layer, reset after the product; the update gate weights the new value",
    source="Chung et al. 2014 as computed by cuDNN (NVIDIA cuDNN API, cudnnRNNMode_t CUDNN_GRU), with u for 1 - z;"
    " as torch.nn.GRU, nnabla gru, keras GRU with reset_after=True, ONNX GRU with linear_before_reset=1",
    states={"a": "n_a m"},
    parameters=gates("urc") | {"bca": BIAS, "Wy": "n_y n_a", "by": "n_y 1"},
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

gru_reset_after_cell_forward, gru_reset_after_cell_backward, gru_reset_after_forward, gru_reset_after_backward = (
    operations(FAMILY)
)

__all__ = [
    "gru_reset_after_cell_forward",
    "gru_reset_after_cell_backward",
    "gru_reset_after_forward",
    "gru_reset_after_backward",
]
