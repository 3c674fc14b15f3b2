"""A case at any size: the reference in float64 for the truth, and budgets from a few runs that err; nothing of it is proven.

Every primitive may err by its typical error at random, and every function, beside that, in one direction by all that it may be off. The
first is drawn a few times, which gives each output's spread, and more often where its elements are so unlike that a few say little; how a
gradient grew over the steps says what it is off by besides where it is one sum over examples and steps;
the second is one run for each function, whose differences are added, as is that of a run in which all that is compared
and near is decided the other way. An element may be off by so many deviations as it exceeds by chance once in 10^9 for all elements
of its output together, and by what was added. Needs no python-flint.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import Operation
from rnnspec.reference.contract import ContractError

from .case import Case
from .drawing import draw
from .entry import Entry
from .erring import FINEST, Runs
from .patterns import Arrays
from .precision import FORMATS, Precision, said
from .running import run
from .spread import Spread
from .store import Golden

Floats = NDArray[np.float64]
CHANCE = 1e-9  # of a false alarm, an output: a run of all operations has fewer than a thousand
TINY = 1e15  # smallest normal numbers: beside a budget of more, what underflow costs is nothing
ALL_OF_IT = 0.5  # of an element's size, or of 1: a budget that is more tells nothing
NONE = 2.0**64  # times that: as good as none
MOST = 0.1  # of an output's elements that may have such a budget
LABEL, FULL = "estimated", "full-precision"


class Unfit(ValueError):
    """A case that says nothing at its size; the message says why."""


@dataclass(frozen=True)
class Estimate:
    """A golden's like, with the outputs of whose numbers it says nothing, and why; some of these have to be numbers all the same."""

    golden: Golden
    untold: dict[str, str]

    def telling(self) -> "Estimate":
        """This, where it says something. Raises Unfit."""
        if not {*self.golden.outputs} - {*self.untold}:
            raise Unfit("; ".join(f"{name}: {why}" for name, why in self.untold.items()))
        return self


def estimate(case: Case, dtype: str, precision: Precision | None = None) -> Estimate:
    """The truth of a case and what a correct implementation of a dtype may be off by, or of a precision, in numbers of that dtype. Raises Unfit."""
    try:
        policy = precision or Precision.named(dtype)
        inputs, parameters = draw(case)
        if FULL not in case.idea.labels:  # whose numbers are what they are
            inputs, parameters = given(inputs, policy), given(parameters, policy)
        if precision:
            held(precision, [inputs, parameters])
        return _of_given(entry(case, dtype), inputs, parameters, dtype, policy)
    except MemoryError:
        raise Unfit("it takes more memory than there is") from None
    except ContractError as error:  # lengths that do not go together
        raise Unfit(str(error)) from None


def of_given(
    golden: Golden, inputs: Mapping[str, Floats], parameters: Mapping[str, Floats], dtype: str, precision: Precision
) -> Estimate:
    """What a golden's operation may be off by on other inputs, in numbers of that dtype. Raises Unfit."""
    arrays, weights = (
        {n: a.astype(np.float64) if a.dtype.kind not in "iub" else a for n, a in group.items()}
        for group in (inputs, parameters)
    )
    return _of_given(golden.entry, arrays, weights, dtype, precision)


def given(arrays: Arrays, precision: Precision) -> Arrays:
    """With no more bits than what is given can have, which is fewer than were drawn where all of them are meant."""
    bits = min(FORMATS[part].bits for part in (precision.arrays, precision.inputs))
    return {name: _rounded(array, bits) if array.dtype.kind == "f" else array for name, array in arrays.items()}


def _rounded(array: Floats, bits: int) -> Floats:
    fraction, exponent = np.frexp(array)
    return np.ldexp(np.rint(np.ldexp(fraction, bits)), exponent - bits)


def _of_given(entry: Entry, inputs: Arrays, parameters: Arrays, dtype: str, precision: Precision) -> Estimate:
    operation = entry.operation
    u, carried = FORMATS[precision.outputs].roundoff, float(np.finfo(dtype).eps) / 2
    with np.errstate(all="ignore"):
        truth = run(operation, inputs, parameters)
        _refuse(truth, precision)
        runs = Runs(operation, inputs, parameters, truth, precision)
        erring = _budgets(runs)
        budgets, lost = _lost(runs, erring)
        for name, unsteady in runs.unsteady.items():
            steady = ~unsteady | (budgets[name] <= ALL_OF_IT * np.abs(truth[name]))
            budgets[name] = np.where(steady, budgets[name], _none(truth[name]))
    untold = {name: why for name in truth if (why := _untold(budgets[name], truth[name], erring[name]))}
    told = {name: array for name, array in truth.items() if name not in untold}
    for name in [name for name, array in told.items() if runs.coarse and _faint(budgets[name], array)]:
        budgets[name], untold[name] = _none(told[name]), "its elements may be off by half of the largest of them"
    # in numbers of the dtype, 2 u H + 2 eta E + u |y| is what the precision allows
    sensitivity = {name: (budgets[name] + (u - carried) * np.abs(y)) / (2 * carried) for name, y in told.items()}
    wider = precision.tiny / float(np.finfo(dtype).tiny)
    underflow = {name: wider * lost.get(name, np.zeros(array.shape)) / (2 * FINEST) for name, array in told.items()}
    return Estimate(Golden(entry, inputs, parameters, told, sensitivity, sensitivity, underflow), untold)


