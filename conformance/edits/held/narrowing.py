"""Findings of precision: told from what the numbers are, since a rounding that falls otherwise changes all that follows from it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import numpy as np

from ...verdict.nearness import roomy, size
from ..finding import APPROXIMATION, Finding
from ..generated.making.grids import FORMATS, LAST_BIT, computed_in, held, last_bits
from ..generated.parameters.precision import OnGrid, accumulated, everything_in, of_precision, results_in
from ..trace.group import AHEAD, EVERY
from ..trace.replaying import CannotRun
from ..trace.trace import Arrays
from .case import Case

CASES, APPROXIMATED = 6, 24  # that are looked at, where all do not have to be; and for what approximates
NEARER = 8.0  # of the error an edit has to leave that part at most …
SHARE, FEWEST = 0.75, 16  # … in this share of at least so many elements
FINE = 4  # one of so many numbers are the smallest
GRIDS = ("float32", "float16", "bfloat16")  # of outputs that are wrong where others are right
BESIDE_FLOAT32 = tuple(accumulated(format, only) for only in (EVERY, AHEAD) for format in ("TF32", "bfloat16"))


def narrowed(cases: Sequence[Case]) -> Iterator[Finding]:
    """A format in which something is computed that gives most of each error, or whose numbers all are."""
    failing = [case for case in cases if case.wrong]
    returned = frozenset(name for case in failing for name in case.wrong)
    if returned == frozenset(name for case in failing for name in case.asked):
        returned = frozenset()
    digits = min(np.finfo(case.dtype).nmant + 1 for case in failing)
    grids = [name for name in GRIDS if FORMATS[name].digits < digits]  # a run in a format is on its grid
    on_a_grid = [
        everything_in("bfloat16"),
        *(results_in(*one) for one in product(grids, [returned] if returned else [], (False, True))),
    ]
    for edit in (*of_precision(failing[0].trace, returned), *on_a_grid, *BESIDE_FLOAT32):
        if tells(finding := Finding((edit,)), cases):
            yield finding


def tells(finding: Finding, cases: Sequence[Case]) -> bool:
    """Whether the numbers of these cases are such as it gives."""
    if finding.edits[0].kind == APPROXIMATION:
        return _approximates(finding, [*cases])
    change = finding.edits[0].change
    failing = [case for case in cases if case.wrong]
    if finding.edits[0] in BESIDE_FLOAT32:
        return _is_beside_float32(finding, failing)
    if isinstance(change, OnGrid):
        return _is_computed_in(change, finding, failing)
    right = [case for case in cases if not case.wrong]
    return _is_most(finding, failing[:CASES]) and _is_seen(finding, [*failing[:CASES], *right[:CASES]])


def _approximates(finding: Finding, cases: list[Case]) -> bool:
    """Whether it gives most of what is wrong, and leaves most of what is right, in other cases and other outputs."""
    wrong, right = ([c for c in cases if bool(c.wrong) is is_wrong] for is_wrong in (True, False))
    wrong, usual = wrong[:APPROXIMATED], dict[str, float]()
    for name in {name for case in wrong for name in case.wrong_elements}:
        off = [np.abs(c.right[name] - c.got[name])[c.wrong_elements[name]] for c in wrong if name in c.wrong_elements]
        usual[name] = float(np.median(np.concatenate(off)))
    rows = [(name in case.wrong, row) for case in (*wrong, *right[:CASES]) for name, row in _left(finding, case, usual)]
    given, kept = (np.concatenate([*(r for was, r in rows if was is asked), []]) for asked in (True, False))
    return given.size >= FEWEST and float(np.mean(given)) >= SHARE and (not kept.size or float(np.mean(kept)) >= SHARE)


def _left(finding: Finding, case: Case, usual: dict[str, float]) -> Iterator[tuple[str, np.ndarray]]:
    """Of each output which elements, where it is wrong of those that are, are given but for a small part of their error, or of a usual one."""
    found = case.given(finding)
    for name, right in case.right.items():
        got = case.got[name]
        given = right if found is None else _of(found, name)
        if given is None or np.shape(given) != np.shape(got):
            yield name, np.zeros(FEWEST, bool)
            continue
        off, least = np.abs(right - got), NEARER * case.room[name] + usual.get(name, 0.0)
        near = (np.abs(given - got) * NEARER <= np.maximum(off, least)) & np.isfinite(off)
        yield name, near[case.wrong_elements[name]] if name in case.wrong else near.ravel()


def _is_most(finding: Finding, cases: Iterable[Case]) -> bool:
    """Whether it leaves a small part of the error, in most of the wrong elements of these cases; of most findings the first say that not."""
    cases = [*cases]
    left = sum(int(np.count_nonzero(wrong)) for case in cases for wrong in case.wrong_elements.values())
    near = seen = 0
    for case in cases:
        rows = [*_nearer(finding, case)]
        near, seen = near + sum(map(np.count_nonzero, rows)), seen + sum(map(len, rows))
        left -= sum(int(np.count_nonzero(wrong)) for wrong in case.wrong_elements.values())
        if near + left < SHARE * (seen + left):
            return False
    return seen >= FEWEST and near >= SHARE * seen


def _is_seen(finding: Finding, cases: Iterable[Case]) -> bool:
    """Whether most of what it changes is wrong: what it would put far outside, and is right, denies it."""
    seen = far = 0
    for case in cases:
        found = case.given(finding)
        for name, right in case.right.items():
            if (given := _of(found, name)) is not None and np.shape(given) == np.shape(right) == np.shape(
                case.got[name]
            ):
                is_far = np.abs(given - right) > NEARER * case.room[name]
                is_off = ~(np.abs(case.got[name] - right) <= case.room[name])
                far, seen = far + int(np.count_nonzero(is_far)), seen + int(np.count_nonzero(is_far & is_off))
    return seen >= SHARE * far


def _is_beside_float32(finding: Finding, cases: list[Case]) -> bool:
    """Whether it leaves a small part of what no run in float32 is off by, where all is in float32 and off by no less than that."""
    wrong = [(case, name) for case in cases for name in case.comparable]
    if any(case.dtype != "float64" or not np.array_equal(_single(case.got[n]), case.got[n], True) for case, n in wrong):
        return False
    rows = []
    for case, name in wrong[: 2 * APPROXIMATED]:
        band = roomy(case.golden, name, size(case.right[name]), "float32")
        given, off = _of(case.given(finding), name), np.abs(case.right[name] - case.got[name])
        tells = case.wrong_elements[name] & (off > band)
        near = off < 0 if given is None else np.abs(given - case.got[name]) * NEARER <= off
        rows.append((near & np.isfinite(off))[tells])
    told = np.concatenate([*rows, []])
    return told.size >= FEWEST and float(np.mean(told)) >= SHARE


def _single(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32).astype(float)


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


def _is_computed_in(change: OnGrid, finding: Finding, cases: Iterable[Case]) -> bool:
    """Whether what is wrong, or of these outputs all, are numbers of a format, and no further off than it computes."""
    format, rows = FORMATS[change.format], list[tuple[np.ndarray, ...]]()
    for case in cases:
        for output, wrong in case.wrong_elements.items():
            at = wrong if change.part else np.ones_like(wrong)
            got, narrow = case.got[output][at], _of(case.given(finding), output)
            if narrow is None or not np.array_equal(held(got, format), got, equal_nan=True):
                return False
            rows.append((got, case.right[output][at], narrow[at]))
    if not rows:
        return False
    got, right, narrow = map(np.concatenate, zip(*rows, strict=True))
    fine = np.sort(np.abs(got[got != 0]))[: got.size // FINE]  # where a fixed grid is coarser than the format
    return bool(fine.size) and last_bits(fine, format) >= LAST_BIT and computed_in(format, got, right, narrow)
