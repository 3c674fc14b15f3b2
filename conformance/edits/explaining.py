"""One explanation for a whole candidate: what a cell does wrong explains the sequence that runs it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from rnnspec.golden import Golden
from rnnspec.reference import OPERATIONS, Kind, Operation

from ..choices import EXPLAIN_SECONDS
from ..clock import spent
from .evidence import Held
from .finding import Finding
from .held.case import Case
from .search.analogous import analogous
from .search.approximating import approximations
from .search.handed import of_steps
from .search.hinting import hints_of
from .search.keeping import bases_of, nearest_base, partly_anew
from .search.partly import added, searched, wider
from .search.rivals import RIVALS, rivals
from .search.schedule import SHORT, end_of, in_order, uncollected
from .search.searching import LEAST, Search
from .telling import OF_AHEAD, Named, told
from .trace.group import ALIKE, ENTERING, HANDED, NAMED, SAME, TOLD
from .trace.places import LOOPS
from .trace.replaying import Edit
from .trace.trace import Trace

Unseen = Callable[[str], Iterable[Golden]]  # of an operation the cases that were not run

OF_OTHERS = 12  # findings of each operation that are looked for in other families
FEW = 5  # findings of each operation that are held against those of other families
KNOWN = 80  # findings that are held against another operation


class Explained(NamedTuple):
    """`named` by operation; `hints` of those that nothing explains: the nearest edit, in words, and whether time was up; `rivals` of those
    that are named: edits that what was run cannot tell from it, and cases that can. `found` are the edits of those that are named, `ran`
    their cases.
    """

    named: dict[str, Named]
    hints: dict[str, tuple[str, ...]]
    rivals: dict[str, list[tuple[Named, str]]]
    found: dict[str, Finding]
    ran: dict[str, Case]


def explained(
    held: Mapping[str, Held],
    seconds: float = EXPLAIN_SECONDS,
    passing: Mapping[str, Held] = MappingProxyType({}),
    unseen: Unseen = lambda operation: (),
) -> Explained:
    """For each operation with failing cases that one edit or two explain, those: the same for all where that can be. What passes
    denies an edit that would change it; what was not run may tell it from others.
    """
    with uncollected():
        return _explained(held, seconds, passing, unseen)


def _explained(held: Mapping[str, Held], seconds: float, passing: Mapping[str, Held], unseen: Unseen) -> Explained:
    deadline, hits, twins = spent() + seconds, dict[str, list[Finding]](), dict[str, list[Finding]]()
    ordered = [*in_order(held)]
    every = {name: Search(one, deadline) for name, one in {**passing, **held}.items()}
    searches = {name: every[name] for name in ordered}
    for place, (name, search) in enumerate(searches.items()):
        _beside_others(search, searches, every, [n for n in passing if n not in held or hits.get(n)])
        if deadline - spent() > SHORT * (len(ordered) - place) and any(True for _ in unseen(name)):
            search.enough += RIVALS
        known = _known(name, hits, twins)
        search.others = partial(analogous, search, [(searches[n], one) for n in hits for one in hits[n][:OF_OTHERS]])
        end = end_of(ordered, place, deadline)
        is_likely = bool(_of_family(name, hits)) or _is_shared(hits)
        search.until(deadline if is_likely else (spent() + end) / 2)  # it may have nothing of them
        hits[name] = search.among([*known, *approximations(hits)])
        search.until(end_of(ordered, place, deadline))
        hits[name] = hits[name] or _found(search, known, hits)
        search.is_cut = spent() + LEAST > search.deadline
        twins[name] = [twin for one in hits[name] for twin in search.of_twins(one) if len(one.edits) == 1]
    for name in ordered:  # what was found behind it may explain it, too, in what time is left of all
        searches[name].until(deadline)
        hits[name] = hits[name] or searches[name].among([*_of_family(name, hits), *approximations(hits)])
    _searched_on(searches, hits, twins, deadline)
    _settle(hits, searches)
    _told_alike(hits, twins)
    found = _chosen(hits, searches, unseen)
    # a search knows all others: what knows itself is not let go of with the last that asks for it
    for search in searches.values():
        search.beside = search.others = tuple
    return found


def _beside_others(
    search: Search, searches: Mapping[str, Search], every: Mapping[str, Search], right: Iterable[str]
) -> None:
    """With what it is held against: its forward, the sequence of a cell, runs of what is right or explained."""
    operation = search.held.operation
    search.forward = every.get(operation.forward.name) if operation.forward else None
    search.beside, search.calm = partial(_beside, searches, operation), _calm(operation, right, every)


def _searched_on(
    searches: Mapping[str, Search], hits: dict[str, list[Finding]], twins: Mapping[str, list[Finding]], deadline: float
) -> None:
    """What others left of the time is for what had too little, where anything is explained: from its beginning, with what is known by now."""
    left = [name for name in searches if searches[name].is_cut and not hits[name] and any(hits.values())]
    for place, name in enumerate(left if spent() < deadline else ()):
        searches[name].until(end_of(left, place, deadline))
        hits[name] = _found(searches[name], _known(name, hits, twins), hits)
        searches[name].is_cut = spent() + LEAST > searches[name].deadline


def _chosen(hits: Mapping[str, list[Finding]], searches: Mapping[str, Search], unseen: Unseen) -> Explained:
    """Of what fits the best, in words; of what nothing fits the nearest."""
    hits = {name: [searches[name].marked(one) for one in own] for name, own in hits.items()}
    best = {name: _best(name, hits) for name in hits if hits[name]}
    hints = {name: hints_of(searches[name]) for name in searches if name not in best}
    named = {name: _told(name, best, searches) for name in best}
    rivals_of = {name: [*_rivals(searches[name], best[name], hits[name], unseen)] for name in best}
    return Explained(named, hints, rivals_of, best, _ran(best, searches))


def _is_shared(hits: Mapping[str, list[Finding]]) -> bool:
    """Whether what was found last was found in another family, too: then what is known is likely to explain the next."""
    *before, last = [name for name in hits if hits[name]] or [""]
    own = {one.edits for one in hits.get(last, ())}
    return any(one.edits in own for name in before if not _is_of_family(name, last) for one in hits[name])


def _is_of_family(name: str, other: str) -> bool:
    return OPERATIONS[name].family == OPERATIONS[other].family


def _ran(best: Iterable[str], searches: Mapping[str, Search]) -> dict[str, Case]:
    """The cases of what is explained, and of the forwards of that."""
    asked = [one for name in best for one in (searches[name], searches[name].forward) if one]
    return {case.golden.id: case for one in asked for case in one.cases}


def _known(name: str, *found: Mapping[str, list[Finding]]) -> list[Finding]:
    """What was found of its family, and of others what every family has."""
    own = [one for each in found for one in _of_family(name, each)]
    return [*own, *(one for each in found for one in _of_loops(each))]


def _found(search: Search, known: list[Finding], hits: Mapping[str, list[Finding]]) -> list[Finding]:
    """What is known of more, or behind that, or else anything."""
    bases = bases_of(search.held.operation.name, hits)
    ahead = {one.edits: one for one in (*bases, *known)}.values()
    found = partly_anew(search, ahead) or search.among(
        chain(wider(search, known), of_steps(search.cases[0].trace, known))
    )
    found = found or added(search, nearest_base(search, bases))
    return found or searched(search, _of_family(search.held.operation.name, hits))


def _settle(hits: dict[str, list[Finding]], searches: Mapping[str, Search]) -> None:
    """What is best in one operation is asked of the others, too: that which explains most of them is told."""
    best = {name: [_best(name, hits)] for name in hits if hits[name]}
    for name in best:
        own = {one.edits for one in hits[name]}
        hits[name] += searches[name].among(one for one in _of_family(name, best) if one.edits not in own)


def _told_alike(hits: dict[str, list[Finding]], twins: Mapping[str, list[Finding]]) -> None:
    """One edit has one name in all operations: with what it is in another, where that is the same here."""
    for name, own in twins.items():
        others = {one.edits for other in hits if other != name for one in hits[other]}
        hits[name] += [twin for twin in own if twin.edits in others]


def _beside(searches: Mapping[str, Search], operation: Operation) -> list[Case]:
    """The cases of the sequence that runs a cell."""
    sequence = searches.get(f"{operation.family}_{operation.direction}") if operation.kind is Kind.CELL else None
    return sequence.cases if sequence else []


def _rivals(search: Search, best: Finding, hits: list[Finding], unseen: Unseen) -> Iterator[tuple[Named, str]]:
    trace, seen = search.cases[0].trace, {told(search.cases[0].trace, best).edits}
    for other, case in rivals(best, hits, unseen(search.held.operation.name)):
        if (named := told(trace, other)).edits not in seen:
            seen.add(named.edits)
            yield named, case


def _calm(operation: Operation, right: Iterable[str], every: Mapping[str, Search]) -> list[Trace]:
    """A run of each cell that is right, or explained, where a sequence of it is not, of each sequence where a network is not."""
    own = [OPERATIONS[name] for name in right if operation.family and OPERATIONS[name].family == operation.family]
    below = [one.name for one in own if one.direction is operation.direction and one.kind is not operation.kind]
    return [every[name].cases[-1].trace for name in below]


def _of_family(name: str, hits: Mapping[str, list[Finding]]) -> list[Finding]:
    """What was found in operations of the same family, each once: what explains most of them first, and of that the nearest."""
    family = OPERATIONS[name].family
    found = [one for other in reversed([*hits]) if OPERATIONS[other].family == family for one in hits[other]]
    often = Counter(one.edits for one in found)
    once = {one.edits: one for one in found}.values()
    return sorted(once, key=lambda one: (-often[one.edits], one.rank))[:KNOWN]


def _of_loops(hits: Mapping[str, list[Finding]]) -> list[Finding]:
    """What was found of the loop's text or equations, of what is given or returned, of states, or of a primitive: every family has these."""
    return [one for found in hits.values() for one in found[:FEW] if all(map(_is_of_any, one.edits))]


def _is_of_any(edit: Edit) -> bool:
    is_shared = any(expression.module in LOOPS for expression in edit.group.place)
    return bool(edit.source) or is_shared or edit.group.extent in (NAMED, HANDED, ENTERING, TOLD, SAME, ALIKE)


def _best(name: str, hits: Mapping[str, list[Finding]]) -> Finding:
    """That which explains most operations, and of these the nearest to the source."""
    shared = {
        one.edits: sum(any(one.edits == o.edits for o in others) for others in hits.values()) for one in hits[name]
    }
    return min(hits[name], key=lambda one: (-shared[one.edits], one.rank))


def _told(name: str, best: Mapping[str, Finding], searches: Mapping[str, Search]) -> Named:
    """In the words of the first operation that it explains, and as much of it: one edit has one name in all of them."""
    first = next(other for other in best if best[other].extent == best[name].extent)
    named = told(searches[first].cases[0].trace, best[name])
    if OPERATIONS[name].forward:
        return named
    return named._replace(difference=tuple(line for line in named.difference if line != OF_AHEAD))  # which it is itself
