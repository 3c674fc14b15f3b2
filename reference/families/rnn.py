"""The plain recurrent layer with tanh: Elman 1990. Its affine part is shared with `rnn_relu`."""

from typing import Any

from ..arithmetics.primitives import Array, column_sum, tanh, tanh_slope
from ..family import Family
from ..layer import operations
from ..unroll import Parameters, State


def preactivation(xt: Array, a_prev: Array, p: Parameters) -> Array:
    return p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"]


def preactivation_backward(dz: Array, xt: Array, a_prev: Array, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    gradients = {"dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": column_sum(dz)}
    return p["Wax"].T @ dz, (p["Waa"].T @ dz,), gradients


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (a_prev,) = state
    a_next = tanh(preactivation(xt, a_prev, p))
    return (a_next,), (xt, a_prev, a_next)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    (da_next,) = dstate
    xt, a_prev, a_next = intermediates
    return preactivation_backward(da_next * tanh_slope(a_next), xt, a_prev, p)


PARAMETERS = {"Wax": "n_a n_x", "Waa": "n_a n_a", "Wya": "n_y n_a", "ba": "n_a 1", "by": "n_y 1"}

FAMILY = Family(
    name="rnn",
    summary="a plain recurrent layer with tanh",
    source="Elman 1990, Finding Structure in Time; as torch.nn.RNN, keras SimpleRNN, ONNX RNN",
    states={"a": "n_a m"},
    parameters=PARAMETERS,
    head=("Wya", "by"),
    y="y_pred",
    forward=forward,
    backward=backward,
)

rnn_cell_forward, rnn_cell_backward, rnn_forward, rnn_backward = operations(FAMILY)

__all__ = ["rnn_cell_forward", "rnn_cell_backward", "rnn_forward", "rnn_backward"]
