"""PyTorch as a candidate: torch.nn's recurrent modules and their cells, torch.nn.utils.rnn, gradients by autograd."""

from functools import partial

import torch

from ...run.local import Local
from ..recurrent.layer import Array, Layer, Operations
from ..recurrent.operations import operations, refused
from . import containers, unroll
from .framework import CPU, Torch, array, autocast, tensor
from .modules import GRU, LSTM, LSTM_PROJECTED, RNN, RNN_RELU, Kind


def layer(family: str, kind: Kind, network: bool = True) -> Layer:
    """A family as torch.nn has it."""
    layers = partial(unroll.network, kind) if network else None
    return Layer(family, partial(unroll.step, kind), partial(unroll.run, kind), layers)


def functions(device: str) -> Operations:
    framework = Torch(device)

    def sigmoid(x: Array) -> Array:
        return array(torch.sigmoid(tensor(x, device)))

    def softmax(x: Array) -> Array:
        return array(framework.softmax(tensor(x, device)))

    return {
        "sigmoid": sigmoid,
        "softmax": softmax,
        **operations(
            framework,
            layer("rnn", RNN),
            layer("rnn_relu", RNN_RELU, network=False),
            layer("lstm", LSTM),
            layer("lstm_projected", LSTM_PROJECTED, network=False),
            layer("gru_reset_after", GRU),
        ),
        **refused("gru", "torch.nn.GRU resets after the product"),
        **refused("lstm_peephole", "torch.nn.LSTM has no peepholes"),
        **refused("lstm_coupled", "torch.nn.LSTM has no coupled gates"),
        **refused("lstm_clipped", "torch.nn.LSTM does not clip its cell state"),
        **{name: getattr(containers, name) for name in containers.__all__},
    }


def on(device: str) -> Local:
    """All of it on a device. Raises BadDescription for one that is not there."""
    return Local(
        name="torch",
        version=Torch(device).version,
        functions=functions(device),
        move=on,
        within=partial(autocast, device=device),
    )


CANDIDATE = on(CPU)
