"""Findings of precision: told from what the numbers are, since a rounding that falls otherwise changes all that follows from it."""

from collections.abc import Iterable, Iterator

import numpy as np

from .case import Case
from .finding import APPROXIMATION, Finding
from .generated.grids import FORMATS, LAST_BIT, computed_in, held, last_bits
from .generated.precision import everything_in, of_precision
from .trace.replaying import CannotRun
from .trace.trace import Arrays

CASES, APPROXIMATED = 6, 24  # that are looked at, where all do not have to be; and for what approximates
NEARER = 8.0  # of the error an edit has to leave that part at most …
SHARE, FEWEST = 0.75, 16  # … in this share of at least so many elements
FINE = 4  # one of so many numbers are the smallest
ON_A_GRID = {
    everything_in("bfloat16"): "bfloat16"
}  # told by the numbers that it holds: a run in it is like no other in all digits


def narrowed(cases: Iterable[Case]) -> Iterator[Finding]:
    """A format in which something is computed that gives most of each error, or whose numbers all are."""
    failing = [case for case in cases if case.wrong]
    for edit in (*of_precision(failing[0].trace), *ON_A_GRID):
        if tells(finding := Finding((edit,)), failing):
            yield finding


def tells(finding: Finding, cases: Iterable[Case]) -> bool:
    """Whether the numbers of these cases are such as it gives."""
    if finding.edits[0].kind == APPROXIMATION:
        return _approximates(finding, [*cases])
    name = ON_A_GRID.get(finding.edits[0])
    failing = [case for case in cases if case.wrong]
    return _is_computed_in(name, finding, failing) if name else _is_most(finding, failing[:CASES])


def _approximates(finding: Finding, cases: list[Case]) -> bool:
    """Whether it gives most of what is wrong, and most of what is right."""
    wrong, right = ([c for c in cases if bool(c.wrong) is is_wrong] for is_wrong in (True, False))
    usual = dict[str, float]()
    given = [row for case in wrong[:APPROXIMATED] for row in _given(finding, case, usual)]
    kept = [row for case in right[:CASES] for row in _given(finding, case, usual)]
    return all(
        not rows or (sum(map(len, rows)) >= least and float(np.mean(np.concatenate(rows))) >= SHARE)
        for rows, least in ((given or [np.zeros(1)], FEWEST), (kept, 0))
    )


def _given(finding: Finding, case: Case, usual: dict[str, float]) -> Iterator[np.ndarray]:
    """Of what is wrong, or of all where nothing is, what is given: but for a small part of its error, or of what is usual."""
    found = case.given(finding)
    for name in case.wrong_elements if case.wrong else case.right:
        got, right = case.got[name], case.right[name]
        given = right if found is None else _of(found, name)
        if given is None or np.shape(given) != np.shape(got):
            yield np.zeros(FEWEST, bool)
            continue
        off, asked = np.abs(right - got), case.wrong_elements.get(name, np.ones(np.shape(got), bool))
        if case.wrong and asked.any():
            usual[name] = float(np.median(off[asked]))
        least = usual.get(name, 0.0) + case.room[name]
        yield ((np.abs(given - got) * NEARER <= np.maximum(off, least)) & np.isfinite(off))[asked]


def _is_most(finding: Finding, cases: Iterable[Case]) -> bool:
    """Whether it leaves a small part of the error, in most of the wrong elements of these cases."""
    nearer = [part for case in cases for part in _nearer(finding, case)]
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
    wrong = [(case, output) for case in cases for output in case.wrong_elements]
    if not wrong:
        return False
    if not all(
        np.array_equal(held(case.got[output], format), case.got[output], equal_nan=True) for case, output in wrong
    ):
        return False
    for case, output in wrong:
        if (narrow := _of(case.given(finding), output)) is None:
            return False
        rows.append((case.got[output].ravel(), case.right[output].ravel(), narrow.ravel()))
    got, right, narrow = map(np.concatenate, zip(*rows, strict=True))
    fine = np.sort(np.abs(got[got != 0]))[: got.size // FINE]  # where a fixed grid is coarser than the format
    return bool(fine.size) and last_bits(fine, format) >= LAST_BIT and computed_in(format, got, right, narrow)
