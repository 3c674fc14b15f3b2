"""How far each element of an output may be off, from a few runs that err at random.

A few draws say little of one element, but elements are many, and alike but for where they stand: the logarithm of an
element's variance is taken as a sum of one term for each place along each axis, and by how much elements differ from that is learnt
from the draws too. An element's variance is then that of its place and its own, each weighted by what it is worth, and
what a draw more may come to is Student's t (G. K. Smyth, Linear Models and Empirical Bayes Methods for Assessing Differential Expression
in Microarray Experiments, 2004, eqs. 3, 4, 7 and section 6.2, where elements are genes).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ENOUGH = 64  # squares of draws that a term is the mean of, or there is none
FEW = 2.0  # what the others are worth, in draws, where they are too few to tell
LARGEST = 1000.0  # in draws: more is as good as no difference


@dataclass(frozen=True)
class Spread:
    """Standard deviations of an output's elements, 0 where none ever moved; `worth` is what others say of one, in draws."""

    scale: Floats
    worth: float
    draws: int

    def beyond(self, chance: float) -> float:
        """How many of these deviations one element exceeds, to one side or the other, with this chance."""
        return quantile(chance, self.worth + self.draws)


def spread(typical: Floats, draws: int) -> Spread:
    """From the root mean squares of so many draws, one an element: squares of what is very small would be 0."""
    moved = typical > 0
    logs = 2 * np.log(typical, out=np.zeros_like(typical), where=moved)
    expected = digamma(draws / 2) - math.log(draws / 2)
    fitted, terms = _by_place(logs, moved, draws)
    rest = (logs - fitted)[moved]
    worth = _worth(_apart(rest, terms) - trigamma(draws / 2)) if rest.size >= ENOUGH / draws else FEW
    of_place = fitted - expected + digamma(worth / 2) - math.log(worth / 2)
    both = np.logaddexp(math.log(worth) + of_place, math.log(draws) + logs) - math.log(worth + draws)
    scale = np.exp(both / 2)
    return Spread(np.where(moved, scale, 0.0), worth, draws)


def _apart(rest: Floats, terms: int) -> float:
    """The variance of a logarithm about what others say of it, who are off themselves as far as they are few a term."""
    return float((rest * rest).sum()) / max(rest.size - terms, 1) * (1 + terms / rest.size)


def _by_place(logs: Floats, moved: NDArray[np.bool_], draws: int) -> tuple[Floats, int]:
    """The sum of one term for each place along each axis that is nearest to the logarithms, and how many terms there are."""
    fitted, terms = np.full(logs.shape, logs[moved].mean() if moved.any() else 0.0), 1
    for axis, others in _axes(logs.ndim):
        many = moved.sum(axis=others, keepdims=True)
        if logs.shape[axis] > 1 and many[many > 0].min(initial=ENOUGH) * draws >= ENOUGH:
            rest = np.where(moved, logs - fitted, 0.0).sum(axis=others, keepdims=True)
            fitted = fitted + rest / np.maximum(many, 1)
            terms += int((many > 0).sum()) - 1
    return fitted, terms


def _axes(ndim: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    for axis in range(ndim):
        yield axis, tuple(k for k in range(ndim) if k != axis)


def _worth(more: float) -> float:
    """Degrees of freedom whose log variances vary by so much: the inverse of trigamma at half of them."""
    if more <= trigamma(LARGEST / 2):
        return LARGEST
    low, high = 1e-3, LARGEST
    for _ in range(60):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if trigamma(middle / 2) > more else (low, middle)
    return low


def digamma(x: float) -> float:
    """The slope of log gamma, from its asymptotic series (DLMF 5.11.2), x made large by 5.5.2."""
    lifted = 0.0
    while x < 8:
        lifted, x = lifted - 1 / x, x + 1
    return lifted + math.log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4) - 1 / (252 * x**6)


def trigamma(x: float) -> float:
    """The slope of digamma (DLMF 5.15.8 and 5.15.5)."""
    lifted = 0.0
    while x < 8:
        lifted, x = lifted + 1 / x**2, x + 1
    return lifted + 1 / x + 1 / (2 * x**2) + 1 / (6 * x**3) - 1 / (30 * x**5) + 1 / (42 * x**7)


def quantile(chance: float, freedom: float) -> float:
    """What the absolute value of Student's t exceeds with this chance."""
    high = 2.0
    while tail(high, freedom) > chance:
        high *= 2
    low = high / 2
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle, freedom) > chance else (low, middle)
    return high


def tail(t: float, freedom: float) -> float:
    """P(|T| > t) for t >= 1: an incomplete beta function (DLMF 8.17.7 and 8.17.8, by the series)."""
    a, z = freedom / 2, freedom / (freedom + t * t)
    norm = math.exp(math.lgamma(a + 0.5) - math.lgamma(a) - math.lgamma(0.5) + a * math.log(z)) / a
    term = total = 1.0
    n = 0
    while term > 1e-16 * total:
        term *= (a + n) * (0.5 + n) / ((a + 1 + n) * (n + 1)) * z
        total, n = total + term, n + 1
    return norm * total
