"""Runs of an operation whose primitives err as a precision allows, and what they tell of its outputs."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import Operation
from rnnspec.reference.arithmetics import local_model
from rnnspec.reference.arithmetics.local_model import Half
from rnnspec.reference.arithmetics.perturbed import Perturbation, Perturbed

from .patterns import Arrays
from .precision import FORMATS, Precision
from .running import lifted, run
from .spread import Spread, spread

Floats = NDArray[np.float64]
DRAWS, MORE = 4, 16  # of all runs, and where elements are unlike
ALIKE = 4.0  # draws that the others are worth, to an element
FINEST = 2.0**-45  # a roundoff that a run in float64 may be off by and still be exact beside it
COARSE = 2.0**-20  # a roundoff from which on functions are computed wider and rounded
NEAR = 8.0  # deviations within which a comparison may be decided either way
WIDE = 1e30  # a range in which what is given and what comes out are the only numbers that go beyond
SMALLEST = 1e-300  # a difference
UNSTEADY = 20.0  # times its geometric mean, which the largest of a few draws is where what errs is an exponent


class Runs:
    """Runs of one operation that err, each by how far its outputs are from the truth."""

    def __init__(
        self, operation: Operation, inputs: Arrays, parameters: Arrays, truth: Arrays, precision: Precision
    ) -> None:
        self.operation, self.given, self.truth, self.precision = operation, (inputs, parameters), truth, precision
        self.roundoff, self._products, self._operands = (
            max(FORMATS[part].roundoff, FINEST) for part in (precision.state, precision.products, precision.inputs)
        )
        self.coarse = self.roundoff > COARSE
        self._model = Half if self.coarse else local_model
        self._met: set[str] = set()
        self._compared: list[Floats] = []
        self._chained: dict[str, Floats] = {}
        self.beyond = False  # a number on the way is above what the precision holds
        self.unsteady: dict[str, Any] = {}  # elements whose draws are of different sizes: what errs is an exponent

    def off(self, by: Perturbation) -> Iterator[tuple[str, Floats]]:
        given = (lifted(lambda array: Perturbed(by.kept(array), by), arrays) for arrays in self.given)
        for name, got in run(self.operation, *given).items():
            if isinstance(got, Perturbed) and got.chain:
                self._chained[name] = self._products * got.chain.typical(got.value)
            yield name, (got.value if isinstance(got, Perturbed) else got) - self.truth[name]
        self._met |= by.met
        self._compared = by.compared
        self.beyond |= by.beyond

    def spreads(self, lost: float = 0.0) -> dict[str, Spread]:
        """How far roundings spread each output, or losses of that size do: from a few draws, from more where elements are unlike; infinitely
        far where a draw ends in what is no finite number.
        """
        total, largest, logs = (dict[str, Any](dict.fromkeys(self.truth, 0.0)) for _ in range(3))
        ended = dict[str, Any](dict.fromkeys(self.truth, False))  # in what is no finite number
        drawn, found = 0, dict[str, Spread]()
        for enough in (DRAWS, MORE):
            for seed in range(drawn, enough):
                for name, off in self.off(self._erring(seed, lost)):
                    ended[name] = ended[name] | ~np.isfinite(off)
                    size = np.where(ended[name], 0.0, np.abs(off))
                    total[name], largest[name] = np.hypot(total[name], size), np.maximum(largest[name], size)
                    logs[name] = logs[name] + np.log(np.maximum(size, SMALLEST))
            drawn = enough
            found = {name: spread(np.asarray(size) / np.sqrt(drawn), drawn) for name, size in total.items()}
            if all(one.worth >= ALIKE for one in found.values()):
                break
        if not lost and self.coarse:
            self.unsteady = {name: largest[name] > UNSTEADY * np.exp(logs[name] / drawn) for name in logs}
        return found if lost else {name: self._with(name, one, ended[name]) for name, one in found.items()}

    def _with(self, name: str, found: Spread, ended: Any) -> Spread:
        """Also of what is one sum over examples and steps, and not one over the steps of sums over the examples: known, so not drawn."""
        return replace(found, scale=np.where(ended, np.inf, np.hypot(found.scale, self._chained.get(name, 0.0))))

    def moved(self) -> dict[str, Any]:
        """How far functions that are off by all that they may move each output, and comparisons that are decided the other way."""
        found: dict[str, Any] = dict.fromkeys(self.truth, 0.0)
        drawn = self._compared
        joined = np.maximum if self.coarse else np.add
        for ways in self._ways():
            for name, off in self.off(Perturbation(0, self.roundoff, moved=ways, model=self._model)):
                found[name] = joined(found[name], _finite(np.abs(off)))
        if drawn:
            for name, off in self.off(Perturbation(moved={}, turned=self._near(drawn))):
                found[name] = found[name] + 2 * _finite(np.abs(off))  # two that undo each other may be decided apart
        return found

    def flushed(self, tiny: float) -> Iterator[tuple[str, Floats]]:
        """How far it moves each output that what is smaller than that becomes 0, where that is not what errors of that size come to."""
        return self.off(Perturbation(moved={}, flushed=tiny))

    def _erring(self, seed: int, lost: float) -> Perturbation:
        if lost:
            return Perturbation(seed, lost=lost, model=self._model)
        limit = self.precision.largest if self.precision.largest < WIDE else math.inf
        products, operands, chains = self._products, self._operands, seed == 0  # they are the same in all
        return Perturbation(
            seed,
            self.roundoff,
            model=self._model,
            products=products,
            operands=operands,
            limit=limit,
            chains=chains,
        )

    def _ways(self) -> Iterator[dict[str, float]]:
        """Which functions are off, and which way: one at a time, or, where what they do together is more than the sum, in every way there is."""
        functions = sorted(self._met)
        if not self.coarse:
            yield from ({function: 1.0} for function in functions)
        elif functions:
            yield from (
                dict(zip(functions, signs, strict=True)) for signs in product((1.0, -1.0), repeat=len(functions))
            )

    def _near(self, drawn: list[Floats]) -> list[Any]:
        for _ in self.off(Perturbation(moved={})):
            pass
        return [
            np.abs(exact) < NEAR * _typical(erring - exact) for exact, erring in zip(self._compared, drawn, strict=True)
        ]


def _finite(off: Floats) -> Floats:
    """Infinitely far where it is no number."""
    return np.where(np.isnan(off), np.inf, off)


def _typical(array: Floats) -> float:
    """The root mean square, also of what is so small that its square is 0."""
    largest = float(np.abs(array).max(initial=0.0)) or 1.0
    return largest * float(np.sqrt(np.mean((array / largest) ** 2)))
