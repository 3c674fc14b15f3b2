"""Findings that give another value where several others fit as well: what all of these are there is nothing, and that is told before them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from ..finding import Finding
from ..generated.given.roles import ROLE
from ..trace.group import NAMED, Group
from ..trace.replaying import VALUE, Edit
from ..trace.tape import RESULT

SEVERAL = 2  # values that fit in one place
NOTHING = ("left out", "nothing", "form")  # kinds of edits that say so
LATER = 0.3  # in the rank


def undisguised(
    hits: list[Finding], edits: Iterable[Edit], fits: Callable[[Finding], bool], nothing: Collection[str] = ()
) -> Iterator[Finding]:
    """With values that stand for nothing behind what says that, which is looked for among `edits` where it is not found yet; where what is
    wrong is `nothing` wherever that is said, and of what is given or returned alone where one finding says it of all of that.
    """
    if nothing and any(_returned(one) == {*nothing} for one in hits):
        hits = [one for one in hits if _place(one).extent == NAMED]
    values = Counter(_place(one) for one in hits if one.edits[-1].kind == VALUE)
    doubted = [place for place, several in values.items() if several >= SEVERAL]  # in the order of the hits
    plain = {_place(one) for one in hits if one.edits[-1].kind in NOTHING}
    for place in (place for place in doubted if place not in plain):
        others = (edit for edit in edits if edit.group == place and edit.kind in NOTHING)
        first = next(one for one in hits if _place(one) == place)
        own = (replace(first, edits=(*first.edits[:-1], edit)) for edit in others)
        if found := next(filter(fits, own), None):
            plain.add(place)
            yield found
    for one in hits:
        is_there = _place(one) in doubted and _place(one) in plain
        is_disguised = one.edits[-1].kind == VALUE and (is_there or (nothing and plain))
        yield _later(one) if is_disguised else one


def _place(finding: Finding) -> Group:
    return finding.edits[-1].group


def _returned(finding: Finding) -> set[str]:
    """The names of several values that are returned, if it is of these."""
    place = _place(finding).place if finding.edits[-1].kind == ROLE else ()
    return {one.function for one in place if one.module == RESULT}


def _later(finding: Finding) -> Finding:
    *others, last = finding.edits
    return replace(finding, edits=(*others, last._replace(rank=last.rank + LATER)))
