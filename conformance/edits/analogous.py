"""What an edit of one family is in another: families that share a function which is wrong go wrong in the same words."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from .finding import Finding
from .searching import Search
from .telling import parts
from .trace.replaying import Edit
from .trace.trace import Trace

WORDED = 300  # edits of one kind whose words are asked for: they cost more than to try one


def analogous(search: Search, others: Iterable[tuple[Search, Finding]]) -> Iterator[Finding]:
    """What was found in the same operation of other families, as this one has it."""
    operation, trace = search.held.operation, search.cases[0].trace
    for other, one in others:
        of = other.held.operation
        if of.family != operation.family and (of.kind, of.direction) == (operation.kind, operation.direction):
            yield from _here(search, trace, other.cases[0].trace, one)


def _here(search: Search, trace: Trace, theirs: Trace, one: Finding) -> Iterator[Finding]:
    """A finding with the edits that make the same changes in the same words."""
    own = [next(_alike(search, trace, edit, parts(theirs, edit)[1:]), None) for edit in one.edits]
    if all(own):
        yield replace(one.whole, edits=tuple(edit for edit in own if edit))


def _alike(search: Search, trace: Trace, edit: Edit, words: tuple[str, str]) -> Iterator[Edit]:
    kind = _kind(edit)
    of_kind = (other for other in search.suspects.every if _kind(other) == kind)
    return (other for other in islice(of_kind, WORDED) if parts(trace, other)[1:] == words)


def _kind(edit: Edit) -> tuple[Any, ...]:
    """Which generator made it, and of what."""
    change = getattr(edit.change, "func", edit.change)
    return edit.kind, edit.rank, edit.group.extent, edit.group.only, getattr(change, "__code__", None)
