"""Whether a layer is as it is described: its weights and their shapes first, then one call."""

import math
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from rnnspec.golden.entry import shown
from rnnspec.reference import OPERATIONS, Operation
from rnnspec.reference.checking import Dimensions

from ...candidate import DTYPES, Unsupported
from ..recurrent.layer import Array
from .pattern import BadDescription
from .telling import said, whole

SMALL = {
    "n_x": 3,
    "n_a": 5,
    "n_y": 2,
    "n_p": 4,
    "m": 6,
    "T_x": 7,
}  # all different, and no batch that unpacks into two states


def fitted(weights: Mapping[str, Array], own: Mapping[str, Any], xp: Any, aside: str = "") -> dict[str, Array]:
    """Weights in the shapes of the layer's own; what is left aside, names or patterns of names, is the layer's own.

    Raises BadDescription where one is missing, does not fit, or is not described.
    """
    if missing := [name for name in weights if name not in own]:
        raise BadDescription(f"the layer has no {missing[0]!r}; it has {', '.join(own) or 'no weights'}")
    left = [name for name in own if name not in weights]
    kept = [name for name in left if any(fnmatchcase(name, pattern) for pattern in aside.split())]
    if strange := [name for name in left if name not in kept]:
        raise BadDescription(
            f"the layer's {', '.join(strange)} {'are' if len(strange) > 1 else 'is'} not described; what does not matter to the"
            f" states is left aside by '_', as in weights={{'_': {' '.join(strange)!r}, …}}"
        )
    return {n: _fitted(n, a, tuple(own[n].shape), xp) for n, a in weights.items()} | {n: own[n] for n in kept}


def of_function(weights: Callable[..., Any], p: Mapping[str, Array], known: Iterable[str]) -> Mapping[str, Array]:
    """What a function makes of the contract's parameters. Raises BadDescription where that is no arrays by name."""
    try:
        found = weights(p)
    except Exception as error:
        given = ", ".join(name for name in known if name in p)
        raise BadDescription(f"the function of weights raised {said(error)}; it is given {given}") from error
    if not isinstance(found, Mapping) or not found:
        raise BadDescription(f"the function of weights gave {shown(found, 40)}, want arrays by the layer's names")
    for name, array in found.items():
        if not hasattr(array, "shape"):
            raise BadDescription(f"the function of weights gave {type(array).__name__} for {name!r}, want an array")
    return found


def _fitted(name: str, array: Array, shape: tuple[int, ...], xp: Any) -> Array:
    """Vectors may stand in a row or a column, and stacked gates along an axis of their own."""
    found = tuple(array.shape)
    if found == shape:
        return array
    stacked = [(shape[0] * shape[1], *shape[2:]), (*shape[:-2], shape[-2] * shape[-1])] if len(shape) == 3 else []
    if found in stacked or (len(found) == 1 and math.prod(shape) == math.prod(found)):
        return xp.reshape(array, shape)
    turned = ", turned: add a .T to its name, or drop it" if found[::-1] == shape else ""
    raise BadDescription(f"the layer's {name} is {shape}, and what is described is {found}{turned}")


def probed(family: str, functions: Mapping[str, Any]) -> None:
    """Call what was described once, on small arrays of the first dtype that it computes in. Raises BadDescription where it is none."""
    dims = Dimensions(family, SMALL)
    for operation in (OPERATIONS[name] for name in functions if name in OPERATIONS):
        wrong: list[BadDescription] = []
        for dtype in DTYPES:
            given = {**operation.inputs, **(operation.forward or operation).parameters}
            arrays = {name: np.full(dims.shape(axes), _value(name), dtype) for name, axes in given.items()}
            try:
                _called(operation, functions, arrays)
                break
            except Unsupported:
                continue
            except BadDescription as error:
                wrong.append(error)
        else:
            if wrong:
                raise wrong[0]


def _called(operation: Operation, functions: Mapping[str, Any], arrays: dict[str, Any]) -> None:
    try:
        operation.call(functions, arrays, {name: arrays[name] for name in (operation.forward or operation).parameters})
    except (BadDescription, Unsupported):
        raise
    except Exception as error:
        told = BadDescription(f"called as it is described, the layer raised {whole(error)}")
        raise told.with_traceback(error.__traceback__) from None  # so that its place is the layer's own


def _value(name: str) -> float:
    """A layer over time may take no states but zeros."""
    return 0.0 if name.endswith("0") else 0.125
