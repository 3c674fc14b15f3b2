"""All that Keras can be asked for, over one backend."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import keras
from keras.layers import GRU, LSTM, GRUCell, LSTMCell, SimpleRNN, SimpleRNNCell

from ...run.local import Local
from ..recurrent.layer import Framework, Layer, Named, Operations
from ..recurrent.operations import operations, refused
from . import layers as of
from . import weights
from .mixed import mixed

Eager = Callable[[], AbstractContextManager[Any]]


def candidate(framework: Framework, version: str, eager: Eager = nullcontext) -> Local:
    """Keras on a backend."""
    told = f"keras {keras.__version__} on {version}"
    return Local(name="keras", version=told, functions=functions(framework, eager), within=mixed)


def functions(framework: Framework, eager: Eager) -> Operations:
    def layer(family: str, kind: of.Kind, network: bool) -> Layer:
        layers = partial(of.network, kind) if network else None
        return Layer(family, partial(of.step, kind), partial(of.run, kind), layers)

    plain = partial(of.Kind, SimpleRNN, SimpleRNNCell, weights.rnn, eager=eager)
    gru = partial(of.Kind, GRU, GRUCell, eager=eager)
    return {
        "sigmoid": _elementwise(framework, keras.ops.sigmoid),
        "softmax": _elementwise(framework, of.softmax),
        **operations(
            framework,
            layer("rnn", plain(), True),
            layer("rnn_relu", plain((("activation", "relu"),)), False),
            layer("lstm", of.Kind(LSTM, LSTMCell, weights.lstm, eager=eager), True),
            layer("gru", gru(weights.gru, (("reset_after", False),)), True),
            layer("gru_reset_after", gru(weights.gru_reset_after, (("reset_after", True),)), True),
        ),
        **refused("lstm_peephole lstm_coupled lstm_projected lstm_clipped", "keras.layers.LSTM has no such variant"),
        **refused(
            "pad_sequence pack_sequence pack_padded_sequence pad_packed_sequence", "Keras has no packed sequences"
        ),
    }


def _elementwise(framework: Framework, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def named(leaves: Named, _: Any) -> Named:
        return {"y": function(leaves["x"])}

    return lambda x: framework.run(named, {"x": x}, None)["y"]
