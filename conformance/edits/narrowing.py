"""Findings of precision: told from what the numbers are, since a rounding that falls otherwise changes all that follows from it."""

from collections.abc import Iterable, Iterator

import numpy as np

from .case import Case
from .finding import Finding
from .generated.grids import FORMATS, computed_in, held
from .generated.precision import everything_in, of_precision
from .trace.replaying import CannotRun
from .trace.trace import Arrays

CASES = 6  # that are looked at
NEARER = 8.0  # of the error an edit has to leave that part at most …
SHARE, FEWEST = 0.75, 16  # … in this share of at least so many elements
ON_A_GRID = ("bfloat16",)  # formats that are told by the numbers they hold, where NumPy has them not to compute in


def narrowed(cases: Iterable[Case]) -> Iterator[Finding]:
    """A format in which something is computed that gives most of each error, or whose numbers all are."""
    failing = [case for case in cases if case.wrong][:CASES]
    for edit in of_precision(failing[0].trace):
        if is_most(finding := Finding((edit,)), failing):
            yield finding
    for name in ON_A_GRID:
        if _is_computed_in(name, finding := Finding((everything_in(name),)), failing):
            yield finding


def is_most(finding: Finding, cases: Iterable[Case]) -> bool:
    """Whether it leaves a small part of the error, in most of the wrong elements of these cases."""
    nearer = [part for case in cases if case.wrong for part in _nearer(finding, case)]
    return sum(map(len, nearer)) >= FEWEST and float(np.mean(np.concatenate(nearer))) >= SHARE


def _nearer(finding: Finding, case: Case) -> Iterator[np.ndarray]:
    found = case.given(finding)
    for name, wrong in case.wrong_elements.items():
        given = _of(found, name)
        if given is None or np.shape(given) != np.shape(wrong):
            yield np.zeros(FEWEST, bool)
            continue
        off, left = (np.abs(array - case.got[name])[wrong] for array in (case.right[name], given))
        yield (left * NEARER <= off) & np.isfinite(off)


def _of(found: Arrays | None, name: str) -> np.ndarray | None:
    try:
        return None if found is None else found[name]
    except (CannotRun, KeyError):
        return None


def _is_computed_in(name: str, finding: Finding, cases: Iterable[Case]) -> bool:
    format, rows = FORMATS[name], list[tuple[np.ndarray, ...]]()
    for case in cases:
        found = case.given(finding)
        for output in case.wrong_elements:
            got, narrow = case.got[output], _of(found, output)
            if narrow is None or not np.array_equal(held(got, format), got, equal_nan=True):
                return False
            rows.append((got.ravel(), case.right[output].ravel(), narrow.ravel()))
    return bool(rows) and computed_in(format, *map(np.concatenate, zip(*rows, strict=True)))
