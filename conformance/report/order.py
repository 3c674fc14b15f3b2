"""In what order failures are told: what others rest on goes first, and of one operation the plainest and smallest case."""

from collections.abc import Collection, Iterator
from functools import cache
from math import prod

from rnnspec.golden import cases
from rnnspec.golden.entry import Entry
from rnnspec.reference import OPERATIONS

from ..properties.table import property_in
from ..run.outcome import Outcome
from .report import Report

OVER_TIME = ("T_x", "n_l", "n_d")
Rank = tuple[bool, bool, int, bool, int, int]


def by_dependence(report: Report) -> list[tuple[str, list[Outcome]]]:
    """Operations as the contract lists them: no operation rests on a later one."""
    places = {name: place for place, name in enumerate(OPERATIONS)}
    return sorted(report.by_operation().items(), key=lambda item: places.get(item[0], len(places)))


def telling_first(outcomes: list[Outcome], explained: Collection[str] = ()) -> list[Outcome]:
    """Cases before properties, explained ones before others, with few options and without a trait of their own, and small."""
    return sorted(outcomes, key=lambda outcome: _rank(outcome, explained))


def in_order(report: Report) -> Iterator[Outcome]:
    """Failures one by one in the order in which they are told."""
    explained = {reason.operation: reason.cases for reason in report.reasons}
    for operation, outcomes in by_dependence(report):
        yield from telling_first([o for o in outcomes if o.failed], explained.get(operation, ()))


def _rank(outcome: Outcome, explained: Collection[str]) -> Rank:
    entry = _entries().get(outcome.id)
    plain = (bool(property_in(outcome.id)), outcome.id not in explained, len(outcome.features))
    if not entry:  # a property, or a case of other goldens
        return *plain, True, 0, 0
    return *plain, bool(entry.labels), *effort(entry)


def effort(entry: Entry) -> tuple[int, int]:
    """Steps, then elements: what a person has to follow."""
    rest = [length for axis, length in entry.dims.items() if axis not in OVER_TIME]
    return prod(entry.dims.get(axis, 1) for axis in OVER_TIME), prod(rest)


@cache
def _entries() -> dict[str, Entry]:
    return {entry.id: entry for entry in cases()}
