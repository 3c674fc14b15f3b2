"""What is asked of a repair: by operation, what fails and what passes."""

import math
from collections.abc import Iterable, Mapping, Sequence

from rnnspec.golden import Entry
from rnnspec.reference import OPERATIONS

from ..properties.table import property_in
from ..run.outcome import Outcome

OF_FIRST = 0.7  # of the time is for what comes first: what others fail by is likely the same


def sorted_by_operation(entries: Mapping[str, Entry], some: Iterable[Outcome]) -> dict[str, list[str]]:
    """The small ones first."""
    found: dict[str, list[str]] = {name: [] for name in OPERATIONS}
    for outcome in sorted(some, key=lambda o: _size(o.id, entries)):
        found[outcome.operation].append(outcome.id)
    return {name: ids for name, ids in found.items() if ids}


def _size(id: str, entries: Mapping[str, Entry]) -> int:
    return math.prod(entries[id].dims.values()) if id in entries else 0


def asked_of(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The cases that fail, or where none does the properties."""
    failed = [o for o in outcomes if o.failed]
    return [o for o in failed if not property_in(o.id)] or failed


def lacking_of(outcomes: Iterable[Outcome]) -> dict[str, list[str]]:
    """By case that comes to an answer, the outputs that it leaves out; for those that come to none, by operation what any does."""
    cases, operations = dict[str, list[str]](), dict[str, set[str]]()
    for outcome in outcomes:
        if outcome.verdicts:
            cases[outcome.id] = outcome.left_out
            operations.setdefault(outcome.operation, set()).update(outcome.left_out)
    return {**{name: sorted(several) for name, several in operations.items()}, **cases}


def is_whole(outcome: Outcome, lacking: Mapping[str, Sequence[str]]) -> bool:
    """Whether it leaves out no more than was: a change with which an output is gone repairs nothing."""
    own = lacking.get(outcome.id, lacking.get(outcome.operation, outcome.left_out))
    return {*outcome.left_out} <= {*own}


def wrong_of(outcome: Outcome) -> set[str]:
    """The outputs of one that failed that are wrong, all of them where it came to none."""
    wrong = {name for name, verdict in outcome.verdicts.items() if not verdict.passed}
    return wrong or {*OPERATIONS[outcome.operation].outputs}
