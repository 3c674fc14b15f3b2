"""Numbers that remember how they were made: gradients by sweeping a tape backwards, for tests/oracle.py."""

from __future__ import annotations

import math
from typing import TypeAlias


class Scalar:
    """A number that remembers which numbers made it, and its partial derivative by each."""

    __slots__ = ("parents", "slope", "tape", "value")

    def __init__(self, value: float, tape: list[Scalar], *parents: tuple[Scalar, float]) -> None:
        self.value, self.slope, self.tape, self.parents = value, 0.0, tape, parents
        tape.append(self)

    def _join(self, other: Number, value: float, by_self: float, by_other: float) -> Scalar:
        if isinstance(other, Scalar):
            return Scalar(value, self.tape, (self, by_self), (other, by_other))
        return Scalar(value, self.tape, (self, by_self))

    def __float__(self) -> float:
        return self.value

    def __neg__(self) -> Scalar:
        return Scalar(-self.value, self.tape, (self, -1.0))

    def __add__(self, other: Number) -> Scalar:
        return self._join(other, self.value + float(other), 1.0, 1.0)

    def __sub__(self, other: Number) -> Scalar:
        return self._join(other, self.value - float(other), 1.0, -1.0)

    def __rsub__(self, other: float) -> Scalar:
        return Scalar(other - self.value, self.tape, (self, -1.0))

    def __mul__(self, other: Number) -> Scalar:
        return self._join(other, self.value * float(other), float(other), self.value)

    def __truediv__(self, other: Number) -> Scalar:
        ratio = self.value / float(other)
        return self._join(other, ratio, 1.0 / float(other), -ratio / float(other))

    def __rtruediv__(self, other: float) -> Scalar:
        ratio = other / self.value
        return Scalar(ratio, self.tape, (self, -ratio / self.value))

    __radd__, __rmul__ = __add__, __mul__


Number: TypeAlias = float | Scalar


def sweep(objective: Scalar) -> None:
    objective.slope = 1.0
    # A number is taped after those that made it, so the reversed tape is a topological order.
    for node in reversed(objective.tape):
        for parent, partial_derivative in node.parents:
            parent.slope += partial_derivative * node.slope


def exp(x: Number) -> Number:
    if isinstance(x, Scalar):
        value = math.exp(x.value)
        return Scalar(value, x.tape, (x, value))
    return math.exp(x)


def expm1(x: Number) -> Number:
    if isinstance(x, Scalar):
        return Scalar(math.expm1(x.value), x.tape, (x, math.exp(x.value)))
    return math.expm1(x)


def log1p(x: Number) -> Number:
    if isinstance(x, Scalar):
        return Scalar(math.log1p(x.value), x.tape, (x, 1.0 / (1.0 + x.value)))
    return math.log1p(x)


def sqrt(x: Number) -> Number:
    if isinstance(x, Scalar):
        root = math.sqrt(x.value)
        return Scalar(root, x.tape, (x, 0.5 / root))
    return math.sqrt(x)


def tanh(x: Number) -> Number:
    if isinstance(x, Scalar):
        # 1 / cosh(x)^2 written so that it neither cancels, as 1 - tanh(x)^2 does, nor overflows.
        small = math.exp(-2.0 * abs(x.value))
        return Scalar(math.tanh(x.value), x.tape, (x, 4.0 * small / (1.0 + small) ** 2))
    return math.tanh(x)


def sigmoid(x: Number) -> Number:
    # One function in two forms, because exp of a large positive number overflows.
    negative = float(x) < 0.0
    small = exp(x if negative else -x)
    return (small if negative else 1.0) / (1.0 + small)


def softplus(x: Number) -> Number:
    # log(1 + exp(x)), whose exp would overflow and whose sum would lose a small exp.
    if float(x) < 0.0:
        return log1p(exp(x))
    return x + log1p(exp(-x))


def log_sigmoid(x: Number) -> Number:
    return -softplus(-x)
