"""All that the equations know of number types: floats here, balls, duals and noise by their own methods.

An equation calls these functions and NumPy's operators, and then runs over plain floats, over object
arrays of `Ball` or `Dual`, and over `Noise` alike. A ufunc made from a method reaches the elements of
an object array and, through `__array_ufunc__`, `Noise`.
"""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np


class Array(Protocol):
    """What an equation may ask of its arrays: ndarrays of floats, object arrays of Ball or Dual, and Noise have it."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def T(self) -> "Array": ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __getitem__(self, key: Any, /) -> Any: ...
    def __neg__(self) -> "Array": ...
    def __add__(self, other: Any, /) -> "Array": ...
    def __radd__(self, other: Any, /) -> "Array": ...
    def __sub__(self, other: Any, /) -> "Array": ...
    def __rsub__(self, other: Any, /) -> "Array": ...
    def __mul__(self, other: Any, /) -> "Array": ...
    def __rmul__(self, other: Any, /) -> "Array": ...
    def __truediv__(self, other: Any, /) -> "Array": ...
    def __matmul__(self, other: Any, /) -> "Array": ...
    def __gt__(self, other: Any, /) -> Any: ...
    def __lt__(self, other: Any, /) -> Any: ...
    def sum(self, axis: int = ..., *, keepdims: bool = ...) -> "Array": ...
    def max(self, axis: int = ...) -> "Array": ...
    def copy(self) -> "Array": ...
    def transpose(self, *axes: int) -> "Array": ...
    def __array_ufunc__(self, ufunc: Any, method: Any, *inputs: Any, **kwargs: Any) -> Any: ...


Mask = Any  # what a comparison of arrays gives, or None where all are meant

sigmoid_of_elements = np.frompyfunc(lambda element: element.sigmoid(), 1, 1)


def tanh(z: Array) -> Array:
    return np.tanh(z)


def sigmoid(x: Array) -> Array:
    if (type(x) is np.ndarray and x.dtype == object) or not isinstance(x, np.ndarray | np.generic):
        return sigmoid_of_elements(x)
    # the exponent is <= 0: no overflow, and full relative accuracy into the subnormals
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def tanh_slope(y: Array) -> Array:
    """The derivative of tanh where its value is y."""
    return 1 - y * y


def sigmoid_slope(y: Array) -> Array:
    """The derivative of the sigmoid where its value is y."""
    return y * (1 - y)


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def select(mask: Mask, one: Any, two: Any) -> Any:
    """`one` where the mask holds, `two` elsewhere; without a mask, `one`."""
    return one if mask is None else np.where(mask, one, two)


def relu(z: Array) -> tuple[Array, Mask]:
    """The positive part, and where it is positive: the gradient at exactly 0 is 0."""
    positive = z > 0
    return select(positive, z, 0), positive


def clip(c: Array, limit: Array) -> tuple[Array, Mask]:
    """c limited to ± limit, and where it lay inside: the gradient is 0 elsewhere."""
    above, below = c > limit, c < -limit
    return select(above, limit, select(below, -limit, c)), ~(above | below)


def column_sum(d: Array) -> Array:
    """(n, m) -> (n, 1): a bias is broadcast over the batch, so its gradient is a sum over it."""
    return d.sum(axis=1, keepdims=True)
