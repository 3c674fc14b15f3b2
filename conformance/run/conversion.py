"""What a candidate gave, as arrays: converted once, under the guard of the call, before anything else looks at it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden.entry import shown
from rnnspec.reference import ContractError
from rnnspec.reference.contract import described

from ..candidate import Foreign, Got

Numbers = dict[str, NDArray[Any]]
LARGEST = 1 << 28  # bytes of an array: no output has as many, and one that is a view may claim any number


def as_array(value: Any) -> NDArray[Any] | None:
    """An ndarray, a NumPy scalar or what offers `__array__`, masked as it is; None for anything else, a list too."""
    if isinstance(value, np.ndarray | np.generic):
        return np.asanyarray(value)
    try:
        return np.asanyarray(value) if hasattr(value, "__array__") else None
    except BaseException:  # whatever a foreign type raises, it is no array to us; the guard has noted more than that
        return None


def converted(given: Mapping[str, Any]) -> dict[str, Got]:
    """Each output as an array, or as what it is in words."""
    found: dict[str, Got] = {}
    for name, value in given.items():
        array = as_array(value)
        if array is None or array.nbytes > LARGEST:
            found[name] = Foreign(shown(described(value), 200))
        elif np.ma.is_masked(array):  # of some elements it says that they are no numbers
            found[name] = Foreign("a masked array")
        else:
            found[name] = np.asarray(array)
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
