"""Perturbed: a float64 run whose every primitive errs at random, as a correct implementation of a coarser dtype may.

Where Noise asks of each output how far all roundings together can move it, a few such runs tell how far they do move it:
each primitive's result is off by its typical error, of either sign, or, of functions, by all that they may be off, in one
direction. A run costs a few of the reference's, whatever the size.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from . import local_model, primitives
from .chain import Chain
from .local_model import Floats

WIDTH = math.sqrt(3)  # of a uniform number of variance 1, to each side
BLOCK = 4096  # numbers that are drawn at once
SHARE = 4  # of what a function may be off by, which is that in one direction, so much less is its typical error


class Perturbation:
    """By how much the primitives of one run err: functions by all that they may, those of `moved` and that way, 1 or -1, or, where that is None, each at random.

    `roundoff` and `lost` are what a result may be off by, of its size and whatever its size; matrix products sum at a roundoff of their own, `products`,
    and take in operands that are rounded to `operands`, where that is coarser than what they are. `met` are the names of the
    functions that a run came by, which may be off by what `model` allows; `compared` is what it held against each other, as
    differences; `turned` are, one for each of these, the comparisons that are to be decided the other way. What is below `flushed` becomes 0; what errs at
    random and is above `limit` leaves its mark, `beyond`. Where it is asked for `chains`, totals have theirs.
    """

    def __init__(
        self,
        seed: int = 0,
        roundoff: float = 0.0,
        lost: float = 0.0,
        moved: Mapping[str, float] | None = None,
        turned: Sequence[Any] = (),
        model: Any = local_model,
        products: float | None = None,
        operands: float = 0.0,
        flushed: float = 0.0,
        limit: float = math.inf,
        chains: bool = False,
    ) -> None:
        self._bits = np.random.Philox(key=seed)
        self._ready: Floats = np.zeros(0)
        self.roundoff, self.lost, self.moved, self.turned, self.model = roundoff, lost, moved, turned, model
        self.products, self.operands, self._flushed = roundoff if products is None else products, operands, flushed
        self.limit, self.chains, self.beyond = limit, chains, False
        self.met: set[str] = set()
        self.compared: list[Floats] = []

    def decided(self, difference: Floats) -> Any:
        """Whether it is positive, or the opposite."""
        self.compared.append(difference)
        k = len(self.compared) - 1
        return (difference > 0) ^ self.turned[k] if self.turned else difference > 0

    def erring(self, value: Floats, typical: Callable[[], Any]) -> "Perturbed":
        """A primitive's result, off by its typical error, in roundoffs, drawn for each element."""
        return self._off(value, lambda: self.roundoff * typical())

    def of_product(self, value: Floats, squares: Callable[[], Floats], n: int) -> "Perturbed":
        """A sum of n products, whose squares add up to that, kept at the roundoff of all else."""

        def typical() -> Floats:
            summed, taken = squares(), max(self.operands - self.roundoff, 0.0)
            kept = max(self.roundoff - self.products, 0.0) * np.abs(value)
            return self.products * typical_dot(summed, value, n) + kept + taken * np.sqrt(2 * summed)

        return self._off(value, typical)

    def kept(self, value: Floats) -> Floats:
        """What is left of values that are given or that come of a primitive."""
        return np.where(np.abs(value) < self._flushed, 0.0, value) if self._flushed else value

    def _off(self, value: Floats, typical: Callable[[], Any]) -> "Perturbed":
        if self.moved is not None:
            return Perturbed(self.kept(value), self)
        if self.limit < math.inf:
            self.beyond |= bool((np.abs(value) > self.limit).any())
        return Perturbed(value + (typical() + self.lost) * self._drawn(value.shape), self)

    def of_function(self, name: str, value: Floats, allowed: Any) -> "Perturbed":
        """A function's value, off by a share of what is allowed, in roundoffs, or by all of it."""
        self.met.add(name)
        if self.moved is None:
            return self.erring(value, lambda: allowed / SHARE)
        return Perturbed(
            value + self.moved[name] * self.roundoff * allowed if name in self.moved else self.kept(value), self
        )

    def _drawn(self, shape: tuple[int, ...]) -> Floats:
        """Uniform, with a mean of 0 and a variance of 1."""
        size = math.prod(shape)
        if size > len(self._ready):
            raw = self._bits.random_raw(max(size, BLOCK) // 4 + 1).view(np.uint16)
            self._ready = np.asarray((raw + 0.5) * (2 * WIDTH / 2**16) - WIDTH, np.float64)
        found, self._ready = self._ready[:size], self._ready[size:]
        return found.reshape(shape)


class Perturbed(NDArrayOperatorsMixin):
    """Values, and the perturbation that the run is of; of how many `terms` they are a sum, 0 where they are none.

    What grows by `+=` has a `chain`, as gradients into parameters do, step by step. It is of the total alone, and lost in what is made of it: an
    error on the way to other outputs is one of few sums.
    """

    def __init__(self, value: Any, by: Perturbation, terms: int = 0) -> None:
        self.value, self.by, self.terms = np.asarray(value, np.float64), by, terms
        self.chain: Chain | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def T(self) -> "Perturbed":
        return Perturbed(self.value.T, self.by, self.terms)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator["Perturbed"]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key: Any) -> "Perturbed":
        return Perturbed(self.value[key], self.by, self.terms)

    def transpose(self, *axes: int) -> "Perturbed":
        return Perturbed(self.value.transpose(*axes), self.by)

    def copy(self) -> "Perturbed":
        return self

    def max(self, axis: int) -> "Perturbed":
        return Perturbed(self.value.max(axis=axis), self.by)

    def sum(self, axis: int, keepdims: bool = False) -> "Perturbed":
        value = self.value.sum(axis=axis, keepdims=keepdims)

        def typical() -> Floats:
            squares = (self.value * self.value).sum(axis=axis, keepdims=keepdims)
            return typical_dot(squares, value, self.value.shape[axis])

        return self.by.erring(value, typical).of(self.value.shape[axis])

    def of(self, terms: int) -> "Perturbed":
        self.terms = terms
        return self

    def __iadd__(self, other: Any) -> Any:
        """Another step's: the chain goes on in the sum."""
        total = self + other
        if self.by.chains and other.terms:
            begun = self.chain or Chain(other.terms).grown(0.0, self.value)
            total.chain = begun.grown(self.value, other.value)
        return total

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs or ufunc not in RULES:
            return NotImplemented
        found = RULES[ufunc](self.by, *(x.value if isinstance(x, Perturbed) else np.asarray(x, float) for x in inputs))
        # a sum that is scaled is one of as many terms, whatever the scale is made of
        return found.of(_terms(*inputs)) if ufunc in (np.multiply, np.negative) else found

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function not in (np.where, np.zeros_like, np.full_like, np.concatenate, np.stack):
            return NotImplemented
        plain = (
            [_value(part) for part in arg]
            if isinstance(arg, list | tuple) and function is not np.where
            else _value(arg)
            for arg in args
        )
        return Perturbed(function(*plain, **kwargs), self.by, _terms(*args[0]) if function is np.concatenate else 0)


