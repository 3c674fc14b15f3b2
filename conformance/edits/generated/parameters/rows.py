"""Edits of all products with weights, or of all that are gradients into these, as a kernel has them that all of them are made by: of their rows and
columns, of where a sum begins, of its operator.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from ...trace.group import ALL_WEIGHTED, HEADS_WEIGHTED, SAME, WEIGHTED, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Trace
from ..making.editing import edit, told
from ..making.forms import Function, Value
from ..making.joined import joined_in
from ..making.tiles import columns_of_tiles, rows_of_tiles
from .outers import GROUPS

WEIGHTS = {
    words: Group(named("matmul"), 0, SAME, only)
    for words, only in (
        ("each W of a product W @ v", WEIGHTED),
        ("each W of a product W @ v, the head's too,", ALL_WEIGHTED),
        ("the head's W", HEADS_WEIGHTED),
    )
}
# of a node, and a matrix that is one of its operands, or what it gives
Of = Callable[[Replay, int, Value], Value | None]
PARTS = "in both parts of what is joined, "


def of_rows(trace: Trace) -> Iterator[Edit]:
    weights = {words: group for words, group in WEIGHTS.items() if members(trace, group)}
    sums = {words: group for words, group in GROUPS.items() if members(trace, group)}
    for words, change, rank in _changes():
        for which, group in weights.items():
            yield edit(group, partial(_multiplied, change), "form", told(words.format(which)), rank)
        for which, group in sums.items():
            yield edit(group, partial(_summed, change), "form", told(words.format(which)), rank)
    for which, group in weights.items():
        words = which.removesuffix(",")
        yield edit(group, _begun, "form", told(f"{words}, each sum begun at 1"), 1.2)
    for which, group in sums.items():
        yield edit(group, _begun, "form", told(f"{which} begun at 1 in each step"), 1.2)


def _changes() -> Iterator[tuple[str, Of, float]]:
    for form in rows_of_tiles():
        yield form.text, partial(_whole, form.of), form.rank
    for form in columns_of_tiles():
        yield form.text, partial(_whole, form.of), form.rank
        yield f"{PARTS}{form.text}", partial(_of_parts, form.of), form.rank


def _whole(of: Function, r: Replay, i: int, z: Value) -> Value | None:
    return of(z)


def _of_parts(of: Function, r: Replay, i: int, z: Value) -> Value | None:
    """Of what acts on the state, and of what acts on the input; of what is not joined of the whole."""
    if joined_in(r.trace, r.trace.tape.nodes[i].args[1]) is None or z.shape[1] <= len(z):
        return of(z)
    parts = [part for part in (of(z[:, : len(z)]), of(z[:, len(z) :])) if part is not None]
    return np.concatenate(parts, axis=1) if len(parts) == 2 else None


def _multiplied(change: Of, r: Replay, i: int) -> Value | None:
    W = change(r, i, r.argument(i, 0))
    return r.plain(i) if W is None else W @ r.argument(i, 1)


def _summed(change: Of, r: Replay, i: int) -> Value | None:
    z = r.plain(i)
    new = change(r, i, z)
    return z if new is None else new


def _begun(r: Replay, i: int) -> Value:
    return r.plain(i) + 1
