"""A layer of Keras looked at: how one is made, its variables, and a call; a cell is one under keras.layers.RNN."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras
from keras import ops

from ..described.candidate import Described
from ..described.guessing import N_A, N_X, Shapes
from ..described.pattern import BadDescription
from ..described.proposing import Way, proposed
from ..described.writing import failing, making, meant
from .layer import built, keras_layer, named

ALL = {"return_sequences": "True", "return_state": "True"}
TAKES = ("x, initial_state=[h, c]", "x, [h, c]", "x, h, c", "x, initial_state=[h]", "x, [h]", "x, h", "x")


def looked(layer: Any) -> Described:
    """A candidate of a layer as it looks. Raises BadDescription where it tells too little."""
    ways, why = list[Way](), list[BadDescription]()
    for made in dict.fromkeys((making(layer, ALL), making(layer, {}))):
        try:
            ways.append(_way(layer, made))
        except Exception as error:
            why.append(failing(made, error))
    if not ways:
        raise why[-1]
    return proposed(ways, _quickly)


def _way(layer: Any, made: str) -> Way:
    first, lines = f"lambda n_x, n_a: {made}", tuple[str, ...]()
    one = built(meant(layer, first), (N_X, N_A), "float32")
    if hasattr(one, "state_size") and not isinstance(one, keras.layers.RNN):
        over = ", ".join(f"{name}={value}" for name, value in ALL.items())
        first, lines = f"lambda n_x, n_a: keras.layers.RNN({made}, {over})", ("import keras",)
        one = built(meant(layer, first, lines), (N_X, N_A), "float32")
    shapes = {name: tuple(variable.shape) for name, variable in named(one.trainable_variables).items()}

    def probe(_: Any, given: list[Any], more: dict[str, Any]) -> tuple[Any, Shapes]:
        return one(*given, **more), shapes

    return Way(kind=layer, describe=keras_layer, first=first, lines=lines, zeros=ops.zeros, probe=probe, takes=TAKES)


def _quickly() -> AbstractContextManager[Any]:
    """On JAX step by step."""
    if keras.backend.backend() != "jax":
        return nullcontext()
    import jax

    found: AbstractContextManager[Any] = jax.disable_jit()
    return found
