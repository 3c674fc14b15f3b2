"""What a candidate gave, as arrays: converted once, under the guard of the call, before anything else looks at it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden.entry import shown
from rnnspec.reference import ContractError, Operation
from rnnspec.reference.contract import described

from ..candidate import Foreign, Got, Last
from ..verdict.part import last_of, omissible, replaceable

Numbers = dict[str, NDArray[Any]]
LARGEST = 1 << 28  # bytes of an array: no output has as many, and one that is a view may claim any number


def as_array(value: Any) -> NDArray[Any] | None:
    """An ndarray, a NumPy scalar or what offers `__array__`; None for anything else, a list too."""
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    try:
        return np.asarray(value) if hasattr(value, "__array__") else None
    except BaseException:  # whatever a foreign type raises, it is no array to us; the guard has noted more than that
        return None


def converted(given: Mapping[str, Any]) -> dict[str, Got]:
    """Each output as an array, or as what it is in words."""
    found: dict[str, Got] = {}
    for name, value in given.items():
        array = as_array(value)
        if array is not None and array.nbytes > LARGEST:
            array = None
        found[name] = Foreign(shown(described(value), 200)) if array is None else array
    return found


def handed(operation: Operation, named: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs without those that are left out, which None says where that may be, and with a last under its name."""
    found = {}
    for name, value in named.items():
        if type(value) is Last and name in replaceable(operation):
            found[last_of(name)] = value.value
        elif value is not None or name not in omissible(operation):
            found[name] = value
    return found


def numbers(got: Mapping[str, Got]) -> Numbers:
    """The outputs, all of them arrays of numbers. Raises ContractError where one is not: nothing can be compared then."""
    for name, value in got.items():
        if isinstance(value, Foreign) or value.dtype.kind not in "fiu":  # lengths are whole numbers
            what = value if isinstance(value, Foreign) else value.dtype
            raise ContractError(f"{name} is {what}, want an array of numbers")
    return {name: value for name, value in got.items() if isinstance(value, np.ndarray)}


def copied(got: Mapping[str, Got]) -> Numbers:
    return {name: array.copy() for name, array in numbers(got).items()}
