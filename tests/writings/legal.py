"""Legal ways to compute the same: activations off by what the model allows, sums in any order and of any precision."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.reference.arithmetics import primitives

Array = NDArray[Any]

SIGMOID = "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))"
SIGNS = {"up": "1.0", "down": "-1.0", "both": "np.random.default_rng(0).choice((-1.0, 1.0), np.shape(y))"}


def off_by(roundoffs: float, sign: str) -> tuple[Edit, ...]:
    """tanh and sigmoid of the reference, off by so many roundoffs of whatever dtype they are computed in."""
    off = f"    return y + np.asarray({roundoffs} * np.finfo(y.dtype).eps / 2 * ({SIGNS[sign]}), y.dtype)"
    return (
        Edit(primitives.tanh, "    return np.tanh(z)", f"    y = np.tanh(z)\n{off}"),
        Edit(primitives.sigmoid, f"    return {SIGMOID}", f"    y = {SIGMOID}\n{off}"),
    )


class Summed(np.ndarray[Any, Any]):
    """An array whose products and sums add their terms, which lie along the first axis, as its class does."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **more: Any) -> Any:
        plain = [x.view(np.ndarray) if isinstance(x, np.ndarray) else x for x in inputs]
        if ufunc is np.matmul:
            result: Any = self.added(plain[0].T[:, :, None] * plain[1][:, None, :])
        elif ufunc is np.add and method == "reduce":
            axis = more.get("axis") or 0
            axes = axis if isinstance(axis, tuple) else (axis,)
            terms = np.moveaxis(plain[0], axes, range(len(axes)))
            result = self.added(terms.reshape(prod(terms.shape[: len(axes)]), *terms.shape[len(axes) :]))
            result = np.expand_dims(result, axis) if more.get("keepdims") else result
        else:
            result = getattr(ufunc, method)(*plain, **more)
        if out:
            out[0][...] = result
            return out[0]
        return result.view(type(self)) if isinstance(result, np.ndarray) else result

    def added(self, terms: Array) -> Array:
        """In the order in which they stand."""
        return one_by_one(terms) if len(terms) else terms.sum(axis=0)


def one_by_one(terms: Array) -> Array:
    total: Array = terms[0].copy()
    for term in terms[1:]:
        total = total + term
    return total


class Shuffled(Summed):
    """In an order that is drawn anew each time."""

    order = np.random.default_rng(0)

    def added(self, terms: Array) -> Array:
        return super().added(terms[self.order.permutation(len(terms))])


class Backwards(Summed):
    def added(self, terms: Array) -> Array:
        return super().added(terms[::-1])


class Pairwise(Summed):
    def added(self, terms: Array) -> Array:
        half = len(terms) // 2
        return self.added(terms[:half]) + self.added(terms[half:]) if half else super().added(terms)


class Blocked(Summed):
    """As many at a time as a vector register or a tile takes, then those."""

    block = 4

    def added(self, terms: Array) -> Array:
        ends = range(self.block, len(terms) + self.block, self.block)
        parts = [super(Blocked, self).added(terms[end - self.block : end]) for end in ends]
        return super().added(np.stack(parts) if parts else terms)


class Blocked8(Blocked):
    block = 8


class Blocked16(Blocked):
    block = 16


class Lanes(Summed):
    """Every fourth term in an accumulator of its own: a vectorised loop."""

    def added(self, terms: Array) -> Array:
        lanes = [super(Lanes, self).added(terms[k::4]) for k in range(min(4, len(terms)))]
        return super().added(np.stack(lanes) if lanes else terms)


class Wide(Summed):
    """Exact products in a wider accumulator that is rounded once: what fused multiply-adds approach."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **more: Any) -> Any:
        if ufunc is not np.matmul:
            return super().__array_ufunc__(ufunc, method, *inputs, out=out, **more)
        one, two = (x.view(np.ndarray) for x in inputs)
        wide = np.longdouble if one.dtype == np.float64 else np.float64
        return (one.astype(wide) @ two.astype(wide)).astype(one.dtype).view(Wide)


ORDERS = (Summed, Shuffled, Backwards, Pairwise, Blocked, Blocked8, Blocked16, Lanes, Wide)


def shuffled(array: Any) -> Any:
    return np.array(array).view(Shuffled)


def fortran(array: Array) -> Array:
    return np.asfortranarray(array)


def given(functions: dict[str, Callable[..., Any]], make: Callable[[Array], Array]) -> dict[str, Callable[..., Any]]:
    """The same functions, each array of floats that goes in made into another kind of array."""

    def of(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            return function(*(_made(a, make) for a in args), **{n: _made(o, make) for n, o in options.items()})

        return call

    return {name: of(function) for name, function in functions.items()}


def _made(value: Any, make: Callable[[Array], Array]) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return make(value)
    if isinstance(value, dict):
        return {name: _made(part, make) for name, part in value.items()}
    return [_made(part, make) for part in value] if isinstance(value, list) else value
