"""How far one primitive's result may be off, in units of the dtype's roundoff u: the only constants.

Any correct implementation must fit, in any evaluation order, with or without FMA. Reasons and
measurements for each row are in docs/budget.md.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ACTIVATION = 16.0  # tanh and sigmoid, absolute: 10.1 u was the worst measured in a framework
EXPONENTIAL = 8.0  # exp, expm1, log1p and softplus, relative
# float16 has functions of its own nowhere: they are computed wider and rounded, which costs half a u; twice 2 are allowed
ACTIVATION_16 = EXPONENTIAL_16 = 2.0


def dot(absolute: Floats, squares: Floats, z: Floats, n: int) -> Floats:
    """A dot of n terms t: any order that does not look at the values, any split. `absolute` = sum |t|, `squares` = sum t^2, z = sum t.

    The first bound is the worst case, the second the probable one: 4 sqrt(n squares) for terms of both signs, and n |z|
    for what they have of one sign, where partial sums are as large as their end and may all be rounded the same way.
    """
    return np.minimum(n * absolute, 4 * np.sqrt(n * squares) + n * np.abs(z))


def product(z: Floats) -> Floats:
    return np.abs(z)


def quotient(z: Floats) -> Floats:
    return np.abs(z)


def root(z: Floats) -> Floats:
    return np.abs(z)


def reciprocal_root(z: Floats) -> Floats:
    return root(z) + quotient(z)  # as it is written where there is no function of its own


def total(a: Floats, b: Floats) -> Floats:
    return np.abs(a) + np.abs(b)


def activation(z: Floats) -> Floats:
    return np.full_like(z, ACTIVATION)


def exponential(z: Floats) -> Floats:
    return EXPONENTIAL * np.abs(z)


class Half:
    """The same primitives in float16."""

    @staticmethod
    def activation(z: Floats) -> Floats:
        return np.full_like(z, ACTIVATION_16)

    @staticmethod
    def exponential(z: Floats) -> Floats:
        return EXPONENTIAL_16 * np.abs(z)

    dot, product, quotient, root, reciprocal_root, total = (
        staticmethod(rule) for rule in (dot, product, quotient, root, reciprocal_root, total)
    )


class Underflow:
    """The same primitives where each operation may lose one smallest normal number."""

    @staticmethod
    def dot(absolute: Floats, squares: Floats, z: Floats, n: int) -> Floats:
        return np.full_like(z, 2.0 * n)

    @staticmethod
    def _one(z: Floats, *_: Any) -> Floats:
        return np.ones_like(z)

    product = quotient = root = reciprocal_root = total = activation = exponential = _one
