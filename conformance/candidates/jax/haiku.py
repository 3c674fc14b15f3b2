"""Haiku as a candidate: its cores, dynamic_unroll and DeepRNN, gradients by JAX."""

from collections.abc import Callable
from functools import partial
from typing import Any

import haiku as hk
import jax
import jax.numpy as jnp

from ...candidate import Unsupported
from ..described.conventions import HAIKU_GRU, HAIKU_LSTM
from ..recurrent.layer import Array, Layer, Named
from ..recurrent.operations import operations, refused
from .graph import JAX, elementwise

Weights = Callable[[Named, str], Named]  # by module name, below the name of the core


def rnn_relu(p: Named, core: str) -> Named:
    none = jnp.zeros_like(p["ba"][:, 0])
    seen, kept = {"w": p["Wax"].T, "b": p["ba"][:, 0]}, {"w": p["Waa"].T, "b": none}
    return {f"{core}/linear": seen, f"{core}/linear_1": kept}


def lstm(p: Named, core: str) -> Named:
    p = {**p, "bf": p["bf"] - 1}  # Haiku adds 1 to its forget gate's bias
    weights, bias = (jnp.concatenate(HAIKU_LSTM.gathered(p, kind)) for kind in "Wb")
    n_a = len(p["Wc"])
    return {f"{core}/linear": {"w": jnp.concatenate([weights[:, n_a:], weights[:, :n_a]], 1).T, "b": bias[:, 0]}}


def gru(p: Named, core: str) -> Named:
    weights, bias = (jnp.concatenate(HAIKU_GRU.gathered(p, kind)) for kind in "Wb")
    n_a = len(p["Wc"])
    return {core: {"w_i": weights[:, n_a:].T, "w_h": weights[:, :n_a].T, "b": bias[:, 0]}}


def layer(family: str, kind: Any, weights: Weights, network: bool = False) -> Layer:
    def step(p: Named, xt: Array, states: list[Array]) -> list[Array]:
        function = hk.without_apply_rng(hk.transform(lambda: kind(states[0].shape[1], name="one")(xt, _state(states))))
        return _states(function.apply(weights(p, "one"))[1])

    def run(p: Named, x: Array, states: list[Array], lengths: Array | None, reverse: bool) -> Any:
        def unrolled() -> Any:
            core = kind(states[0].shape[1], name="one")
            return hk.dynamic_unroll(core, x, _state(states), reverse=reverse, return_all_states=True)

        _, every = hk.without_apply_rng(hk.transform(unrolled)).apply(weights(p, "one"))
        a, *c = _states(every)
        return a, [state[0 if reverse else -1] for state in (a, *c)], c[0] if c else None

    layers = partial(_network, kind, weights) if network else None
    return Layer(family, step, run, layers, ("reverse",))


def _network(kind: Any, weights: Weights, parameters: Any, x: Array, states: list[Array], _: Array | None) -> Any:
    if len(parameters[0]) == 2:
        raise Unsupported("Haiku has no second direction")
    names = [f"layer_{k}" for k in range(len(parameters))]

    def unrolled() -> Any:
        core = hk.DeepRNN([kind(states[0].shape[2], name=name) for name in names])
        return hk.dynamic_unroll(core, x, tuple(_state(list(own)) for own in zip(*states, strict=True)))

    parts = [weights(directions[0], name) for name, directions in zip(names, parameters, strict=True)]
    params = {name: weight for part in parts for name, weight in part.items()}
    a, ended = hk.without_apply_rng(hk.transform(unrolled)).apply(params)
    return a, [jnp.stack(finals) for finals in zip(*map(_states, ended), strict=True)]


def _state(states: list[Array]) -> Any:
    return hk.LSTMState(*states) if len(states) > 1 else states[0]


def _states(state: Any) -> list[Array]:
    return [state.hidden, state.cell] if isinstance(state, hk.LSTMState) else [state]


CANDIDATE = {
    "__version__": f"haiku {hk.__version__}, jax {jax.__version__}",
    "sigmoid": partial(elementwise, function=jax.nn.sigmoid),
    "softmax": partial(elementwise, function=partial(jax.nn.softmax, axis=0)),
    **operations(
        JAX,
        layer("rnn_relu", hk.VanillaRNN, rnn_relu),
        layer("lstm", hk.LSTM, lstm, True),
        layer("gru", hk.GRU, gru, True),
    ),
    **refused("rnn", "haiku.VanillaRNN has a rectifier for tanh"),
    **refused("gru_reset_after", "haiku.GRU resets before the product"),
    **refused("lstm_peephole lstm_coupled lstm_projected lstm_clipped", "Haiku has no such LSTM"),
    **refused("pad_sequence pack_sequence pack_padded_sequence pad_packed_sequence", "Haiku has no packed sequences"),
}
