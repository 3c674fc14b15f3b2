"""A layer of Keras as a candidate, by its description, on the backend that Keras runs on."""

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Unpack

import keras
from keras import ops

from ..described import calling
from ..described.candidate import Described, described
from ..described.description import Description, Said, Sizes, states
from ..described.fitting import fitted
from ..recurrent.layer import Named, Operations
from ..recurrent.operations import operations

BACKENDS = {"jax": "OnJax", "tensorflow": "OnTensorFlow", "torch": "OnTorch"}


def keras_layer(layer: Callable[..., Any], **said: Unpack[Said]) -> Described:
    """A candidate of a layer: `layer(n_x, n_a)` makes one, `weights` names its variables by what stands in them.

    A variable is called by its path without the layer's own name. A layer is called with `x, initial_state=[h, c]` and returns
    `y, h, c` unless `takes` and `returns` say otherwise. All else is as in `torch_module`. Raises BadDescription.
    """
    backend = keras.backend.backend()
    framework = getattr(import_module(f"{__package__}.on_{backend}"), BACKENDS[backend])()
    made = cache(_made)

    def call(sizes: Sizes, packed: Named, given: list[Any], named: dict[str, Any]) -> Any:
        own = made(layer, sizes, keras.backend.standardize_dtype(next(iter(packed.values())).dtype))
        variables = _named(own.trainable_variables)
        fit = fitted(packed, {name: variable.value for name, variable in variables.items()}, ops, description.aside)
        seeds = [variable.value for variable in own.non_trainable_variables]
        return own.stateless_call([fit[name] for name in variables], seeds, *given, **named)[0]

    def make(description: Description) -> Operations:
        return operations(framework, calling.layer(description, call, ops))

    words = states(said.get("like", ""))
    description = Description.of({"takes": f"x, initial_state=[{words}]", "returns": f"y, {words}"}, **said)
    name = str(getattr(layer, "__name__", type(layer).__name__))
    return described(name, f"keras {keras.__version__} on {backend}", description, make)


def _named(variables: list[Any]) -> dict[str, Any]:
    """Variables by path, without the layer's name and the numbers that Keras counts layers of one kind with."""
    paths = [variable.path.partition("/")[2] for variable in variables]
    plain = [re.sub(r"_\d+(?=/)", "", path) for path in paths]
    return dict(zip(plain if len({*plain}) == len(plain) else paths, variables, strict=True))


def _made(layer: Callable[..., Any], sizes: Sizes, dtype: str) -> Any:
    """A layer of a size at a dtype, with its variables."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        made = layer(*sizes)
        made.build((None, None, sizes[0]))
    finally:
        keras.config.set_dtype_policy(before)
    return made
