"""Numbers that an edit has: one that is the same everywhere, or what the length of an axis makes, such as 1 / sqrt(n_a)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, permutations, starmap
from typing import NamedTuple

from ...trace.trace import Trace

DENOMINATORS = 12
HEADS = "n_h"
DIGITS = 5  # 1.702 and 1.7159 are in use
PLAIN = 1e-6
EXACT = 1e-9
POWERS = {1.0: "{}", -1.0: "1 / {}", 0.5: "sqrt({})", -0.5: "1 / sqrt({})"}


class OfLengths(NamedTuple):
    """A power of the length of an axis, or of several axes together."""

    axes: tuple[str, ...]
    power: float

    @property
    def text(self) -> str:
        lengths = " + ".join(self.axes)
        return POWERS[self.power].format(f"({lengths})" if len(self.axes) > 1 and abs(self.power) == 1 else lengths)

    @property
    def is_odd(self) -> bool:
        """Whether no other edit has it."""
        return len(self.axes) > 1 or abs(self.power) < 1

    def of(self, dims: Mapping[str, int]) -> float:
        return float(sum(dims.get(axis, 0) for axis in self.axes) ** self.power)


class Share(NamedTuple):
    """The length of an axis of heads by that of another, as of a mean over those of a group."""

    some: str
    every: str

    @property
    def text(self) -> str:
        return f"{self.some} / {self.every}"

    @property
    def is_odd(self) -> bool:
        return True

    def of(self, dims: Mapping[str, int]) -> float:
        return dims.get(self.some, 0) / max(dims.get(self.every, 0), 1)


class Root(NamedTuple):
    """Of a simple number."""

    squared: float

    @property
    def text(self) -> str:
        part = 1 / self.squared
        return f"sqrt({self.squared:g})" if self.squared >= 1 or part != round(part) else f"1 / sqrt({part:g})"

    def of(self, _: Mapping[str, int]) -> float:
        return float(self.squared**0.5)


Constant = float | OfLengths | Share | Root


def number(c: Constant, trace: Trace) -> float:
    return c.of(trace.dims) if not isinstance(c, float) else c


def worded(c: Constant) -> str:
    return c.text if not isinstance(c, float) else f"{c:g}"


def is_plain(constant: float) -> bool:
    """Whether it is a whole number or a part of one, to within what solving leaves."""
    part = 1 / constant if constant else 0.0
    return any(abs(one - round(one)) <= PLAIN * max(1.0, abs(one)) for one in (constant, part) if abs(one) < 1 / PLAIN)


def simple(constant: float) -> Iterator[float]:
    """Numbers near by, the simplest first."""
    seen = set()
    for one in (
        *(float(f"{constant:.{digits}g}") for digits in range(1, DIGITS + 1)),
        *(float(Fraction(constant).limit_denominator(d)) for d in range(2, DENOMINATORS + 1)),
    ):
        if one not in seen and abs(one - constant) <= 1e-3 * max(1.0, abs(constant)):
            seen.add(one)
            yield one


def roots(constant: float) -> Iterator[Root]:
    """Of whole numbers and their parts."""
    for squared in simple(constant * constant):
        if constant > 0 and is_plain(squared) and not is_plain(constant) and abs(squared**0.5 - constant) <= EXACT:
            yield Root(squared)


def powers(constant: float, dims: Mapping[str, int]) -> Iterator[OfLengths | Share]:
    """What the lengths of axes make of this number, heads by heads and one axis before two."""
    axes = [axis for axis in dims if axis.isidentifier()]
    for share in starmap(Share, permutations((axis for axis in axes if axis.startswith(HEADS)), 2)):
        if abs(constant - share.of(dims)) <= EXACT:
            yield share
    for lengths in (*((axis,) for axis in axes), *combinations(axes, 2)):
        for power in POWERS:
            found = OfLengths(lengths, power)
            if abs(constant - found.of(dims)) <= EXACT * found.of(dims):
                yield found
