"""A function found as a smooth curve over its argument, and held against steps from which it was not found.

Rows are numbers of the steps, columns by how much each changes with the height of one bump of the curve (a cubic
B-spline), and what fits the candidate's errors best, with curves that bend little where nothing tells, is the curve.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .steps import Floats, Steps, telling

REACH = {"tanh": 4.5, "sigmoid": 8.0}  # of the argument; beyond, the error is what it is there
BUMPS = ((64, 1.0), (32, 1.0), (128, 2.0))  # how many, and how many times as far
MOST = 128  # of them in all
TINY = 1e-6  # a change by which another is measured
SMALL = 1e-2  # of the usual measure of a number, at least
STIFF, LEAST = 1e-6, 1e-9  # of the mean square of a column
PARTS = 4  # into which steps are parted: each is told from the others
LEFT, SHARE = 8.0, 0.8  # of the error that part is left at most, in this share of what tells
HOPELESS, ENOUGH = 0.4, 0.9  # shares that another number of bumps does not better, or need not
ROWS = 3  # numbers that tell, at least, for each bump
Parts = Sequence[tuple[Steps, Floats]]


class Square(NamedTuple):
    """Of the columns with each other, and with what is off."""

    columns: Floats
    off: Floats


class Curve(NamedTuple):
    """The error of a function, over its argument."""

    function: str
    reach: float
    heights: Floats

    def error(self, z: Any) -> Any:
        """The four bumps that are not 0 at each argument."""
        at = _at(z, self.reach, len(self.heights))
        first = np.clip(np.floor(at).astype(int), 0, len(self.heights) - 4)
        u = at - first
        pieces = (1 - u) ** 3, 3 * u**3 - 6 * u * u + 4, 1 + 3 * (u + u * u - u**3), u**3
        return sum(self.heights[first + k] * piece for k, piece in enumerate(pieces)) / 6


def curves(steps: Sequence[Steps], functions: Sequence[str]) -> tuple[list[Curve], float]:
    """Of each function the error that explains the steps, and the share of numbers that tell which it gives in steps from which it was
    not found.
    """
    best: tuple[list[Curve], float] = [], 0.0
    for count, further in BUMPS:
        every = count * len(functions)
        if every > MOST or sum(map(telling, steps)) < ROWS * every:
            continue
        reach = {name: further * REACH[name] for name in functions}
        parts = [(one, np.hstack([_columns(one, n, far, count) for n, far in reach.items()])) for one in steps]
        squares = [_weighed(*part) for part in parts]
        share = _held_out(parts, squares, len(functions))
        if share > best[1]:
            heights = np.split(_heights(squares, len(functions)), len(functions))
            best = [Curve(n, reach[n], own) for n, own in zip(functions, heights, strict=True)], share
        if not HOPELESS <= share < ENOUGH:
            break
    return best


def explained(steps: Steps, left: Floats) -> Any:
    """Which of the numbers that tell are given, but for a small part of their error."""
    return (np.abs(left) * LEFT <= steps.most)[steps.telling]


def _at(z: Any, reach: float, count: int) -> Any:
    return (np.clip(z, -reach, reach) / reach + 1) * (count - 3) / 2


def _bumps(z: Any, reach: float, count: int) -> Floats:
    """Of each bump the height at each argument."""
    u = np.abs(_at(z, reach, count) - np.arange(-1, count - 1).reshape(-1, *np.ones_like(np.shape(z))))
    inner, outer = 4 - 6 * u * u + 3 * u**3, np.maximum(2 - u, 0) ** 3
    return np.where(u < 1, inner, outer) / 6


def _columns(steps: Steps, function: str, far: float, count: int) -> Floats:
    """By how much each number changes with the height of each bump; kept, for it is asked for alone and beside another's."""
    key = function, far, count
    if key not in steps.columns:
        of = next((node.function for node in steps.tape.nodes if node.name == function), None)
        bumps = [_bumps(z, far, count) for z in steps.arguments(function)]
        used = sum(own.any(axis=tuple(range(1, own.ndim))) for own in bumps)
        found = np.zeros((count, len(steps.off)))
        for k in np.flatnonzero(used) if of else ():
            moved = _moved(of, [own[k] for own in bumps])  # type: ignore[arg-type]
            found[k] = (steps.given({function: moved}) - steps.right) / TINY
        steps.columns[key] = found.T
    return steps.columns[key]


def _moved(of: Callable[..., Any], bumps: list[Floats]) -> Callable[..., Any]:
    """The function with so much more, at each place in turn where it is taken."""
    own = iter(bumps)
    return lambda z: of(z) + TINY * next(own)


def _weighed(steps: Steps, columns: Floats) -> Square:
    """The products of what tells, each number in the measure of what changes it."""
    A, off = columns[steps.telling], steps.off[steps.telling]
    size = np.abs(A).sum(axis=1)
    weight = 1 / np.maximum(size, SMALL * np.median(size) + np.finfo(float).tiny)
    weight[~np.isfinite(A).all(axis=1)] = 0.0
    A, off = np.nan_to_num(A) * weight[:, None], off * weight
    return Square(A.T @ A, A.T @ off)


def _heights(squares: Sequence[Square], functions: int) -> Floats:
    A, off = (sum(parts) for parts in zip(*squares, strict=True))
    count = len(A) // functions
    bend = np.diff(np.eye(count), 2, axis=0)
    stiff = STIFF * np.kron(np.eye(functions), bend.T @ bend) + LEAST * np.eye(len(A))
    return _solved(A + (float(np.trace(A)) / len(A) or 1.0) * stiff, off)


def _solved(A: Floats, b: Floats) -> Floats:
    """Of a positive definite matrix, by elimination: it is small, and on a busy machine LAPACK's threads wait for each other."""
    rows = np.column_stack([A, b])
    for k in range(len(A)):
        rows[k] /= rows[k, k]
        rows[k + 1 :] -= np.outer(rows[k + 1 :, k], rows[k])
    found = rows[:, -1].copy()
    for k in reversed(range(len(A))):
        found[:k] -= rows[:k, k] * found[k]
    return found


def _held_out(parts: Parts, squares: Sequence[Square], functions: int) -> float:
    """The share that curves give of what they were not found from."""
    found = []
    for part in range(min(PARTS, len(parts))):
        if others := [one for k, one in enumerate(squares) if k % PARTS != part]:
            heights = _heights(others, functions)
            found += [explained(steps, steps.off - columns @ heights) for steps, columns in parts[part::PARTS]]
    return float(np.mean(np.concatenate(found))) if found else 0.0
