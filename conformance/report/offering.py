"""What a candidate does not define, and so nothing was tested of: apart from what it refuses of what it does."""

from collections.abc import Iterable

from ..candidate import NOT_DEFINED
from ..run.outcome import Outcome


def undefined(outcomes: Iterable[Outcome]) -> list[str]:
    """The operations of which nothing is, in their order."""
    tried = dict[str, bool]()
    for outcome in outcomes:
        tried[outcome.operation] = tried.get(outcome.operation, False) or outcome.message != NOT_DEFINED
    return [name for name, is_tried in tried.items() if not is_tried]


def offered(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those of all other operations."""
    every = [*outcomes]
    absent = {*undefined(every)}
    return [outcome for outcome in every if outcome.operation not in absent]
