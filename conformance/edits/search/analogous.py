"""What an edit of one family is in another: families that share a function which is wrong go wrong in the same words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...clock import spent
from ..finding import Finding
from ..telling import computed, parts
from ..trace.group import EACH, EVERY, Group
from ..trace.replaying import Edit
from ..trace.trace import Trace
from .searching import Search
from .suspects import made_by

WORD = re.compile(r"\w+|[^\w\s]")
BEST = 2  # of what was found in another family
SHARE = 0.2  # of the time that an operation has
TO_MAKE = 0.1  # seconds at least, that what is innocent takes to be made


def analogous(search: Search, others: Iterable[tuple[Search, Finding]]) -> Iterator[Iterable[Finding]]:
    """What was found in the same operation of other families, as this one has it: the same changes in the same words.

    At the places of the same expression first, which are there; then of what nothing has that is right, which the search makes anyway; of
    the others the best alone, where there is time to make them.
    """
    operation, found = search.held.operation, list[tuple[Search, Finding]]()
    for other, one in others:
        of = other.held.operation
        if of.family != operation.family and (of.kind, of.direction) == (operation.kind, operation.direction):
            found.append((other, one))
    yield [there for _, one in found for there in _moved(search.cases[0].trace, one)]
    yield _in_words(search, found)


def _in_words(search: Search, found: list[tuple[Search, Finding]]) -> Iterator[Finding]:
    for is_innocent in (False, True) if found else ():
        if is_innocent and spent() + TO_MAKE > search.deadline:
            return
        search.suspects.made(is_innocent)  # which costs nothing more where the search comes to them
        until = spent() + SHARE * (search.deadline - spent())
        for other, one in found if not is_innocent else found[:BEST]:
            own = [next(_alike(search, other, edit, is_innocent, until), None) for edit in one.edits]
            if there := tuple(edit for edit in own if edit is not None):
                yield replace(one.whole, edits=there)


def _moved(trace: Trace, one: Finding) -> Iterator[Finding]:
    """One edit of an expression, wherever this family comes to that."""
    edit, *more = one.edits
    if more or edit.source or edit.partner or edit.group.extent != EACH or edit.group.only != EVERY:
        return
    for place, k in trace.places:
        if place[0] == edit.group.place[0] and place[0].line and k == edit.group.k:
            yield replace(one.whole, edits=(edit._replace(group=Group(place, k)),))


def _alike(search: Search, other: Search, edit: Edit, is_innocent: bool, until: float) -> Iterator[Edit]:
    (_, old, new), trace = parts(other.cases[0].trace, edit), search.cases[0].trace
    made = search.suspects.made(is_innocent).get(made_by(edit), ())
    shared = [own for own in made if own.group.place[0] == edit.group.place[0]]  # of an equation that both have
    for own in shared or made:
        if spent() > until:
            return
        if not shared and own.group.extent == EACH and computed(trace, own) != new:  # as are most
            continue
        _, mine, instead = parts(trace, own)
        if (mine, instead) == (old, new) or (shared and _exchanged(mine, instead) == _exchanged(old, new)):
            yield own


def _exchanged(old: str, new: str) -> tuple[Counter[str], Counter[str]]:
    """What is in one of two texts and not in the other: what they have in common may be called otherwise."""
    one, two = (Counter(WORD.findall(text)) for text in (old, new))
    return one - two, two - one
