"""The plain recurrent layer with tanh: Elman 1990."""

from typing import Any

from .arithmetic import Array, column_sum, tanh
from .family import Family, Parameters, State, operations


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (a_prev,) = state
    a_next = tanh(p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"])
    return (a_next,), (xt, a_prev, a_next)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    (da_next,) = dstate
    xt, a_prev, a_next = intermediates
    dz = da_next * (1 - a_next * a_next)
    gradients = {"dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": column_sum(dz)}
    return p["Wax"].T @ dz, (p["Waa"].T @ dz,), gradients


FAMILY = Family(
    name="rnn",
    summary="a plain recurrent layer with tanh",
    source="Elman 1990, Finding Structure in Time; as torch.nn.RNN, keras SimpleRNN, ONNX RNN",
    states={"a": "n_a m"},
    parameters={"Wax": "n_a n_x", "Waa": "n_a n_a", "Wya": "n_y n_a", "ba": "n_a 1", "by": "n_y 1"},
    head=("Wya", "by"),
    y="y_pred",
    forward=forward,
    backward=backward,
)

rnn_cell_forward, rnn_cell_backward, rnn_forward, rnn_backward = operations(FAMILY)
