"""Noise: how far each output moves when every primitive errs as its local model allows.

A Noise array carries, beside its values, the first-order effect of all roundings so far for many
draws: each primitive adds its local bound times a seeded Cauchy draw. Cauchy is 1-stable, so the
spread of an output's draws is the L1 norm of its sensitivities, whatever the depth. Carrying the
linear effect, instead of nudging the values and subtracting, leaves ReLU masks and maxima those of
the unperturbed run, and its own rounding far below the sketch's. Where a slope is 0 in the unperturbed run, as
behind a saturated gate, the first order says that nothing moves: so a product and a quotient
also add their second order, the product of what both sides may be off by, at the coarsest roundoff
that the sketch is for.

Only IEEE + - * / and sqrt touch the numbers, and the transcendental values are correctly rounded
from balls, so a sketch is the same bit for bit on every machine.
"""

from collections.abc import Callable, Iterator
from functools import cached_property, reduce
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .exact import by_balls
from .primitives import rsqrt_of_elements, sigmoid_of_elements, softplus_of_elements
from .source import Floats, Source


class Noise(NDArrayOperatorsMixin):
    """Values (...) and their draws (..., draws), or None for an exact constant."""

    def __init__(self, value: Floats, draws: Floats | None, source: Source) -> None:
        self.value, self.draws, self.source = value, draws, source

    @cached_property
    def spread(self) -> Floats:
        """How far each value may be off so far, per roundoff."""
        return sketched(self)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def T(self) -> "Noise":
        return self.transpose(1, 0)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator["Noise"]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key: Any) -> "Noise":
        if isinstance(key, tuple) and Ellipsis in key:  # the draws' own axis is behind those it stands for
            draws = None if self.draws is None else self.draws[(*key, slice(None))]
            return Noise(self.value[key], draws, self.source)
        return self._moved(lambda array: array[key])

    def transpose(self, *axes: int) -> "Noise":
        draws = None if self.draws is None else self.draws.transpose(*axes, len(axes))
        return Noise(self.value.transpose(*axes), draws, self.source)

    def copy(self) -> "Noise":
        return self

    def max(self, axis: int) -> "Noise":
        axis %= self.value.ndim
        top = np.expand_dims(self.value.argmax(axis=axis), axis)
        draws = None if self.draws is None else np.take_along_axis(self.draws, top[..., None], axis).squeeze(axis)
        return Noise(np.take_along_axis(self.value, top, axis).squeeze(axis), draws, self.source)

    def sum(self, axis: int, keepdims: bool = False) -> "Noise":
        axis %= self.value.ndim
        first = np.moveaxis(self.value, axis, 0)
        value, absolute, squares = (_added(a) for a in (first, np.abs(first), first * first))
        draws = None if self.draws is None else _added(np.moveaxis(self.draws, axis, 0))
        out = self._rounded(value, draws, self.source.model.dot(absolute, squares, value, len(first)))
        return out._moved(lambda array: np.expand_dims(array, axis)) if keepdims else out

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        kwargs.pop("out", None)  # an in-place += gets its new value by assignment
        if method != "__call__" or kwargs or ufunc not in RULES:
            return NotImplemented
        return RULES[ufunc](
            *(x if isinstance(x, Noise) else Noise(np.asarray(x, float), None, self.source) for x in inputs)
        )

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.where and len(args) == 3 and not kwargs:
            return self._chosen(*args)
        if len(args) == 1 and function is np.zeros_like and set(kwargs) <= {"shape"}:
            return Noise(np.zeros(kwargs.get("shape", args[0].shape)), None, self.source)
        if len(args) == 2 and function is np.full_like and set(kwargs) == {"shape"}:
            return Noise(np.full(kwargs["shape"], float(args[1])), None, self.source)
        if len(args) == 1 and function in (np.concatenate, np.stack) and set(kwargs) <= {"axis"}:
            if kwargs.get("axis", 0) < 0:  # would count from the draws
                return NotImplemented
            return self._joined(lambda parts: function(parts, **kwargs), args[0])
        return NotImplemented

    def _joined(self, function: Any, parts: Any) -> "Noise":
        draws = [np.zeros((*p.shape, self.source.draws)) if p.draws is None else p.draws for p in parts]
        return Noise(function([p.value for p in parts]), function(draws), self.source)

    def _chosen(self, mask: Any, *parts: Any) -> "Noise":
        one, two = (p if isinstance(p, Noise) else Noise(np.asarray(p, float), None, self.source) for p in parts)
        value = np.where(mask, one.value, two.value)
        if one.draws is None and two.draws is None:
            return Noise(value, None, self.source)
        spread = (np.zeros((*p.shape, 1)) if p.draws is None else p.draws for p in (one, two))
        return Noise(value, np.where(np.asarray(mask)[..., None], *spread), self.source)

    def _moved(self, move: Callable[[Floats], Floats]) -> "Noise":
        return Noise(move(self.value), None if self.draws is None else move(self.draws), self.source)

    def _rounded(self, value: Floats, draws: Floats | None, bound: Floats) -> "Noise":
        fresh = bound[..., None] * self.source.cauchy(value.shape)
        if draws is not None:
            fresh += draws
        return Noise(value, fresh, self.source)


