"""torch's recurrent modules, and the contract's named gates stacked as torch wants them.

The stacking is inside the graph, so autograd hands the gradients back gate by gate. Weights are (out, in)
in both, so only their order differs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from .graph import Tensor

LSTM_GATES = ("i", "f", "c", "o")  # torch stacks its rows i f g o, and its GRU's r z n
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")

Weights = list[Tensor]  # in the order of NAMES; the last only where there is a projection


@dataclass(frozen=True)
class Layer:
    """torch's module of a family, its module of one step where it has one, and what to give them."""

    module: Callable[..., Any]
    cell: Callable[..., Any] | None
    weights: Callable[[Mapping[str, Tensor]], Weights]
    head: tuple[str, str] = ("Wy", "by")


def rnn_weights(p: Mapping[str, Tensor]) -> Weights:
    bias = p["ba"][:, 0]
    return [p["Wax"], p["Waa"], bias, torch.zeros_like(bias)]


def lstm_weights(p: Mapping[str, Tensor]) -> Weights:
    stacked, bias = (torch.cat([p[f"{kind}{gate}"] for gate in LSTM_GATES]) for kind in "Wb")
    projection = [p["Wp"]] if "Wp" in p else []
    n = len(projection[0] if projection else p["bf"])  # of the output, which is what flows back
    return [stacked[:, n:], stacked[:, :n], bias[:, 0], torch.zeros_like(bias[:, 0]), *projection]


def gru_weights(p: Mapping[str, Tensor]) -> Weights:
    # torch's z weights the old value, the contract's u the new one: z = 1 - u = sigmoid(-(Wu v + bu))
    stacked, none = torch.cat([p["Wr"], -p["Wu"], p["Wc"]]), torch.zeros_like(p["bc"])
    seen, kept = torch.cat([p["br"], -p["bu"], p["bc"]]), torch.cat([none, none, p["bca"]])
    n_a = len(none)
    return [stacked[:, n_a:], stacked[:, :n_a], seen[:, 0], kept[:, 0]]


def widths(weights: Weights) -> tuple[int, int]:
    """How many rows the states have: a, and an LSTM's c."""
    weight_hh = weights[1]
    return weight_hh.shape[1], len(weight_hh) // len(LSTM_GATES)


_RELU = {"nonlinearity": "relu"}

RNN = Layer(torch.nn.RNN, torch.nn.RNNCell, rnn_weights, ("Wya", "by"))
RNN_RELU = Layer(partial(torch.nn.RNN, **_RELU), partial(torch.nn.RNNCell, **_RELU), rnn_weights, ("Wya", "by"))
LSTM = Layer(torch.nn.LSTM, torch.nn.LSTMCell, lstm_weights)
LSTM_PROJECTED = Layer(torch.nn.LSTM, None, lstm_weights)
GRU = Layer(torch.nn.GRU, torch.nn.GRUCell, gru_weights)
