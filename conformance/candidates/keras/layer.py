"""A layer of Keras as a candidate, by its description, on the backend that Keras runs on."""

import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any, Unpack

import keras
from keras import ops

from ..described import calling, telling
from ..described.candidate import Described, described
from ..described.description import Description, Said, Sizes, states
from ..described.fitting import fitted
from ..recurrent.layer import Named, Operations
from ..recurrent.operations import operations
from .mixed import mixed, policy

BACKENDS = {"jax": "OnJax", "tensorflow": "OnTensorFlow", "torch": "OnTorch"}


def keras_layer(layer: Callable[..., Any], **said: Unpack[Said]) -> Described:
    """A candidate of a layer: `layer(n_x, n_a)` makes one, `weights` names its variables by what stands in them.

    A variable is called by its path without the layer's own name. A layer is called with `x, initial_state=[h, c]` and returns
    `y, h, c` unless `takes` and `returns` say otherwise. All else is as in `torch_module`. Raises BadDescription.
    """
    backend = keras.backend.backend()
    framework = getattr(import_module(f"{__package__}.on_{backend}"), BACKENDS[backend])()
    made = cache(built)

    def call(sizes: Sizes, packed: Named, given: list[Any], more: dict[str, Any]) -> Any:
        own = made(layer, sizes, policy(next(iter(packed.values()))), tuple(description.sizes))
        variables = named(own.trainable_variables)
        fit = fitted(packed, {name: variable.value for name, variable in variables.items()}, ops, description.aside)
        seeds = [variable.value for variable in own.non_trainable_variables]
        return own.stateless_call([fit[name] for name in variables], seeds, *given, **more)[0]

    def make(description: Description) -> Operations:
        return operations(framework, calling.layer(description, call, ops))

    words = states(said.get("like", ""))
    description = Description.of({"takes": f"x, initial_state=[{words}]", "returns": f"y, {words}"}, **said)
    name = str(getattr(layer, "__name__", type(layer).__name__))
    return replace(described(name, f"keras {keras.__version__} on {backend}", description, make), within=mixed)


def named(variables: list[Any]) -> dict[str, Any]:
    """Variables by path, without the layer's name and the numbers that Keras counts layers of one kind with, where those tell them apart."""
    whole = [variable.path for variable in variables]  # of a part that was built by itself, without the layer's name
    inside = [path.partition("/")[2] for path in whole]
    ways = [way for paths in (inside, whole) for way in ([re.sub(r"_\d+(?=/)", "", path) for path in paths], paths)]
    return dict(zip(next(way for way in ways if len({*way}) == len(way)), variables, strict=True))


def built(layer: Callable[..., Any], sizes: Sizes, dtype: str, names: tuple[str, ...] = ("n_x", "n_a")) -> Any:
    """A layer of a size at a dtype, with its variables."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        with telling.made(names, sizes):
            made = layer(*sizes)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"`build\(\)` was called", UserWarning)
            made.build((None, None, sizes[0]))
        if not made.trainable_variables:  # it has no build of its own: a first call builds its parts
            made(ops.zeros((1, 1, sizes[0])))
    finally:
        keras.config.set_dtype_policy(before)
    return made
