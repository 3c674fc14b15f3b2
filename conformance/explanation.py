"""Naming the bug: the smallest set of deviations that gives what the candidate gave."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

from rnnspec.reference import OPERATIONS

from .deviations import CATALOGUE, orders
from .evidence import Evidence, Hypothesis, Marks
from .execution import Outcome
from .localisation import located
from .report import Explanation, Localisation

TRIED = {2: 1000, 3: 150}  # sets of so many deviations that are run at most, the likeliest first

Marked = list[tuple[Hypothesis, Marks]]


def explain(outcomes: Iterable[Outcome], dtype: str, folder: Path) -> tuple[list[Explanation], list[Localisation]]:
    """For each operation with failing cases, what reproduces all of them and no passing one less, or where they begin."""
    explanations, localisations = [], []
    for operation in OPERATIONS:
        ran = [o for o in outcomes if o.operation == operation and o.arrays]
        if not any(o.outcome == "fail" for o in ran):
            continue
        evidence = Evidence(ran, dtype, folder)
        if fitting := next(filter(None, _fitting(evidence)), None):
            first, *others = dict.fromkeys(hypothesis.ids for hypothesis in fitting)
            explanations.append(Explanation(operation, first, evidence.failing, len(evidence.failing), tuple(others)))
        elif lines := located(evidence):
            localisations.append(Localisation(operation, evidence.failing, lines))
    return explanations, localisations


def _fitting(evidence: Evidence) -> Iterator[list[Hypothesis]]:
    """Hypotheses of one deviation that fit, then of two, then of three."""
    operation = evidence.operation
    known = [h for d in CATALOGUE.values() if operation.name in d.affects for h in Hypothesis.of(d)]
    yield [h for h in (*known, *(h for d in orders(operation) for h in Hypothesis.of(d))) if evidence.agrees(h)]
    marked = [(h, marks) for h in known if not h.computed_in and (marks := evidence.marks(h))]
    marked = [(h, marks) for h, marks in marked if marks.changed]
    for together, most in TRIED.items():
        likely = sorted(_admissible(marked, together, evidence.wrong), key=lambda pair: -pair[0])
        yield [h for _, h in likely[:most] if evidence.agrees(h)]


def _admissible(marked: Marked, together: int, wrong: int) -> Iterator[tuple[int, Hypothesis]]:
    """Sets that may fit, each with how many outputs speak for it.

    An output that just one of the set changes shows that one alone: it must be wrong and what that one gives.
    One that several change shows nothing before they are run together; one that none changes must be right.
    """
    for chosen in combinations(marked, together):
        if len({h.ids for h, _ in chosen}) < together:
            continue
        once = several = matched = 0
        for _, marks in chosen:
            several |= once & marks.changed | several & marks.changed
            once |= marks.changed
            matched |= marks.changed & marks.matched
        once &= ~several
        if once & ~wrong or once & ~matched or wrong & ~(once | several):
            continue
        first, *others = (h for h, _ in chosen)
        yield once.bit_count(), sum(others, first)
