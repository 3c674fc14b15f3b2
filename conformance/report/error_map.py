"""Where an output is wrong: its error as a map, in characters that any terminal and any pipe has.

A row is a unit, or what else the first axis is, a column a step, or what else the last one is; a character is the power
of ten of the error in budgets. What one character stands for in a large array, and over the axes between, is the worst.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden

from ..candidate import Got
from ..run.outcome import Outcome
from ..verdict.budget import Floats, of_golden, share
from ..verdict.comparing import AXES
from .order import in_order
from .report import Report

WITHIN, BEYOND, NONE = ".", "#", "!"  # within the budget, by more than the last power says, no number
POWERS = "123456789abcdef"  # in float64 what is wrong is wrong by 10^13 of its budget
LEGEND = f"{WITHIN} within the budget, 1-9 a-f up to ten to that power of it, {BEYOND} more, {NONE} no number"
LABEL, TICKS = 12, 10  # characters before a row, and columns between two numbers above
ROWS, WIDTH = 32, 80


@dataclass(frozen=True)
class ErrorMap:
    """Lines of words, and between them rows: each a label and its characters."""

    title: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    below: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([*self.title, *(f"{label}{cells}" for label, cells in self.rows), *self.below])


def first_failing(report: Report) -> Iterator[Outcome]:
    """Failing cases of which there are numbers, in the order in which they are told; those that are known go last."""
    yield from sorted((o for o in in_order(report) if o.arrays), key=lambda o: o.known is not None)  # stable


def error_map(outcome: Outcome, golden: Golden, dtype: str, width: int = WIDTH) -> ErrorMap | None:
    """The map of a case's first output that is wrong in its numbers; None where there is none."""
    for name, want in golden.outputs.items():
        got, verdict = outcome.arrays.get(name), outcome.verdicts.get(name)
        if verdict and not verdict.passed and verdict.at and isinstance(got, np.ndarray) and want.ndim:
            errors = _errors(got, want, of_golden(golden, name, dtype))
            return _drawn(f"{name} in {golden.id}", errors, golden.entry.axes[f"outputs/{name}"][0], width)
    return None


def _errors(got: Got, want: NDArray[np.float64], allowed: Floats) -> Floats:
    """In budgets; what is no number is not a number."""
    assert isinstance(got, np.ndarray)
    found = got.astype(np.float64)
    with np.errstate(all="ignore"):
        return np.where(np.isfinite(found), share(np.abs(found - want), allowed), np.nan)


def _drawn(what: str, errors: Floats, axes: str, width: int) -> ErrorMap:
    names = [AXES.get(axis, axis) for axis in axes.split()]
    flat = errors.reshape(errors.shape[0], -1, errors.shape[-1] if errors.ndim > 1 else 1)
    worst = _worst(flat, axis=1)
    over = [f"of every {' and '.join(names[1:-1])} the worst"] if errors.ndim > 2 else []
    down, across = _bin(worst.shape[0], ROWS), _bin(worst.shape[1], width - LABEL)
    small = _binned(_binned(worst, down).T, across).T
    column = names[-1] if errors.ndim > 1 else ""
    rows = [(_label(names[0], n * down, down, worst.shape[0]), "".join(map(_cell, row))) for n, row in enumerate(small)]
    per = f", a character is {across} of them" if across > 1 else ""
    return ErrorMap(
        title=(f"the error of {what}", _ruler(column, small.shape[1], across)),
        rows=tuple(rows),
        below=(LEGEND, *over, *_first_outside(column, worst, per)),
    )


def _worst(errors: Floats, axis: int) -> Floats:
    """The largest along an axis, where nothing is worse than no number."""
    largest = np.max(np.where(np.isnan(errors), -1, errors), axis=axis)
    return np.where(np.isnan(errors).any(axis=axis), np.nan, largest)


def _bin(length: int, room: int) -> int:
    return -(-length // room)


def _binned(errors: Floats, each: int) -> Floats:
    """Rows put together, `each` of them in one."""
    return np.stack([_worst(errors[at : at + each], axis=0) for at in range(0, len(errors), each)])


def _label(name: str, start: int, each: int, length: int) -> str:
    last = min(start + each, length) - 1
    number = f"{start}" if last == start else f"{start}-{last}"
    return f"{name[: LABEL - len(number) - 3]} {number}".rjust(LABEL - 2) + "  "


def _ruler(name: str, columns: int, each: int) -> str:
    """The numbers of the columns, every ten, and what they are."""
    numbers = "".join(f"{at * each:<{TICKS}}" for at in range(0, columns, TICKS))
    return (f"{name} ".rjust(LABEL) + numbers).rstrip() if name else ""


def _cell(error: float) -> str:
    if np.isnan(error):
        return NONE
    if error <= 1:
        return WITHIN
    power = int(np.ceil(np.log10(error))) if np.isfinite(error) else len(POWERS) + 1
    return POWERS[max(power, 1) - 1] if power <= len(POWERS) else BEYOND


def _first_outside(column: str, worst: Floats, per: str) -> Iterator[str]:
    outside = np.flatnonzero(~(worst <= 1).all(axis=0))
    if column:
        yield f"outside first at {column} {outside[0]}, in {outside.size} of {worst.shape[1]} {column}s{per}"
