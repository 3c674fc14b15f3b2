"""A layer of Keras as a candidate, by its description, on the backend that Keras runs on."""

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import keras
from keras import ops

from ..described.candidate import Described, described
from ..described.description import Description, Sizes
from ..described.fitting import fitted
from ..described.pattern import Weights
from ..recurrent.layer import Named, Operations
from ..recurrent.operations import operations

BACKENDS = {"jax": "OnJax", "tensorflow": "OnTensorFlow", "torch": "OnTorch"}


def keras_layer(
    layer: Callable[[int, int], Any],
    *,
    like: str,
    weights: Weights,
    gates: str = "",
    layout: str = "btf",
    state: str = "bf",
    takes: str = "",
    returns: str = "",
) -> Described:
    """A candidate of a layer: `layer(n_x, n_a)` makes one, `weights` names its variables by what stands in them.

    A variable is called by its path without the layer's own name. A layer is called with `x, initial_state=(h, c)` and returns
    `y, h, c` unless `takes` and `returns` say otherwise. All else is as in `torch_module`. Raises BadDescription.
    """
    backend = keras.backend.backend()
    framework = getattr(import_module(f"{__package__}.on_{backend}"), BACKENDS[backend])()
    made = cache(_made)

    def call(sizes: Sizes, packed: Named, given: list[Any], named: dict[str, Any]) -> Any:
        own = made(layer, *sizes, keras.backend.standardize_dtype(next(iter(packed.values())).dtype))
        variables = _named(own.trainable_variables)
        fit = fitted(packed, {name: tuple(variable.shape) for name, variable in variables.items()}, ops)
        seeds = [variable.value for variable in own.non_trainable_variables]
        return own.stateless_call([fit[name] for name in variables], seeds, *given, **named)[0]

    def make(description: Description) -> Operations:
        return operations(framework, description.layer(call, ops))

    states = "h, c" if like.startswith("lstm") else "h"
    takes = takes or f"x, initial_state=[{states}]"
    description = Description(like, weights, gates, layout, state, takes, returns or f"y, {states}")
    name = str(getattr(layer, "__name__", type(layer).__name__))
    return described(name, f"keras {keras.__version__} on {backend}", description, make)


def _named(variables: list[Any]) -> dict[str, Any]:
    """Variables by path, without the layer's name and the numbers that Keras counts layers of one kind with."""
    paths = [variable.path.partition("/")[2] for variable in variables]
    plain = [re.sub(r"_\d+(?=/)", "", path) for path in paths]
    return dict(zip(plain if len({*plain}) == len(plain) else paths, variables, strict=True))


def _made(layer: Callable[[int, int], Any], n_x: int, n_a: int, dtype: str) -> Any:
    """A layer of a size at a dtype, with its variables."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        made = layer(n_x, n_a)
        made.build((None, None, n_x))
    finally:
        keras.config.set_dtype_policy(before)
    return made
