"""Whether two arrays are one: within a room for errors, or within the budgets of a golden's output."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden

from ..candidate import Foreign, Got
from .budget import budget, of_golden, share

Room = float | NDArray[np.float64]  # a number, or one an element


def alike(one: NDArray[Any], two: NDArray[Any], room: Room) -> NDArray[np.bool_]:
    """Element by element: equal, both not a number, or no further apart than `room`, which where it is infinite nothing is."""
    one, two = one.astype(np.float64), two.astype(np.float64)
    with np.errstate(invalid="ignore"):
        return (np.abs(one - two) <= room) | (one == two) | (np.isnan(one) & np.isnan(two)) | np.isposinf(room)


def within(want: NDArray[Any], got: Got, room: Room) -> bool:
    """Whether two arrays of numbers are one but for an error of `room`."""
    if isinstance(got, Foreign) or got.shape != want.shape or got.dtype.kind not in "fiu":
        return False
    return np.array_equal(got, want) or bool(alike(want, got, room).all())


def near(want: NDArray[Any], got: Got, golden: Golden, name: str, dtype: str) -> bool:
    """Whether two arrays are one within the budgets of an output."""
    return within(want, got, 0.0 if golden.entry.exact else roomy(golden, name, size(want), dtype))


def tells(found: NDArray[Any], got: NDArray[Any], want: NDArray[Any], at: tuple[int, ...], room: float) -> bool:
    """Whether a mistake is told from the right answer at an element, by being nearer to what was given, where the room is so wide that both lie within it."""
    apart, off = abs(float(found[at]) - float(got[at])), abs(float(want[at]) - float(got[at]))
    return not off <= room or apart <= off / 2


def most_off(got: NDArray[Any], golden: Golden, name: str, dtype: str) -> tuple[int, ...] | None:
    """Where an output is off by most, of what is outside its budget; None where nothing is. By shares of it that may be where all is rounding."""
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(got - golden.outputs[name])
        shares = share(off, of_golden(golden, name, dtype))
    if not off.size or shares.max() <= 1:
        return None
    return tuple(int(k) for k in np.unravel_index(int(np.where(shares <= 1, 0, off).argmax()), off.shape))


def twice(golden: Golden, name: str, dtype: str) -> NDArray[np.float64]:
    """Two budgets of an output: each of two correct results may use one."""
    return 2 * of_golden(golden, name, dtype)


def roomy(golden: Golden, name: str, size: float, dtype: str) -> float:
    """A budget for every element alike: a deviation moves errors between elements, so the widest sensitivity holds for each."""
    return allowed(golden, name, golden.sensitivity_at(dtype)[name].max(initial=0.0), size, dtype)


def allowed(golden: Golden, name: str, sensitivity: float, size: float, dtype: str) -> float:
    """The budget of an element of this size that is so sensitive."""
    lost = np.asarray(golden.underflow[name].max(initial=0.0))
    return float(budget(np.asarray(sensitivity), lost, np.asarray(size), dtype))


def size(array: NDArray[Any]) -> float:
    """Of the largest element that is a finite number."""
    return float(np.abs(array[np.isfinite(array)]).max(initial=0.0))


def outside(want: NDArray[Any], got: NDArray[Any], golden: Golden, name: str, dtype: str) -> NDArray[np.bool_]:
    """Which elements no budget of the output excuses, in a part of it or in the whole."""
    room = 0.0 if golden.entry.exact else roomy(golden, name, size(golden.outputs[name]), dtype)
    with np.errstate(all="ignore"):
        return ~(np.abs(got.astype(np.float64) - want) <= room)
