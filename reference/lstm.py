"""Long short-term memory with a forget gate: Hochreiter and Schmidhuber 1997, Gers et al. 2000."""

from typing import Any

import numpy as np

from .arithmetic import Array, column_sum, sigmoid, tanh
from .family import Family, Parameters, State, operations


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    a_prev, c_prev = state
    concat = np.concatenate([a_prev, xt])
    f = sigmoid(p["Wf"] @ concat + p["bf"])
    i = sigmoid(p["Wi"] @ concat + p["bi"])
    g = tanh(p["Wc"] @ concat + p["bc"])
    o = sigmoid(p["Wo"] @ concat + p["bo"])
    c_next = f * c_prev + i * g
    tanh_c = tanh(c_next)
    a_next = o * tanh_c
    return (a_next, c_next), (concat, c_prev, f, i, g, o, tanh_c)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    da_next, dc_next = dstate
    concat, c_prev, f, i, g, o, tanh_c = intermediates
    dc = dc_next + da_next * o * (1 - tanh_c * tanh_c)
    dz = {
        "f": dc * c_prev * f * (1 - f),
        "i": dc * g * i * (1 - i),
        "c": dc * i * (1 - g * g),
        "o": da_next * tanh_c * o * (1 - o),
    }
    dconcat = p["Wf"].T @ dz["f"] + p["Wi"].T @ dz["i"] + p["Wc"].T @ dz["c"] + p["Wo"].T @ dz["o"]
    gradients = {f"dW{gate}": d @ concat.T for gate, d in dz.items()}
    gradients |= {f"db{gate}": column_sum(d) for gate, d in dz.items()}
    n_a = len(da_next)
    return dconcat[n_a:], (dconcat[:n_a], dc * f), gradients


MATRIX, BIAS = "n_a n_a+n_x", "n_a 1"

FAMILY = Family(
    name="lstm",
    summary="an LSTM layer with a forget gate",
    source="Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000, eq. 2.1-2.6 without peepholes;"
    " as torch.nn.LSTM, keras LSTM, ONNX LSTM",
    states={"a": "n_a m", "c": "n_a m"},
    parameters={
        **{"Wf": MATRIX, "Wi": MATRIX, "Wc": MATRIX, "Wo": MATRIX, "Wy": "n_y n_a"},
        **{"bf": BIAS, "bi": BIAS, "bc": BIAS, "bo": BIAS, "by": "n_y 1"},
    },
    head=("Wy", "by"),
    y="y",
    forward=forward,
    backward=backward,
)

lstm_cell_forward, lstm_cell_backward, lstm_forward, lstm_backward = operations(FAMILY)
