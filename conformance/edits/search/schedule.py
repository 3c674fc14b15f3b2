"""In which order operations are explained, and what time each of them has."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rnnspec.reference import OPERATIONS, Kind

from ...clock import spent

SHARE = 2.0  # of the time that is left, over the operations that are left: what is hopeless leaves some to the others …
ALONE = 2.0  # … and the first of a family, on which its others rest, has so many times as much as one of these
BEGUN = 0.45  # of it, at least, is for the very first: what is found there is soon found in other families
SHORT = 0.2  # seconds an operation: where there are less, what fits is not held against rivals


def in_order(held: Iterable[str]) -> Iterator[str]:
    """What others rest on first."""
    for name, operation in OPERATIONS.items():
        if operation.kind is not Kind.CONTAINER and name in held:
            yield name


def end_of(names: Sequence[str], place: int, deadline: float) -> float:
    """When the time of an operation at a place ends, which has a share of what is left."""
    families = [OPERATIONS[name].family for name in names]
    parts = [ALONE if family not in families[:k] else 1.0 for k, family in enumerate(families)]
    part = SHARE * parts[place] / sum(parts[place:])
    now = spent()
    return now + (deadline - now) * min(1.0, part if place else max(BEGUN, part))


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles, which looks again and again through the nodes of all tapes, where none are."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            if not gc.get_freeze_count():  # all is old at once: no look through it when the collector begins again
                gc.freeze()
                gc.unfreeze()
            gc.enable()
