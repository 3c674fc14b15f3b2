"""Findings of a backward that has some of what its edited forward left, and computes the rest anew."""

import time
from collections.abc import Iterable, Iterator
from itertools import combinations, islice

import numpy as np

from .finding import Finding
from .generated.kept import of_kept
from .holding import Holding
from .trace.replaying import Edit

PAIRS = 100  # that are tried, of edits that give some outputs each


def partly_anew(search: Holding, bases: Iterable[Finding]) -> list[Finding]:
    """The first that fits, behind one of these."""
    with np.errstate(all="ignore"):
        return next(filter(None, (list(islice(_behind(search, base), 1)) for base in bases if search.forward)), [])


def _behind(search: Holding, base: Finding) -> Iterator[Finding]:
    case = search.cases[0]
    ahead = [i for i in base.members(case.trace) if case.trace.is_ahead(i)]
    if not ahead or any(not edit.members(case.trace) for edit in base.edits):
        return
    most, some = len(case.missed(case.given(base))), list[Edit]()
    for edit in of_kept(case.trace, frozenset(ahead)):
        if time.thread_time() > search.deadline:
            return
        missed = case.missed(case.given_behind(base, edit))
        if not missed and search.fits(finding := Finding((*base.edits, edit), base.way)):
            yield finding
        elif len(missed) < most:
            some.append(edit)
    for pair in islice(combinations(some, 2), PAIRS):
        finding = Finding((*base.edits, *pair), base.way)
        if time.thread_time() > search.deadline:
            return
        if not case.missed(case.given(finding)) and search.fits(finding):
            yield finding
