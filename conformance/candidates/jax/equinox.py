"""Equinox as a candidate: its cells, sequences by jax.lax.scan as Equinox's documentation writes them, gradients by JAX."""

from collections.abc import Callable
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from ..described.conventions import EQUINOX_GRU, EQUINOX_LSTM
from ..recurrent.layer import Array, Layer, Named
from ..recurrent.operations import operations, refused
from .graph import JAX, elementwise

Make = Callable[[Named, int], Any]  # a cell from parameters and n_x


def lstm(p: Named, n_x: int) -> Any:
    weights, bias = (jnp.concatenate(EQUINOX_LSTM.gathered(p, kind)) for kind in "Wb")
    n_a = weights.shape[1] - n_x
    return _cell(eqx.nn.LSTMCell, n_x, n_a, weight_ih=weights[:, n_a:], weight_hh=weights[:, :n_a], bias=bias[:, 0])


def gru(p: Named, n_x: int) -> Any:
    # Equinox's z weights the old value, the contract's u the new one: z = 1 - u = sigmoid(-(Wu v + bu))
    weights, bias = (jnp.concatenate(EQUINOX_GRU.gathered(p, kind)) for kind in "Wb")
    n_a = weights.shape[1] - n_x
    own = {"weight_ih": weights[:, n_a:], "weight_hh": weights[:, :n_a], "bias": bias[:, 0], "bias_n": p["bca"][:, 0]}
    return _cell(eqx.nn.GRUCell, n_x, n_a, **own)


def _cell(kind: Any, n_x: int, n_a: int, **weights: Array) -> Any:
    """A cell with these weights; it draws none of its own."""
    blank = eqx.filter_eval_shape(kind, n_x, n_a, key=jax.random.key(0))
    return eqx.tree_at(lambda cell: [getattr(cell, name) for name in weights], blank, list(weights.values()))


def layer(family: str, make: Make) -> Layer:
    def step(p: Named, xt: Array, given: list[Array]) -> list[Array]:
        return _states(jax.vmap(make(p, xt.shape[1]))(xt, _hidden(given)))

    def run(p: Named, x: Array, given: list[Array], lengths: Array | None, reverse: bool) -> Any:
        cell = jax.vmap(make(p, x.shape[2]))

        def body(hidden: Any, xt: Array) -> Any:
            hidden = cell(xt, hidden)
            return hidden, hidden

        ended, every = jax.lax.scan(body, _hidden(given), x, reverse=reverse)
        a, *c = _states(every)
        return a, _states(ended), c[0] if c else None

    return Layer(family, step, run, options=("reverse",))


def _hidden(states: list[Array]) -> Any:
    return tuple(states) if len(states) > 1 else states[0]


def _states(hidden: Any) -> list[Array]:
    return list(hidden) if isinstance(hidden, tuple) else [hidden]


CANDIDATE = {
    "__version__": f"equinox {eqx.__version__}, jax {jax.__version__}",
    "sigmoid": partial(elementwise, function=jax.nn.sigmoid),
    "softmax": partial(elementwise, function=partial(jax.nn.softmax, axis=0)),
    **operations(JAX, layer("lstm", lstm), layer("gru_reset_after", gru)),
    **refused("rnn rnn_relu", "Equinox has no plain recurrent cell"),
    **refused("lstm_network gru_reset_after_network", "Equinox has no layers of layers, nor a second direction"),
    **refused("gru", "equinox.nn.GRUCell resets after the product"),
    **refused("lstm_peephole lstm_coupled lstm_projected lstm_clipped", "Equinox has no such LSTM"),
    **refused("pad_sequence pack_sequence pack_padded_sequence pad_packed_sequence", "Equinox has no packed sequences"),
}
