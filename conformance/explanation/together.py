"""Deviations that explain an operation: one alone, or a few together."""

import math
from collections.abc import Iterable, Iterator
from itertools import combinations, takewhile

import numpy as np
from rnnspec.reference import Operation

from ..clock import spent
from ..deviations.catalogue import CATALOGUE
from ..deviations.gate_order import orders
from .admitted import admitted
from .evidence import Evidence, Hypothesis, Marks, forwards

TRIED = {2: 1000, 3: 150}  # sets of so many deviations that are run at most, the likeliest first
OF_ORDERS = "generic"  # the case that each order of gates changes,
FINEST = 2.0**-23  # by so much that no float32 hides it
BEGUN = 6  # deviations that give the first case and not all, each tried with every other

Marked = list[tuple[Hypothesis, Marks]]


def alone(evidence: Evidence) -> list[Hypothesis]:
    """Hypotheses of one deviation that fit: those that are run whose recorded effect is what was given."""
    operation, ordered = evidence.operation, _ordered(evidence)
    if evidence.forward and not evidence.forward.failing:  # which would read its gates in that order, too
        ordered = [h for h in ordered if not forwards(h.edits)]
    likely = admitted(evidence, (*_known(operation), *ordered))
    return [h for h in likely if evidence.begins(h) and evidence.agrees(h)]


def _known(operation: Operation) -> list[Hypothesis]:
    return [h for d in CATALOGUE.values() if operation.name in d.affects for h in Hypothesis.of(d, operation)]


def _ordered(evidence: Evidence) -> list[Hypothesis]:
    """Other orders of gates, unless what each of them changes is right."""
    operation = evidence.operation
    if evidence.is_right(f"{operation.name}/{OF_ORDERS}") and float(np.finfo(evidence.dtype).eps) <= FINEST:
        return []
    return [h for d in orders(operation) for h in Hypothesis.of(d, operation)]


def together(evidence: Evidence, until: float = math.inf) -> Iterator[list[Hypothesis]]:
    """Hypotheses of one deviation that fit, then of two, then of three, until a time of `spent()`."""

    def timely(hypotheses: Iterable[Hypothesis]) -> Iterator[Hypothesis]:
        return takewhile(lambda _: spent() <= until, hypotheses)

    known = _known(evidence.operation)
    begun = [h for h in timely((*known, *_ordered(evidence))) if evidence.begins(h)]
    yield [h for h in timely(begun) if evidence.agrees(h)]
    yield [h for one in begun[:BEGUN] for h in _completed(one, timely(known), evidence)]
    marked = [(h, marks) for h in timely(known) if not h.computed_in and (marks := evidence.marks(h))]
    marked = [(h, marks) for h, marks in marked if marks.changed]
    for of, most in TRIED.items():
        if spent() <= until:
            likely = sorted(_admissible(marked, of, evidence.wrong), key=lambda pair: -pair[0])
            yield [h for h in timely(h for _, h in likely[:most]) if evidence.agrees(h)]


def _completed(one: Hypothesis, known: Iterable[Hypothesis], evidence: Evidence) -> Iterator[Hypothesis]:
    """One that gives some cases, with another that gives those that it misses, or what the forward gave: an option's, mostly."""
    missed = next((name for name in evidence.order if not evidence.agrees_in(one, name)), None)
    for other in () if one.computed_in and not missed else known:
        both = one + other
        if other.ids != one.ids and (not missed or evidence.agrees_in(both, missed)) and evidence.agrees(both):
            yield both


def _admissible(marked: Marked, of: int, wrong: int) -> Iterator[tuple[int, Hypothesis]]:
    """Sets that may fit, each with how many outputs speak for it.

    An output that just one of the set changes shows that one alone: it must be wrong and what that one gives.
    One that several change shows nothing before they are run together; one that none changes must be right.
    Three for which nothing speaks are too many to try.
    """
    if of > 2 and not any(marks.changed & marks.matched for _, marks in marked):
        return
    for chosen in combinations(marked, of):
        if len({h.ids for h, _ in chosen}) < of:
            continue
        once = several = matched = 0
        for _, marks in chosen:
            several |= once & marks.changed | several & marks.changed
            once |= marks.changed
            matched |= marks.changed & marks.matched
        once &= ~several
        if once & ~wrong or once & ~matched or wrong & ~(once | several) or (of > 2 and not once):
            continue
        first, *others = (h for h, _ in chosen)
        yield once.bit_count(), sum(others, first)