def _terms(*given: Any) -> int:
    return max(getattr(x, "terms", 0) for x in given)


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Perturbed) else x


def typical_dot(squares: Floats, z: Floats, n: int) -> Floats:
    """Of a dot of n terms t, summed one by one in an order that does not look at them; z = sum t.

    A partial sum of k of them is about sqrt(k / n squares) and k / n z, and its rounding 0.4 of it: together
    0.4 sqrt(n / 2 squares + n / 3 z^2); the products' and the last rounding are the other part.
    """
    return np.sqrt((1 + n / 10) * (squares + z * z))


def _sum(function: Any) -> Callable[..., Perturbed]:
    return lambda by, a, b: by.erring(function(a, b), lambda: np.abs(a) + np.abs(b))


def _own(function: Any) -> Callable[..., Perturbed]:
    """A primitive whose error goes by the size of its result."""

    def rule(by: Perturbation, *given: Floats) -> Perturbed:
        value = function(*given)
        return by.erring(value, lambda: np.abs(value))

    return rule


def _matmul(by: Perturbation, a: Floats, b: Floats) -> Perturbed:
    return by.of_product(a @ b, lambda: (a * a) @ (b * b), a.shape[-1]).of(a.shape[-1])


def _greater(by: Perturbation, a: Floats, b: Floats) -> Any:
    return by.decided(a - b)


def _function(name: str, function: Any, absolute: bool) -> Callable[..., Perturbed]:
    def rule(by: Perturbation, a: Floats) -> Perturbed:
        value = function(a)
        return by.of_function(name, value, by.model.activation(value) if absolute else by.model.exponential(value))

    return rule


RULES: dict[Any, Callable[..., Any]] = {
    np.add: _sum(np.add),
    np.subtract: _sum(np.subtract),
    np.multiply: _own(np.multiply),
    np.divide: _own(np.divide),
    np.sqrt: _own(np.sqrt),
    primitives.rsqrt_of_elements: _own(primitives.rsqrt),
    np.negative: lambda by, a: Perturbed(-a, by),
    np.greater: _greater,
    np.less: lambda by, a, b: _greater(by, b, a),
    np.matmul: _matmul,
    np.tanh: _function("tanh", np.tanh, True),
    primitives.sigmoid_of_elements: _function("sigmoid", primitives.sigmoid, True),
    primitives.softplus_of_elements: _function("softplus", primitives.softplus, False),
    np.exp: _function("exp", np.exp, False),
    np.expm1: _function("expm1", np.expm1, False),
    np.log1p: _function("log1p", np.log1p, False),
}
