"""A report's failures by what they have in common: the deviation, the message, or the property that does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..properties.table import property_in
from ..run.outcome import Ending, Outcome
from . import wording
from .explained import Around, untried
from .order import in_order
from .reasons import Explanation, Reason
from .report import Report

EXPLAINED, LOCALISED, ALIKE, PROPERTY = range(4)  # what says most of a failure comes first
Key = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Cause:
    """What fails alike. `names` are of deviations, of an operation or of a property, by `kind`; the most telling is first."""

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
    """All failures of a report by cause, in the order in which a terminal tells them; properties go behind, and what is known last."""
    reasons = {why.operation: why for why in report.reasons}
    grouped: dict[Key, list[Outcome]] = {}
    for outcome in in_order(report):
        grouped.setdefault(_key(outcome, reasons.get(outcome.operation)), []).append(outcome)
    found = [_cause(key, outcomes, reasons) for key, outcomes in grouped.items()]
    return sorted(found, key=lambda cause: (cause.outcomes[0].known is not None, cause.kind == PROPERTY))  # stable


def _key(outcome: Outcome, why: Reason | None) -> Key:
    if why and outcome.id in why.cases:
        return (EXPLAINED, why.deviations) if isinstance(why, Explanation) else (LOCALISED, (why.operation,))
    if outcome.outcome is Ending.FAIL and (name := property_in(outcome.id)):
        return PROPERTY, (name,)
    return ALIKE, (wording.cause(outcome),)


def _cause(key: Key, outcomes: list[Outcome], reasons: dict[str, Reason]) -> Cause:
    kind, names = key
    why = reasons.get(outcomes[0].operation) if kind in (EXPLAINED, LOCALISED) else None
    return Cause(kind, names if kind != ALIKE else (), tuple(outcomes), why)


def told(cause: Cause, report: Report) -> Iterator[str]:
    """The first failure of a cause in full, line by line."""
    first = cause.outcomes[0]
    failing = [outcome for outcome in report.failures if outcome.operation == first.operation]
    text = wording.failure(
        first, report.candidate, report.at, cause.why, report.spelled, Around(untried(failing, cause.why))
    )
    yield from text.split("\n")
