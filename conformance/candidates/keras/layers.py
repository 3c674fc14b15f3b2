"""Keras 3 as a candidate, whichever its backend: SimpleRNN, LSTM, GRU with both resets, their cells, and Bidirectional."""

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import keras
from keras import ops

from ..recurrent.layer import Array, Named
from .mixed import policy
from .weights import Weights


class Keras:
    """What the backends share."""

    xp = ops

    def head(self, weight: Array, bias: Array, a: Array) -> Array:
        logits = ops.tensordot(weight, a, 1) + ops.reshape(bias, (-1, *[1] * (len(a.shape) - 1)))
        return softmax(logits)

    def softmax(self, logits: Array) -> Array:
        return softmax(logits)


def softmax(x: Array) -> Array:
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "You are using a softmax over axis 0", UserWarning
        )  # where there is one class
        return ops.softmax(x, axis=0)


class SeenLSTM(keras.layers.LSTMCell):  # type: ignore[misc]
    """What keras.layers.LSTM does not return, every c, is part of the output."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(units, **options)
        self.output_size = 2 * units

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        _, states = super().call(inputs, states, training)
        return ops.concatenate(states, axis=1), states


@dataclass(frozen=True)
class Kind:
    """A layer class with its cell class and options; `eager` is where a layer under a tracing backend is built."""

    layer: Any
    cell: Any
    weights: Weights
    options: tuple[tuple[str, Any], ...] = ()
    eager: Callable[[], AbstractContextManager[Any]] = field(default=nullcontext)


@cache
def built(kind: Kind, wrap: str, shape: tuple[int, ...], n_a: int, dtype: str, backwards: bool = False) -> Any:
    """A layer (with wrap "both", in both directions; with "seen", of every c) or its cell, that draws no weights."""
    options = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros", "dtype": dtype, **dict(kind.options)}
    over = {"return_sequences": True, "return_state": True, "zero_output_for_mask": True, "go_backwards": backwards}
    with kind.eager():
        if wrap == "cell":
            made = kind.cell(n_a, **options)
        elif wrap == "seen":
            made = keras.layers.RNN(SeenLSTM(n_a, **options), **over, dtype=dtype)
        else:
            made = kind.layer(n_a, **options, **over)
        made = keras.layers.Bidirectional(made, dtype=dtype) if wrap == "both" else made
        made.build(shape)
    return made


def call(layer: Any, weights: list[Array], *given: Any, **options: Any) -> Any:
    seeds = [variable.value for variable in layer.non_trainable_variables]  # of a dropout that is never asked for
    return layer.stateless_call(weights, seeds, *given, **options)[0]


def step(kind: Kind, p: Named, xt: Array, states: list[Array]) -> list[Array]:
    cell = built(kind, "cell", tuple(xt.shape), states[0].shape[1], policy(xt))
    return list(call(cell, kind.weights(p), xt, states)[1])


def run(kind: Kind, p: Named, x: Array, states: list[Array], lengths: Array | None, reverse: bool) -> Any:
    a, *ended = _over(kind, "one", kind.weights(p), x, states, lengths, reverse)
    if len(states) == 1:
        return a, ended, None
    both = _over(kind, "seen", kind.weights(p), x, states, lengths, reverse)[0]
    return a, ended, both[:, :, states[0].shape[1] :]


def _over(kind: Kind, wrap: str, weights: Any, x: Array, states: Any, lengths: Any, reverse: bool = False) -> Any:
    """Outputs (T, m, n) in input order, whichever way the layer runs, and final states."""
    x = ops.transpose(x, (1, 0, 2))
    layer = built(kind, wrap, tuple(x.shape), states[0].shape[1], policy(x), reverse)
    mask = None if lengths is None else ops.arange(x.shape[1])[None] < lengths[:, None]
    a, *ended = call(layer, weights, x, initial_state=states, mask=mask)
    a = ops.transpose(a, (1, 0, 2))
    return ops.flip(a, axis=0) if reverse else a, *ended


def network(kind: Kind, parameters: Any, x: Array, states: list[Array], lengths: Array | None) -> Any:
    finals, n_d = [], len(parameters[0])
    for k, directions in enumerate(parameters):
        own = [state[k * n_d + d] for d in range(n_d) for state in states]
        weights = [weight for p in directions for weight in kind.weights(p)]
        x, *ended = _over(kind, "both" if n_d == 2 else "one", weights, x, own, lengths)
        finals += [ended[i : i + len(states)] for i in range(0, len(ended), len(states))]
    return x, [ops.stack(parts) for parts in zip(*finals, strict=True)]
