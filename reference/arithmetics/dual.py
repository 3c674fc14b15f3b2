"""Dual numbers over balls: exact derivatives of the forward equations, many directions at once."""

from typing import Any

import numpy as np
from flint import arb_mat

from .ball import Ball
from .primitives import Array


class Dual:
    """A value and its derivatives, one a direction, as a row of balls; `None` stands for none."""

    __slots__ = ("tangent", "value")

    def __init__(self, value: Ball, tangent: Any = None) -> None:
        self.value, self.tangent = value, tangent

    def __add__(self, other: Any) -> "Dual":
        value, tangent = _parts(other)
        return Dual(self.value + value, _sum(self.tangent, tangent))

    def __sub__(self, other: Any) -> "Dual":
        return self + (-other)

    def __rsub__(self, other: Any) -> "Dual":
        return -self + other

    def __mul__(self, other: Any) -> "Dual":
        value, tangent = _parts(other)
        return Dual(self.value * value, _sum(_scaled(self.tangent, value), _scaled(tangent, self.value)))

    def __truediv__(self, other: Any) -> "Dual":
        value, tangent = _parts(other)
        quotient = self.value / value
        rise = _sum(self.tangent, _scaled(tangent, -quotient))
        return Dual(quotient, _scaled(rise, Ball(1) / value))

    def __rtruediv__(self, other: Any) -> "Dual":
        return Dual(*_parts(other)) / self

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Dual":
        return Dual(-self.value, _scaled(self.tangent, Ball(-1)))

    def __lt__(self, other: Any) -> bool:
        return self.value < _parts(other)[0]

    def __gt__(self, other: Any) -> bool:
        return self.value > _parts(other)[0]

    def __le__(self, other: Any) -> bool:
        return not self > other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def __eq__(self, other: object) -> bool:
        return self.value == _parts(other)[0]

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # equality may be undecided

    def __bool__(self) -> bool:
        return bool(self.value)

    def exp(self) -> "Dual":
        return self._through(value := self.value.exp(), value)

    def expm1(self) -> "Dual":
        return self._through(self.value.expm1(), self.value.exp())

    def log1p(self) -> "Dual":
        return self._through(self.value.log1p(), Ball(1) / (1 + self.value))

    def softplus(self) -> "Dual":
        return self._through(self.value.softplus(), self.value.sigmoid())

    def sqrt(self) -> "Dual":
        value = self.value.sqrt()
        return self._through(value, Ball(1) / (value + value))

    def rsqrt(self) -> "Dual":
        value = self.value.rsqrt()
        return self._through(value, -value / (self.value + self.value))

    def tanh(self) -> "Dual":
        # sech^2, because 1 - tanh^2 cancels
        slope = Ball(self.value.arb.sech())
        return self._through(self.value.tanh(), slope * slope)

    def sigmoid(self) -> "Dual":
        # s(-z), because 1 - s(z) cancels
        value = self.value.sigmoid()
        return self._through(value, value * (-self.value).sigmoid())

    def _through(self, value: Ball, slope: Ball) -> "Dual":
        return Dual(value, _scaled(self.tangent, slope))


def _parts(other: Any) -> tuple[Any, Any]:
    if isinstance(other, Dual):
        return other.value, other.tangent
    return (other if isinstance(other, Ball) else Ball(other)), None


def _sum(one: Any, two: Any) -> Any:
    return two if one is None else one if two is None else one + two


def _scaled(tangent: Any, factor: Any) -> Any:
    return None if tangent is None else tangent * factor.arb


def duals(array: Array, directions: Array | None) -> Array:
    """Balls (...) as duals with n derivatives each, along directions (..., n); or with none."""
    out = np.empty(array.shape, dtype=object)
    for at in np.ndindex(array.shape):
        tangent = None if directions is None else arb_mat(1, directions.shape[-1], directions[at].tolist())
        out[at] = Dual(array[at], tangent)
    return out


def derivatives(weights: Array, array: Array, n: int) -> Array:
    """The n derivatives of the sum of weights (...) times duals (...), as balls."""
    total = arb_mat(1, n)
    for weight, one in zip(np.asarray(weights).flat, np.asarray(array).flat, strict=True):
        if isinstance(one, Dual) and one.tangent is not None:
            total += one.tangent * weight.arb
    return np.array([Ball(total[0, k]) for k in range(n)], dtype=object)
