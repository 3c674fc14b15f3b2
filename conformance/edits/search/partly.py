"""What is known of other operations of a family, as it explains some of what is wrong in one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from ...clock import spent
from ..finding import Finding
from ..held.going import ways_of
from ..trace.group import IN_SLOPES, NAMED, RESTS
from .patience import A_SECOND
from .searching import Search

LATER = 0.1  # in the rank


def searched(search: Search, known: Iterable[Finding]) -> list[Finding]:
    """Anything that explains all, for a while where what is known explains some, or else that."""
    less = [] if search.deadline < spent() else _explaining_some(search, known)
    if less:
        search.until(min(search.deadline, spent() + A_SECOND))
    return search.found() or less


def wider(search: Search, known: Iterable[Finding]) -> Iterator[Finding]:
    """What does to more of what is given or returned what is known of some: a backward has more states than its forward, and slopes."""
    here = {name for edit in search.suspects.named for name in edit.group.place}
    for one in known:
        own = one.edits[-1]
        if own.partner and own.partner.extent == RESTS:
            in_slopes = own._replace(partner=replace(own.partner, only=IN_SLOPES), rank=own.rank + LATER)
            yield replace(one, edits=(*one.edits[:-1], in_slopes))
        names = here & {*own.group.place} if own.group.extent == NAMED and len(one.edits) == 1 else set()
        for edit in search.suspects.named if names else ():
            if edit.change == own.change and {*edit.group.place} > names:
                yield replace(one, edits=(edit,))


def _explaining_some(search: Search, known: Iterable[Finding]) -> list[Finding]:
    """The first of these that gives what is wrong in the first case, and so in all of the outputs or calls that it is told of."""
    first = search.cases[0]
    with np.errstate(all="ignore"):
        here = (one for one in known if all(edit.members(first.trace) for edit in one.edits))
        each = (replace(one.whole, way=way) for one in here for way in ways_of(first.trace, one))
        gives = (one for one in each if (found := first.given(one)) and first.gives(found, first.wrong))
        return list(islice(filter(search.fits, search.lesser.of(gives)), 1)) if search.lesser.is_any else []


def added(search: Search, bases: list[Finding]) -> list[Finding]:
    """What is found behind an edit that is known, such as a backward's own beside its forward's."""
    whole, begun = search.deadline, spent()
    search.deadline = (begun + whole) / 2  # it may have nothing of them
    found = next(filter(None, map(search.found, bases)), [])
    search.deadline = whole
    return found
