"""What an edit of one family is in another: families that share a function which is wrong go wrong in the same words."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .finding import Finding
from .searching import Search
from .suspects import made_by
from .telling import parts
from .trace.replaying import Edit

SHARE = 0.2  # of the time that an operation has
TO_MAKE = 0.1  # seconds at least, that what is innocent takes to be made


def analogous(search: Search, others: Iterable[tuple[Search, Finding]]) -> Iterator[Finding]:
    """What was found in the same operation of other families, as this one has it: the same changes in the same words."""
    operation, until = search.held.operation, time.thread_time() + SHARE * (search.deadline - time.thread_time())
    for other, one in others:
        of = other.held.operation
        if of.family == operation.family or (of.kind, of.direction) != (operation.kind, operation.direction):
            continue
        own = [next(_alike(search, other, edit, until), None) for edit in one.edits]
        if time.thread_time() > until:
            return
        if found := tuple(edit for edit in own if edit is not None):
            yield replace(one.whole, edits=found)


def _alike(search: Search, other: Search, edit: Edit, until: float) -> Iterator[Edit]:
    """Of what nothing has that is right first, which the search makes anyway; the others where there is time to make them."""
    words, trace = parts(other.cases[0].trace, edit)[1:], search.cases[0].trace
    for is_innocent in (False, True):
        if time.thread_time() + (TO_MAKE if is_innocent else 0.0) > until:
            return
        for own in search.suspects.made(is_innocent).get(made_by(edit), ()):
            if time.thread_time() > until:
                return
            if parts(trace, own)[1:] == words:
                yield own
