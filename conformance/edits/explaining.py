"""One explanation for a whole candidate: what a cell does wrong explains the sequence that runs it."""

import time
from collections.abc import Iterator, Mapping

from rnnspec.reference import OPERATIONS, Kind

from .evidence import Held
from .searching import Finding, Search
from .telling import Named, told

SECONDS = 6.0
SHARE = 2.0  # of the time that is left, over the operations that are left: what is hopeless leaves some to the others
KNOWN, BASES = 80, 2  # findings that are held against another operation; those that another edit is added to


def explained(held: Mapping[str, Held], seconds: float = SECONDS) -> dict[str, Named]:
    """For each operation with failing cases that one edit or two explain, those: the same for all where that can be."""
    deadline, searches, hits = time.monotonic() + seconds, dict[str, Search](), dict[str, list[Finding]]()
    ordered = [*_in_order(held)]
    for place, name in enumerate(ordered):
        left = deadline - time.monotonic()
        share = min(1.0, SHARE / (len(ordered) - place))
        search = searches[name] = Search(held[name], time.monotonic() + left * share)
        known = _of_family(name, hits)
        hits[name] = search.among(known) or search.found() or _added(search, known)
    best = {name: _best(name, hits) for name in hits if hits[name]}
    return {name: _told(name, best, searches) for name in best}


def _in_order(held: Mapping[str, Held]) -> Iterator[str]:
    """What others rest on first."""
    for name, operation in OPERATIONS.items():
        if operation.kind is not Kind.CONTAINER and name in held:
            yield name


def _of_family(name: str, hits: Mapping[str, list[Finding]]) -> list[Finding]:
    """What was found in operations of the same family, each once."""
    family = OPERATIONS[name].family
    found = [one for other in reversed([*hits]) if OPERATIONS[other].family == family for one in hits[other]]
    return list({one.edits: one for one in found}.values())[:KNOWN]


def _added(search: Search, known: list[Finding]) -> list[Finding]:
    """What is found behind an edit that is known, such as a backward's own beside its forward's."""
    for base in known[:BASES]:
        if search.held.operation.forward and (found := search.found(base)):
            return found
    return []


def _best(name: str, hits: Mapping[str, list[Finding]]) -> Finding:
    """That which explains most operations, and of these the nearest to the source."""
    shared = {
        one.edits: sum(any(one.edits == o.edits for o in others) for others in hits.values()) for one in hits[name]
    }
    return min(hits[name], key=lambda one: (-shared[one.edits], one.rank))


def _told(name: str, best: Mapping[str, Finding], searches: Mapping[str, Search]) -> Named:
    """In the words of the first operation that it explains: one edit has one name in all of them."""
    first = next(other for other in best if best[other].edits == best[name].edits)
    return told(searches[first].cases[0].trace, best[name])
