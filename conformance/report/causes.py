"""A report's failures by what they have in common: the deviation, the message, or the property that does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..properties.holding import plain, property_in
from ..run.outcome import Ending, Outcome
from . import wording
from .known_failures import reason
from .reasons import Explanation, Reason
from .report import Report

EXPLAINED, LOCALISED, ALIKE, PROPERTY = range(4)  # what says most of a failure comes first
Key = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Cause:
    """What fails alike. `names` are of deviations, of an operation or of a property, by `kind`; the plainest is first."""

    kind: int
    names: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    why: Reason | None  # of the first

    @property
    def counts(self) -> dict[str, int]:
        """How many fail so, by operation."""
        found: dict[str, int] = {}
        for outcome in self.outcomes:
            found[outcome.operation] = found.get(outcome.operation, 0) + 1
        return found

    @property
    def ending(self) -> Ending:
        return self.outcomes[0].outcome


def causes(report: Report) -> list[Cause]:
    """All failures of a report: what is explained before what is not, then what most have in common."""
    reasons = {why.operation: why for why in report.reasons}
    grouped: dict[Key, list[Outcome]] = {}
    for outcome in report.failures:
        grouped.setdefault(_key(outcome, reasons.get(outcome.operation)), []).append(outcome)
    found = [_cause(key, outcomes, reasons) for key, outcomes in grouped.items()]
    return sorted(found, key=lambda cause: (cause.kind, -len(cause.outcomes)))  # stable


def _key(outcome: Outcome, why: Reason | None) -> Key:
    if why and outcome.id in why.cases:
        return (EXPLAINED, why.deviations) if isinstance(why, Explanation) else (LOCALISED, (why.operation,))
    if name := property_in(outcome.id):
        return PROPERTY, (name,)
    return ALIKE, (reason(outcome),)


def _cause(key: Key, outcomes: list[Outcome], reasons: dict[str, Reason]) -> Cause:
    first, *others = sorted(outcomes, key=lambda o: o.id != plain(o.operation))
    kind, names = key
    why = reasons.get(first.operation) if kind in (EXPLAINED, LOCALISED) else None
    return Cause(kind, names if kind != ALIKE else (), (first, *others), why)


def told(cause: Cause, report: Report) -> Iterator[str]:
    """The first failure of a cause in full, line by line."""
    text = wording.failure(cause.outcomes[0], report.candidate, report.dtype, cause.why, report.spelled)
    yield from text.split("\n")
