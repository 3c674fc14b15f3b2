"""The plain recurrent layer with a rectifier: Le, Jaitly and Hinton 2015."""

from typing import Any

from ..arithmetics.primitives import Array, relu, select
from ..family import Family
from ..layer import operations
from ..unroll import Parameters, State
from .rnn import PARAMETERS, preactivation, preactivation_backward


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (a_prev,) = state
    a_next, positive = relu(preactivation(xt, a_prev, p))
    return (a_next,), (xt, a_prev, positive)


def backward(dstate: State, intermediates: Any, p: Parameters) -> tuple[Array, State, dict[str, Array]]:
    (da_next,) = dstate
    xt, a_prev, positive = intermediates
    return preactivation_backward(select(positive, da_next, 0), xt, a_prev, p)


FAMILY = Family(
    name="rnn_relu",
    summary="a plain recurrent layer with a rectifier",
    source="Le, Jaitly and Hinton 2015, A Simple Way to Initialize Recurrent Networks; as torch.nn.RNN with nonlinearity='relu'",
    states={"a": "n_a m"},
    parameters=PARAMETERS,
    head=("Wya", "by"),
    y="y_pred",
    forward=forward,
    backward=backward,
)

rnn_relu_cell_forward, rnn_relu_cell_backward, rnn_relu_forward, rnn_relu_backward = operations(FAMILY)

__all__ = ["rnn_relu_cell_forward", "rnn_relu_cell_backward", "rnn_relu_forward", "rnn_relu_backward"]
