"""Ball arithmetic: an enclosure of the exact result, and its correct rounding to float64.

Needs python-flint (the extra `regenerate`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from flint import arb, ctx

from .primitives import Array


class Undecided(ArithmeticError):
    """Two balls overlap, so a comparison has no answer at this precision."""


class Ambiguous(ArithmeticError):
    """The two ends of a ball round to different floats at this precision."""


class Ball:
    """An `arb` that does not lie where code compares.

    NumPy's maximum of a raw arb around 0 and 0 is exactly 0, whatever the ball holds; a Ball
    raises `Undecided` instead.
    """

    __slots__ = ("arb",)

    def __init__(self, value: Any) -> None:
        self.arb: arb = value.arb if isinstance(value, Ball) else value if isinstance(value, arb) else arb(value)

    def __add__(self, other: Any) -> "Ball":
        return Ball(self.arb + _arb(other))

    def __sub__(self, other: Any) -> "Ball":
        return Ball(self.arb - _arb(other))

    def __rsub__(self, other: Any) -> "Ball":
        return Ball(_arb(other) - self.arb)

    def __mul__(self, other: Any) -> "Ball":
        return Ball(self.arb * _arb(other))

    def __truediv__(self, other: Any) -> "Ball":
        return Ball(self.arb / _arb(other))

    def __rtruediv__(self, other: Any) -> "Ball":
        return Ball(_arb(other) / self.arb)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Ball":
        return Ball(-self.arb)

    def __lt__(self, other: Any) -> bool:
        return self._decided(self.arb < _arb(other), self.arb >= _arb(other), other)

    def __gt__(self, other: Any) -> bool:
        return self._decided(self.arb > _arb(other), self.arb <= _arb(other), other)

    def __le__(self, other: Any) -> bool:
        return not self > other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def __eq__(self, other: object) -> bool:
        return self._decided(bool(self.arb == _arb(other)), bool(self.arb != _arb(other)), other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # equality may be undecided

    def __bool__(self) -> bool:
        return self != 0

    def exp(self) -> "Ball":
        return Ball(self.arb.exp())

    def expm1(self) -> "Ball":
        return Ball(self.arb.expm1())

    def log1p(self) -> "Ball":
        return Ball(self.arb.log1p())

    def softplus(self) -> "Ball":
        return Ball(self.arb.exp().log1p())

    def sqrt(self) -> "Ball":
        return Ball(self.arb.sqrt())

    def rsqrt(self) -> "Ball":
        return Ball(self.arb.rsqrt())

    def tanh(self) -> "Ball":
        return Ball(self.arb.tanh())

    def sigmoid(self) -> "Ball":
        return Ball(1 / (1 + (-self.arb).exp()))

    def __float__(self) -> float:
        """The one float64 that every point of the ball rounds to. Raises Ambiguous if there are two."""
        if not self.arb.is_finite():
            raise Ambiguous(f"{self.arb} has no bounds")
        low, high = (_rounded(*end.man_exp()) for end in (self.arb.lower(), self.arb.upper()))
        if low != high:
            raise Ambiguous(f"{self.arb} is {low!r} or {high!r}")
        return low

    def __repr__(self) -> str:
        return f"Ball({self.arb})"

    def _decided(self, yes: Any, no: Any, other: Any) -> bool:
        if yes or no:
            return bool(yes)
        raise Undecided(f"{self.arb} against {other}")


def _arb(value: Any) -> Any:
    return value.arb if isinstance(value, Ball) else value if isinstance(value, int) else arb(value)


def _rounded(mantissa: Any, exponent: Any) -> float:
    # Python's int / int rounds once and correctly, subnormals included; a lower end rounds
    # to nearest like the upper one, so equal results prove the rounding of all between
    m, e = int(mantissa), int(exponent)
    return float(m << e) if e >= 0 else m / (1 << -e)


def balls(array: Array) -> Array:
    """A float array as exact balls."""
    return np.asarray(np.frompyfunc(lambda value: Ball(float(value)), 1, 1)(array), dtype=object)


def floats(array: Array) -> Array:
    """Balls rounded once to float64. Raises Ambiguous where the precision does not settle it."""
    return np.asarray(np.frompyfunc(float, 1, 1)(array), dtype=np.float64)


@contextmanager
def precision(bits: int) -> Iterator[None]:
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before
