"""Whether numbers are what a narrower dtype computes: within its wide budget fits much that is merely rounded.

Measured with runs in float16 and float32 of two writings, their sums in five orders, over every operation: the last
bit is set in 19 % or more of either half, the median error is below 3.7 units in the last place and below 3 times that of
the reference, or of 2, and 11 % or more differ from the right value rounded. Numbers rounded to a coarser grid have
no last bit or larger errors, and those that are right and then rounded do not differ (tests/conformance/explanation/test_narrowed.py).
"""

import numpy as np
from numpy.typing import NDArray

from ..edits.precision import rounded

Floats = NDArray[np.float64]

LAST_BIT = 0.1  # of either half that have it set, at least
NORMAL = 4.0  # times the smallest normal number: below, a unit in the last place is no measure
UNITS, FEW_UNITS, TIMES = 4.0, 2.0, 3.0
DIFFERING = 0.05
FORMATS = {"float32": (24, -125), "float16": (11, -13), "bfloat16": (8, -125)}  # significant bits, lowest exponent


def held(got: NDArray[np.generic], dtype: str) -> bool:
    """Whether values are such as the dtype can hold: noise of its size is not."""
    array = got.astype(np.float64)
    return bool(np.array_equal(array, array.astype(dtype), equal_nan=True))


def narrower(dtype: str, than: str) -> bool:
    return float(np.finfo(dtype).eps) > float(np.finfo(than).eps)


def computed_in(dtype: str, got: Floats, want: Floats, reference: Floats) -> bool:
    """Whether `got` are results of the dtype, where the right ones are `want` and the reference in the dtype gives `reference`."""
    rounded = want.astype(dtype).astype(np.float64)
    telling = (rounded != want) & (np.abs(want) >= NORMAL * float(np.finfo(dtype).tiny)) & np.isfinite(rounded)
    got, want, reference, rounded = (array[telling] for array in (got, want, reference, rounded))
    if not got.size or float(np.mean(got != rounded)) < DIFFERING:
        return False  # nothing tells, or it is right and then rounded
    error, usual = (float(np.median(np.abs(array - want) / _unit(want, dtype))) for array in (got, reference))
    if error > UNITS or error > max(FEW_UNITS, TIMES * usual):
        return False
    small = np.abs(want) <= np.median(np.abs(want))
    return all(_last_bits(half, dtype) >= LAST_BIT for half in (got[small], got[~small]) if half.size)


def _last_bits(numbers: Floats, dtype: str) -> float:
    """The share that has the last bit set: a fixed grid leaves it out of the small, a shorter mantissa out of all."""
    return float(np.mean(np.rint(numbers / _unit(numbers, dtype)) % 2 == 1))


def _unit(numbers: Floats, dtype: str) -> Floats:
    """A unit in the last place of each number."""
    spacing: Floats = np.spacing(np.abs(numbers).astype(dtype)).astype(np.float64)
    return spacing


def rounded_to(got: Floats, want: Floats) -> str:
    """The format to which right numbers were rounded, "" where they are not."""
    return next((name for name, format in FORMATS.items() if _is_rounded(got, want, *format)), "")


def _is_rounded(got: Floats, want: Floats, digits: int, lowest: int) -> bool:
    narrow = rounded(want, digits)
    telling = (narrow != want) & (np.frexp(want)[1] > lowest)
    return bool(telling.any()) and float(np.mean(got[telling] != narrow[telling])) < DIFFERING
