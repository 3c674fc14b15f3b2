"""The numbers that a format holds, and whether numbers are what it computes: within its wide budget fits much that is merely rounded.

Measured with runs in float16 and float32 of two writings, their sums in five orders, over every operation: the last
bit is set in 19 % or more of either half, the median error is below 3.7 units in the last place and below 3 times that of
the reference, or of 2, and 11 % or more differ from the right value rounded. Numbers rounded to a coarser grid have
no last bit or larger errors, and those that are right and then rounded do not differ (tests/conformance/explanation/test_narrowed.py).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LAST_BIT = 0.1  # of either half that have it set, at least
NORMAL = 4.0  # times the smallest normal number: below, a unit in the last place is no measure
UNITS, FEW_UNITS, TIMES = 4.0, 2.0, 3.0
DIFFERING = 0.05
BITS = {"bfloat16": 8, "TF32": 11, "float16": 11, "float32": 24}
STORED = {name: BITS[name] for name in ("bfloat16", "float16", "float32")}  # what states are kept in


class Format(NamedTuple):
    digits: int  # significant bits
    lowest: int  # the exponent of the smallest normal number, whose mantissa is 1/2

    @property
    def tiny(self) -> float:
        return 2.0 ** (self.lowest - 1)


FORMATS = {"float32": Format(24, -125), "float16": Format(11, -13), "bfloat16": Format(8, -125)}


def rounded(x: Any, digits: int) -> Any:
    """To so many bits of mantissa; the exponent is not limited."""
    mantissa, exponent = np.frexp(x)
    return np.ldexp(np.rint(np.ldexp(mantissa, digits)), exponent - digits)


def unit(numbers: Any, format: Format) -> Any:
    """A unit in the last place of each number."""
    return np.ldexp(1.0, np.maximum(np.frexp(numbers)[1], format.lowest) - format.digits)


def held(numbers: Any, format: Format) -> Any:
    """The nearest numbers that the format holds."""
    own = unit(numbers, format)
    return np.rint(numbers / own) * own


def computed_in(format: Format, got: Floats, want: Floats, reference: Floats) -> bool:
    """Whether `got` are results of the format, where the right ones are `want` and the reference in the format gives `reference`."""
    nearest = held(want, format)
    telling = (nearest != want) & (np.abs(want) >= NORMAL * format.tiny) & np.isfinite(reference)
    got, want, reference, nearest = (array[telling] for array in (got, want, reference, nearest))
    if not got.size or float(np.mean(got != nearest)) < DIFFERING:
        return False  # nothing tells, or it is right and then rounded
    error, usual = (float(np.median(np.abs(array - want) / unit(want, format))) for array in (got, reference))
    if error > UNITS or error > max(FEW_UNITS, TIMES * usual):
        return False
    small = np.abs(want) <= np.median(np.abs(want))
    return all(last_bits(half, format) >= LAST_BIT for half in (got[small], got[~small]) if half.size)


def last_bits(numbers: Any, format: Format) -> float:
    """The share that has the last bit set: a fixed grid leaves it out of the small, a shorter mantissa out of all."""
    return float(np.mean(np.rint(numbers / unit(numbers, format)) % 2 == 1))


def is_rounded(got: Floats, want: Floats, format: Format) -> bool:
    """Whether right numbers were rounded to the format."""
    narrow = rounded(want, format.digits)
    telling = (narrow != want) & (np.frexp(want)[1] > format.lowest)
    return bool(telling.any()) and float(np.mean(got[telling] != narrow[telling])) < DIFFERING