def sketched(noise: Noise) -> Floats:
    """The L1 norm of each output's sensitivities: the median of |Cauchy| is its scale. It spreads exactly as the mean of logs does
    (pi / 2 sqrt(N)), needs no logarithm, and a draw of zero does not destroy it.
    """
    if noise.draws is None:
        return np.zeros(noise.shape)
    sizes = np.abs(noise.draws)
    lost = np.isnan(sizes).any(axis=-1)
    sizes.partition(middle := noise.source.draws // 2)  # of an odd number one is the median
    return np.where(lost, np.nan, sizes[..., middle])


def _added(terms: Floats) -> Floats:
    out = terms[0].copy()
    for term in terms[1:]:  # in index order: a pairwise or vectorised sum differs between machines
        out += term
    return out


def _together(one: Floats | None, two: Floats | None) -> Floats | None:
    return two if one is None else one if two is None else one + two


def _chain(*terms: tuple[Floats | None, Floats]) -> Floats | None:
    """Sum of draws times slopes."""
    return reduce(_together, (None if draws is None else draws * slope[..., None] for draws, slope in terms), None)


def _sum(a: Noise, b: Noise, sign: float) -> Noise:
    value = a.value + sign * b.value
    bound = a.source.model.total(a.value, b.value) * np.ones_like(value)
    one, two = _spread(a, value), _spread(b, value)
    return a._rounded(value, _together(one, two if two is None or sign > 0 else -two), bound)


def _spread(x: Noise, like: Floats) -> Floats | None:
    if x.draws is None:
        return None
    missing = like.ndim - x.value.ndim
    return x.draws.reshape((1,) * missing + x.draws.shape)


def _multiply(a: Noise, b: Noise) -> Noise:
    value = a.value * b.value
    draws = _chain((_spread(a, value), b.value), (_spread(b, value), a.value))
    return a._rounded(value, draws, a.source.model.product(value) + _second_order(a, b))


def _second_order(a: Noise, b: Noise) -> Any:
    """What two factors err by together: all that is left of a product where both, or a slope behind it, are 0."""
    return 0.0 if a.draws is None or b.draws is None else a.source.coarsest * a.spread * b.spread


def _divide(a: Noise, b: Noise) -> Noise:
    value = a.value / b.value
    draws = _chain((_spread(a, value), 1 / b.value), (_spread(b, value), -value / b.value))
    return a._rounded(value, draws, a.source.model.quotient(value) + _second_order_of_quotient(a, b, value))


def _second_order_of_quotient(a: Noise, b: Noise, value: Floats) -> Any:
    if b.draws is None:
        return 0.0
    return a.source.coarsest * b.spread * (a.spread + np.abs(value) * b.spread) / b.value**2


def _negative(a: Noise) -> Noise:
    return a._moved(np.negative)


def _greater(a: Noise, b: Noise) -> Any:
    may_err = np.maximum(a.spread + b.spread, np.finfo(float).tiny)
    free = (a.value == b.value) & (a.draws is None and b.draws is None)  # given so, as zeros behind a length
    with np.errstate(over="ignore"):
        a.source.margins.append((np.abs(a.value - b.value) / may_err)[~free].ravel())
    return a.value > b.value


def _matmul(a: Noise, b: Noise) -> Noise:
    """(n, k) @ (k, m), as one dot of k terms for each element."""
    terms = a.value.T[:, :, None] * b.value[:, None, :]  # k n m
    value, absolute, squares = (_added(t) for t in (terms, np.abs(terms), terms * terms))
    draws = None
    for k in range(len(terms)):
        left = None if a.draws is None else a.draws[:, k, None, :] * b.value[k][None, :, None]
        right = None if b.draws is None else a.value[:, k, None, None] * b.draws[k][None]
        draws = _together(_together(draws, left), right)
    bound = a.source.model.dot(absolute, squares, value, len(terms))
    if a.draws is not None and b.draws is not None:
        bound = bound + a.source.coarsest * _added(a.spread.T[:, :, None] * b.spread[:, None, :])
    return a._rounded(value, draws, bound)


def _function(name: str, slope: Callable[[Floats, Floats], Floats], bound: str) -> Callable[[Noise], Noise]:
    """A function by its name as a method of balls, its slope by its value and its argument."""

    def rule(a: Noise) -> Noise:
        if bound == "activation":
            a.source.preactivations.append(a.value.ravel())
        value = by_balls(name, a.value)
        return a._rounded(value, _chain((a.draws, slope(value, a.value))), getattr(a.source.model, bound)(value))

    return rule


RULES: dict[Any, Callable[..., Noise]] = {
    np.add: lambda a, b: _sum(a, b, 1.0),
    np.subtract: lambda a, b: _sum(a, b, -1.0),
    np.multiply: _multiply,
    np.divide: _divide,
    np.negative: _negative,
    np.greater: _greater,
    np.less: lambda a, b: _greater(b, a),
    np.matmul: _matmul,
    np.tanh: _function("tanh", lambda y, _: 1 - y * y, "activation"),
    sigmoid_of_elements: _function("sigmoid", lambda y, _: y * (1 - y), "activation"),
    np.exp: _function("exp", lambda y, _: y, "exponential"),
    np.sqrt: _function("sqrt", lambda y, _: 1 / (2 * y), "root"),
    rsqrt_of_elements: _function("rsqrt", lambda y, z: -y / (2 * z), "reciprocal_root"),
    np.expm1: _function("expm1", lambda y, _: y + 1, "exponential"),
    np.log1p: _function("log1p", lambda _, z: 1 / (1 + z), "exponential"),
    softplus_of_elements: _function("softplus", lambda _, z: by_balls("sigmoid", z), "exponential"),
}
