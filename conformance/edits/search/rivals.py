"""Edits that the cases which were run cannot tell from the one that is told, and a case that can."""

from collections.abc import Iterable, Iterator

import numpy as np
from rnnspec.golden import Golden

from ...verdict.nearness import size
from ..finding import Finding
from ..held.case import Case
from ..trace.replaying import CannotRun

CASES, RIVALS = 6, 3  # that are looked at; that are told
APART = 1e-6  # of the largest element


def rivals(best: Finding, others: Iterable[Finding], unseen: Iterable[Golden]) -> Iterator[tuple[Finding, str]]:
    """Each with the case that tells it from the best."""
    left = list({other.edits: other for other in others if other.edits != best.edits}.values())
    found = 0
    for _, golden in zip(range(CASES), unseen if left else (), strict=False):
        case = Case(golden, golden.outputs, "float64", frozenset())
        for other in [other for other in left if _differ(case, best, other)]:
            left.remove(other)
            if found < RIVALS:
                found += 1
                yield other, golden.entry.id


def _differ(case: Case, one: Finding, two: Finding) -> bool:
    with np.errstate(all="ignore"):
        a, b = (case.right if (given := case.given(finding)) is None else given for finding in (one, two))
        try:
            return any(not size(a[name] - b[name]) <= APART * size(a[name]) for name in case.golden.outputs)
        except (CannotRun, ValueError):  # of other shapes
            return True
