"""What a candidate gave, as arrays: converted once, under the guard of the call, before anything else looks at it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden.entry import shown
from rnnspec.reference import ContractError, Operation
from rnnspec.reference.contract import described

from ..candidate import Foreign, Got, Last, WithLast
from ..verdict.part import last_of, lasts, omissible
from . import formats
from .telling import kind, words

Numbers = dict[str, NDArray[Any]]
LARGEST = 1 << 28  # bytes of an array: no output has as many, and one that is a view may claim any number


def converted(given: Mapping[str, Any]) -> dict[str, Got]:
    """Each output as an array, or as what it is in words."""
    return {name: _converted(value) for name, value in given.items()}


def _converted(value: Any) -> Got:
    """An ndarray, a NumPy scalar or what offers `__array__`; anything else, a list too, is Foreign."""
    why = ""
    try:
        is_array = isinstance(value, np.ndarray | np.generic) or hasattr(value, "__array__")
        if (
            is_array and (array := np.asanyarray(value)).nbytes <= LARGEST
        ):  # masked as it is: of some it says that they are no numbers
            return Foreign("a masked array") if np.ma.is_masked(array) else np.asarray(array)
    except (
        BaseException
    ) as error:  # whatever a foreign type raises, it is no array to us; the guard has noted more than that
        why = ": ".join(filter(None, (kind(error), words(error))))
    if any((base.__module__, base.__name__) == ("torch", "Tensor") for base in type(value).__mro__):
        return _tensor(value) if (array := formats.of_bfloat16(value)) is None else array
    said = shown(described(value), 200)
    return Foreign(f"{said} that gives no array ({why})" if why else said)


def _tensor(value: Any) -> Foreign:
    """A tensor of torch that is no array as it stands: each of the reasons, and what makes an array of it."""
    device, dtype = shown(value.device, 40), shown(value.dtype, 40)
    elsewhere = f" on {device}" if device != "cpu" else ""
    if not elsewhere and not hasattr(np, dtype.removeprefix("torch.")):
        return Foreign(f"a torch.Tensor of {dtype}, which NumPy lacks", "return it in the dtype that was given")
    grad = " that requires grad" if value.requires_grad else ""
    return Foreign(f"a torch.Tensor{elsewhere}{grad}", "return `.detach().cpu().numpy()`")


def handed(operation: Operation, named: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs without those that are left out, which None says where that may be, and with a last under its name."""
    found = {}
    for name, value in named.items():
        if type(value) is Last and name in lasts(operation) and name in omissible(operation):
            found[last_of(name)] = value.value
        elif type(value) is WithLast and name in lasts(operation):
            found |= {name: value.every, last_of(name): value.last}
        elif value is not None or name not in omissible(operation):
            found[name] = value
    return found


def numbers(got: Mapping[str, Got]) -> Numbers:
    """The outputs, all of them arrays of numbers. Raises ContractError where one is not: nothing can be compared then."""
    for name, value in got.items():
        if isinstance(value, Foreign) or value.dtype.kind not in "fiu":  # lengths are whole numbers
            what = value if isinstance(value, Foreign) else Foreign(str(value.dtype))
            raise ContractError(f"{name} is {what.instead_of('an array of numbers')}")
    return {name: value for name, value in got.items() if isinstance(value, np.ndarray)}


def copied(got: Mapping[str, Got]) -> Numbers:
    return {name: array.copy() for name, array in numbers(got).items()}
