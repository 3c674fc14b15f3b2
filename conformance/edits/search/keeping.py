"""Findings of a backward that has some of what its edited forward left, and computes the rest anew, or of something else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, combinations, islice

import numpy as np
from rnnspec.reference import OPERATIONS, Kind

from ...clock import spent
from ..finding import Finding
from ..generated.terms.equals import RANK
from ..generated.values.kept import of_kept
from ..held.ahead import ahead_alone
from ..held.holding import Holding
from ..trace.replaying import Edit
from ..trace.ways import CACHED, RECOMPUTED

BASES = 2  # findings of another operation to which another edit is added
PAIRS = 100  # that are tried, of edits that give some outputs each


def partly_anew(search: Holding, bases: Iterable[Finding]) -> list[Finding]:
    """The first that fits, behind one of these, or else the first two."""
    trace, some = search.cases[0].trace, dict[Finding, list[Edit]]()
    whole = (base.whole for base in bases)
    each = (one for base in whole for one in (base, *ahead_alone(trace, base)) if search.forward)
    ways = (replace(one, way=way) for one in each for way in dict.fromkeys((one.way, RECOMPUTED)))
    with np.errstate(all="ignore"):
        behind = (finding for base in ways for finding in _behind(search, base, some))
        if found := list(islice(behind, 1)):
            return found
        # what gives nothing alone may be of two that come together: of what is one value in the place of one
        alone = [edit for edit in search.equals if edit.rank <= RANK] if spent() < search.deadline else []
        two = (finding for base, edits in some.items() for finding in _two_behind(search, base, edits or alone))
        return list(islice(two, 1))


def _behind(search: Holding, base: Finding, some: dict[Finding, list[Edit]]) -> Iterator[Finding]:
    """What gives all; what gives more than there was without is left in `some`."""
    case = search.cases[0]
    if spent() > search.deadline:
        return
    ahead = [i for i in base.members(case.trace) if case.trace.is_ahead(i)]
    if not ahead or any(not edit.members(case.trace) for edit in base.edits):
        return
    most = len(case.missed(case.given(base)))
    some.setdefault(base, [])
    for edit in chain(of_kept(case.trace, frozenset(ahead)), search.equals) if most else ():
        if spent() > search.deadline:
            return
        missed = case.missed(case.given_behind(base, edit))
        if not missed and search.fits(finding := replace(base, edits=(*base.edits, edit))):
            yield finding
        elif len(missed) < most:
            some[base].append(edit)


def _two_behind(search: Holding, base: Finding, some: Iterable[Edit]) -> Iterator[Finding]:
    case = search.cases[0]
    for pair in islice(combinations(some, 2), PAIRS):
        if spent() > search.deadline:
            return
        finding = replace(base, edits=(*base.edits, *pair))
        if not case.missed(case.given(finding)) and search.fits(finding):
            yield finding


def bases_of(name: str, hits: Mapping[str, list[Finding]]) -> list[Finding]:
    """What an operation has of others, besides its own: of the cell that it runs, of the forward that it goes with."""
    operation = OPERATIONS[name]
    cells = (one for one in OPERATIONS.values() if one.kind is Kind.CELL and one.family == operation.family)
    cell = next((one.name for one in cells if one.direction is operation.direction), "")
    ahead = operation.forward.name if operation.forward else ""
    found = [one for other in (cell, ahead) if other != name for one in hits.get(other, [])[:BASES]]
    return list({base.edits: base for base in found}.values())


def nearest_base(search: Holding, bases: Iterable[Finding]) -> list[Finding]:
    """Of edits that are known, in each way, the one behind which the fewest outputs are missed."""
    first = search.cases[0]
    here = [base for base in bases if all(edit.members(first.trace) for edit in base.edits)]
    ways = [replace(base, way=way) for base in here for way in (CACHED, RECOMPUTED)]
    with np.errstate(all="ignore"):
        missed = [(len(first.missed(first.given(base))), place, base) for place, base in enumerate(ways)]
    return [base for _, _, base in sorted(missed, key=lambda one: one[:2])[:1]]
