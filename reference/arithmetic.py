"""All that the equations know of number types: floats here, balls, duals and noise by their own methods.

An equation calls these functions and NumPy's operators, and then runs over plain floats, over object
arrays of `Ball` or `Dual`, and over `Noise` alike. A ufunc made from a method reaches the elements of
an object array and, through `__array_ufunc__`, `Noise`.
"""

from typing import Any

import numpy as np

Array = Any  # an ndarray of floats, an object array of Ball or Dual, or Noise

sigmoid_of_elements = np.frompyfunc(lambda element: element.sigmoid(), 1, 1)


def tanh(z: Array) -> Array:
    return np.tanh(z)


def sigmoid(x: Array) -> Array:
    if (type(x) is np.ndarray and x.dtype == object) or not isinstance(x, np.ndarray | np.generic):
        return sigmoid_of_elements(x)
    # the exponent is <= 0: no overflow, and full relative accuracy into the subnormals
    e = np.exp(-np.abs(x))
    return np.maximum(e, np.greater_equal(x, 0)) / (1 + e)


def tanh_slope(y: Array) -> Array:
    """The derivative of tanh where its value is y."""
    return 1 - y * y


def sigmoid_slope(y: Array) -> Array:
    """The derivative of the sigmoid where its value is y."""
    return y * (1 - y)


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def select(mask: Any, one: Array, two: Array) -> Array:
    """`one` where the mask holds, `two` elsewhere; without a mask, `one`."""
    return one if mask is None else np.where(mask, one, two)


def relu(z: Array) -> tuple[Array, Any]:
    """The positive part, and where it is positive: the gradient at exactly 0 is 0."""
    positive = z > 0
    return select(positive, z, 0), positive


def clip(c: Array, limit: Array) -> tuple[Array, Any]:
    """c limited to ± limit, and where it lay inside: the gradient is 0 elsewhere."""
    above, below = c > limit, c < -limit
    return select(above, limit, select(below, -limit, c)), ~(above | below)


def column_sum(d: Array) -> Array:
    """(n, m) -> (n, 1): a bias is broadcast over the batch, so its gradient is a sum over it."""
    return d.sum(axis=1, keepdims=True)
