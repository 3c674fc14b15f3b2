"""Edits of what goes over time, arranged otherwise: kept in one order of its axes and read in another, or each step that of another one in the run."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ..making.editing import edit, lengths_of
from .orders import told_of

AXES = ("n", "m", "T_x")
ORDERS = tuple(permutations(range(3)))
MASKED, IN_RUN = "with 0 beyond the lengths", "with 0 beyond the lengths and in the order of the run"
AT: dict[str, Callable[[int, int, int], int]] = {  # where a step begins in memory that holds one after the other
    "t * m": lambda t, n, m: t * m,
    "t * n": lambda t, n, m: t * n,
    "t": lambda t, n, m: t,
    "t * n + m": lambda t, n, m: t * n + m,
    "t * m + n": lambda t, n, m: t * m + n,
    "t + n * m": lambda t, n, m: t + n * m,
}
OF_ANOTHER: dict[str, Callable[[Any], Any]] = {  # of steps in the order in which they are run
    "everywhere that of the step run first": lambda z: z[..., :1] + 0 * z,
    "that of the step run before, at the first that of the last": lambda z: np.roll(z, 1, axis=-1),
    "that of the step run next, at the last that of the first": lambda z: np.roll(z, -1, axis=-1),
}


def of_arrangements(group: Group) -> Iterator[Edit]:
    for kept in ORDERS:
        for read in ORDERS:
            if kept != read:
                words = f"{{}}, kept as ({_names(kept)}), read as ({_names(read)})"
                yield _edit(group, partial(_as_it_is, partial(_read, kept, read)), words, 1.1)
                yield _edit(group, partial(_in_run, partial(_read, kept, read), True), f"{words}, {IN_RUN}", 1.15)
    for place, at in AT.items():
        words = f"{{}}, kept as (T_x, n, m), each step read from {place} on"
        yield _edit(group, partial(_as_it_is, partial(_at, at)), words, 1.1)
    for words, of in OF_ANOTHER.items():
        yield _edit(group, partial(_in_run, of, False), f"{{}}, {words}", 1.0)
        yield _edit(group, partial(_in_run, of, True), f"{{}}, {words}, {MASKED}", 1.02)


def _names(order: tuple[int, ...]) -> str:
    return ", ".join(AXES[axis] for axis in order)


def _edit(group: Group, of: Callable[[Replay, Any], Any], words: str, rank: float) -> Edit:
    def change(r: Replay, i: int) -> Any:
        z = r.plain(i)
        return of(r, z) if np.ndim(z) >= len(AXES) and z.shape[-2:] == (r.trace.examples, r.trace.steps) else None

    return edit(group, change, "order", lambda r, i: words.format(told_of(group)), rank)


def _read(kept: tuple[int, ...], read: tuple[int, ...], z: Any) -> Any:
    if np.ndim(z) != len(AXES):
        return None
    shape = [z.shape[axis] for axis in read]
    return np.transpose(np.transpose(z, kept).reshape(shape), np.argsort(read))


def _at(begin: Callable[[int, int, int], int], z: Any) -> Any:
    steps, m = np.moveaxis(z, -1, 0), z.shape[-2]
    flat, size = steps.ravel(), math.prod(z.shape[:-1])
    begins = [begin(t, size // max(m, 1), m) for t in range(len(steps))]
    if not size or max(begins) + size > len(flat):
        return None
    return np.moveaxis(np.stack([flat[k : k + size] for k in begins]).reshape(steps.shape), 0, -1)


def _as_it_is(of: Callable[[Any], Any], _: Replay, z: Any) -> Any:
    return of(z)


def _in_run(of: Callable[[Any], Any], is_masked: bool, r: Replay, z: Any) -> Any:
    """With time in the order in which it is run."""
    if is_masked:
        z = np.where(np.arange(r.trace.steps) < lengths_of(r)[:, None], z, 0)
    return of(z[..., ::-1])[..., ::-1] if r.trace.runs_back else of(z)
