"""Whether a layer is as it is described: its weights and their shapes first, then one call."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from rnnspec.reference import OPERATIONS
from rnnspec.reference.checking import Dimensions

from ..recurrent.layer import FAMILY, Array
from .pattern import BadDescription

SMALL = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 2, "T_x": 4}  # all different, so that no axis stands for another


def fitted(weights: Mapping[str, Array], shapes: Mapping[str, Any], xp: Any) -> dict[str, Array]:
    """Weights in the shapes that the layer has for them. Raises BadDescription where one is missing, or does not fit."""
    if missing := [name for name in weights if name not in shapes]:
        raise BadDescription(f"the layer has no {missing[0]!r}; it has {', '.join(shapes) or 'no weights'}")
    if left := [name for name in shapes if name not in weights]:
        raise BadDescription(f"the layer's {', '.join(left)} {'are' if len(left) > 1 else 'is'} not described")
    return {name: _fitted(name, array, tuple(shapes[name]), xp) for name, array in weights.items()}


def _fitted(name: str, array: Array, shape: tuple[int, ...], xp: Any) -> Array:
    """Vectors may stand in a row or a column, and stacked gates along an axis of their own."""
    found = tuple(array.shape)
    if found == shape:
        return array
    apart = len(found) == 1 or len(shape) > 2
    if apart and math.prod(shape) == math.prod(found):
        return xp.reshape(array, shape)
    turned = f", turned: write {name}.T" if found[::-1] == shape else ""
    raise BadDescription(f"the layer's {name} is {shape}, and what is described is {found}{turned}")


def probed(family: str, functions: Mapping[str, Any]) -> None:
    """Call what was described once, on small arrays. Raises BadDescription for whatever comes of it."""
    dims = Dimensions(family, SMALL)
    parameters = {name: np.full(dims.shape(axes), 0.125) for name, axes in FAMILY[family].parameters.items()}
    for operation in (OPERATIONS[name] for name in functions if name in OPERATIONS and name.endswith("forward")):
        inputs = {name: np.full(dims.shape(axes), 0.25) for name, axes in operation.inputs.items()}
        _zero(inputs, operation.states, functions)
        try:
            operation.call(functions, inputs, parameters)
        except BadDescription:
            raise
        except Exception as error:
            words = str(error).strip().splitlines() or [""]
            raise BadDescription(
                f"called as it is described, the layer raised {type(error).__name__}: {words[0]}"
            ) from error


def _zero(inputs: dict[str, Any], states: Iterable[str], functions: Mapping[str, Any]) -> None:
    """A layer over time may take no states."""
    for state in states:
        if f"{state}0" in inputs:
            inputs[f"{state}0"] = np.zeros_like(inputs[f"{state}0"])