def _budgets(runs: Runs) -> Arrays:
    """What roundings and functions may move each output by. Raises Unfit."""
    spreads, moved, u = runs.spreads(), runs.moved(), FORMATS[runs.precision.outputs].roundoff
    if runs.beyond:
        raise Unfit(f"a number on the way is beyond {said(runs.precision.words)}")
    finer = np.sqrt(2.0) * u / FINEST if u < FINEST else 1.0  # in float64 the truth errs too
    return {name: finer * (_beyond(found) + moved[name]) for name, found in spreads.items()}


def _lost(runs: Runs, budgets: Arrays) -> tuple[Arrays, Arrays]:
    """The budgets beside what becomes 0, and how far losses move each output; none where nothing is so small."""
    tiny, (inputs, parameters) = runs.precision.tiny, runs.given
    small = (_small(runs.operation, inputs, name, runs.truth[name], budget, tiny) for name, budget in budgets.items())
    if not _near_nothing([inputs, parameters], tiny) and not any(small):
        return budgets, {}
    lost = {name: _beyond(found) for name, found in runs.spreads(lost=FINEST).items()}
    flushed = {name: np.where(np.isfinite(off), 2 * np.abs(off), np.inf) for name, off in runs.flushed(tiny)}
    return {name: np.maximum(budget, flushed[name]) for name, budget in budgets.items()}, lost


def held(precision: Precision, groups: Iterable[Arrays]) -> None:
    """Nothing, where a precision can be given all these numbers. Raises Unfit."""
    for name, array in ((name, array) for group in groups for name, array in group.items() if array.dtype.kind == "f"):
        if coarse := [part for part in (precision.arrays, precision.inputs) if not FORMATS[part].holds(array)]:
            raise Unfit(f"{name} has numbers that {coarse[0]} does not hold")


def _near_nothing(groups: Iterable[Arrays], tiny: float) -> bool:
    """Whether something that is given is so small that its square is next to nothing."""
    floats = (array for group in groups for array in group.values() if array.dtype.kind == "f")
    return any(bool((array[array != 0] ** 2 < TINY * tiny).any()) for array in floats)


def _small(operation: Operation, inputs: Arrays, name: str, want: Floats, budget: Floats, tiny: float) -> bool:
    """Whether an element, no padding, or what it may be off by, is so small that underflow matters."""
    small = np.minimum(np.abs(want), budget) < TINY * tiny
    if "lengths" in inputs and operation.expected([*inputs]).get(name, "").endswith("m T_x"):
        small = small & (np.arange(want.shape[-1]) < inputs["lengths"][:, None])
    return bool(small.any())


def entry(case: Case, dtype: str) -> Entry:
    """The line of a case that no manifest has."""
    nothing = dict.fromkeys(("inputs", "digest", "recipe", "provenance"), "")
    known = {"labels": [LABEL], "features": case.features, "dtypes": [dtype], "dims": case.dims, "refused": {}}
    told = f"{case.id} {case.idea} {dtype}"
    return Entry(case.id, case.idea.shows, **known, seed=0, bits=1, corroborated=[], evidence=told, **nothing)  # type: ignore[arg-type]


def numbers(case: Case, dtype: str) -> int:
    """How many a case takes and gives, its budgets among them."""
    return sum(math.prod(shape) for shape, _ in entry(case, dtype).shapes().values())


def _refuse(truth: Arrays, precision: Precision) -> None:
    for name, array in truth.items():
        if not np.isfinite(array).all():
            raise Unfit(f"{name} is not finite in float64")
        if np.abs(array).max(initial=0.0) > precision.largest:
            raise Unfit(f"{name} is beyond {said(precision.words)}")


def _beyond(found: Spread) -> Floats:
    """What an element exceeds once in 1 / CHANCE outputs."""
    return found.beyond(CHANCE / max(int(np.count_nonzero(found.scale)), 1)) * found.scale


def _none(want: Floats) -> Floats:
    """In place of a budget: within that is every number that is one."""
    return NONE * np.maximum(1, np.abs(want))


def _faint(budget: Floats, want: Floats) -> bool:
    """Whether an output is lost in what its elements may be off by, though these are less than 1."""
    return bool((budget >= ALL_OF_IT * np.abs(want).max(initial=0.0)).mean() > MOST) and bool(want.any())


def _untold(budget: Floats, want: Floats, erring: Floats) -> str:
    """Why a budget says nothing of an output, "" where it does; `erring` is that without what becomes 0."""
    if not np.isfinite(budget).all():
        return f"where {'results below the normal numbers become 0' if np.isfinite(erring).all() else 'roundings err'} it is not finite"
    too_wide = ~(budget < ALL_OF_IT * np.maximum(1, np.abs(want)))
    if too_wide.mean() <= MOST:
        return ""
    return f"{too_wide.sum()} of {want.size} elements may be off by half of their size, or of 1"
