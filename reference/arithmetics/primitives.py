"""All that the equations know of number types: floats here, balls, duals and noise by their own methods.

An equation calls these functions and NumPy's operators, and then runs over plain floats, over object
arrays of `Ball` or `Dual`, and over `Noise` alike. A ufunc made from a method reaches the elements of
an object array and, through `__array_ufunc__`, `Noise`.
"""

from collections.abc import Iterator
from functools import reduce
from operator import add
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
softplus_of_elements = np.frompyfunc(lambda element: element.softplus(), 1, 1)
rsqrt_of_elements = np.frompyfunc(lambda element: element.rsqrt(), 1, 1)


def _by_elements(x: Array) -> bool:
    """Whether a function is the elements' own, and not NumPy's."""
    return not isinstance(x, np.ndarray | np.generic) or x.dtype == object


def tanh(z: Array) -> Array:
    return np.tanh(z)


def sigmoid(x: Any) -> Array:
    if _by_elements(x):
        return sigmoid_of_elements(x)
    # the exponent is <= 0: no overflow, and full relative accuracy into the subnormals
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def tanh_slope(y: Array) -> Array:
    """The derivative of tanh where its value is y."""
    return 1 - y * y


def sigmoid_slope(y: Array) -> Array:
    """The derivative of the sigmoid where its value is y."""
    return y * (1 - y)


def silu(z: Array) -> tuple[Array, Array]:
    """z sigmoid(z), and that sigmoid."""
    gate = sigmoid(z)
    return z * gate, gate


def silu_slope(z: Array, gate: Array) -> Array:
    """The derivative of z sigmoid(z)."""
    return gate + z * sigmoid_slope(gate)


def softplus(x: Any) -> Array:
    """log(1 + exp(x)), accurate at any size."""
    if _by_elements(x):
        return softplus_of_elements(x)
    return np.logaddexp(x, 0)


def log_sigmoid(x: Array) -> Array:
    """The logarithm of the sigmoid; its derivative is the sigmoid of -x."""
    return -softplus(-x)


def exp(x: Array) -> Array:
    return np.exp(x)


def expm1(x: Array) -> Array:
    """exp(x) - 1, accurate where that is small."""
    return np.expm1(x)


def log1p(x: Array) -> Array:
    """log(1 + x), accurate where x is small."""
    return np.log1p(x)


def square_root(x: Array) -> Array:
    return np.sqrt(x)


def rsqrt(x: Array) -> Array:
    """1 / sqrt(x)."""
    return rsqrt_of_elements(x) if _by_elements(x) else 1 / np.sqrt(x)


def inverse_root(n: int, like: Array) -> Array:
    """1 / sqrt(n) in the number type of an array, with one axis of length 1."""
    return 1 / np.sqrt(_constant(n, like))


def _constant(n: int, like: Array) -> Array:
    if isinstance(like, np.ndarray) and like.dtype == object:  # an element knows its number type
        return np.array([0 * like.flat[0] + n], dtype=object)
    return np.full_like(like, n, shape=(1,))


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def select(mask: Mask, one: Any, two: Any) -> Any:
    """`one` where the mask holds, `two` elsewhere; without a mask, `one`."""
    if mask is None:
        return one
    if isinstance(one, np.ndarray) and one.dtype == object and isinstance(two, int):
        two = two + 0 * one  # a number of the elements' type, so that functions take it
    return np.where(mask, one, two)


def relu(z: Array) -> tuple[Array, Mask]:
    """The positive part, and where it is positive: the gradient at exactly 0 is 0."""
    positive = z > 0
    return select(positive, z, 0), positive


def absolute(x: Array) -> tuple[Array, Mask]:
    """|x|, and where x is positive: the gradient at exactly 0 is that of -x."""
    positive = x > 0
    return select(positive, x, -x), positive


def larger(x: Array, y: Array) -> tuple[Array, Mask]:
    """The larger of two, and where it is the first: of two that are equal the gradient is the second's."""
    first = x > y
    return select(first, x, y), first


def clip(c: Array, limit: Array) -> tuple[Array, Mask]:
    """c limited to ± limit, and where it lay inside: the gradient is 0 elsewhere."""
    above, below = c > limit, c < -limit
    return select(above, limit, select(below, -limit, c)), ~(above | below)


def contracted(x: Array, y: Array, axis: int) -> Array:
    """The products of two arrays, summed over an axis."""
    return (x * y).sum(axis=axis)


def outer(x: Array, y: Array) -> Array:
    """(n_h, i, m) and (n_h, j, m) -> (n_h, i, j, m): each entry of one by each of the other, head by head."""
    return x[:, :, None] * y[:, None]


def grouped(x: Array, n: int) -> Array:
    """Each head so often in a row that there are n of them."""
    each = n // len(x)
    return x if each == 1 else np.concatenate([x[h : h + 1] for h in range(len(x)) for _ in range(each)])


def ungrouped(d: Array, n: int) -> Array:
    """The gradient into n heads from that into the heads of their groups."""
    each = len(d) // n
    return reduce(add, [d[j::each] for j in range(each)])


def column_sum(d: Array) -> Array:
    """(n, m) -> (n, 1): a bias is broadcast over the batch, so its gradient is a sum over it."""
    return d.sum(axis=1, keepdims=True)
