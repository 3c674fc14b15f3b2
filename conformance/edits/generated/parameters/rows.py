"""Edits of rows and columns, as kernels have them that take several at once: of whole tiles of rows one is another one, or is left out, or what
is behind whole tiles is.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from ...trace.group import SAME, Group
from ...trace.members import members
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ..making.editing import edit, told
from ..making.forms import Form, Function, Value, of_blocks
from .outers import GROUPS

PRODUCTS = Group((Expression("", "matmul", 0, 0, 0, 0),), 0, SAME)
OWN, EVERY_ONE = "each W of a product W @ v", "each W of a product W @ v, the head's too,"
TILES = (4, 8, 2)
ALL_PAIRS = 4  # rows of a tile of which any may be any other; in larger ones the one before


def of_rows(trace: Trace) -> Iterator[Edit]:
    for form in _forms():
        for words, has_head in ((OWN, False), (EVERY_ONE, True)):
            if any(_is_of_weights(trace, i, has_head) for i in members(trace, PRODUCTS)):
                text = form.text.format(words)
                yield edit(PRODUCTS, partial(_multiplied, form.of, has_head), "form", told(text), form.rank)
        for words, group in GROUPS.items():
            if members(trace, group):
                yield edit(group, partial(_formed, form.of), "form", told(form.text.format(words)), form.rank)


def _forms() -> Iterator[Form]:
    for tile in TILES:
        for row in range(tile):
            own = f"rows {row}, {row + tile}, …"
            yield Form(f"{{}} without {own} in whole tiles of {tile}", _without(tile, row), 1.2)
            others = range(tile) if tile <= ALL_PAIRS else [(row - 1) % tile]
            for other in others:
                words = f"rows {other}, {other + tile}, … for {own} in whole tiles of {tile}"
                yield Form(f"{{}} with {words}", _exchanged(tile, row, other), 1.2)
        for what, part in (("the ", slice(None)), ("the last of the ", slice(-1, None))):
            rows, columns = _without_tail(tile, part), _turned(_without_tail(tile, part))
            words = f"without {{}} behind whole tiles of {tile}"
            yield Form(f"{{}} {words.format(f'{what}rows')}", rows, 1.2)
            yield Form(f"{{}} {words.format(f'{what}columns')}", columns, 1.2)
            yield Form(f"both parts of {{}} {words.format(f'{what}columns')}", of_blocks(columns, columns), 1.2)


def _without(tile: int, row: int) -> Function:
    def of(z: Value) -> Value | None:
        whole = tile * (len(z) // tile)
        kept = np.ones(len(z))
        kept[row:whole:tile] = 0
        return z * kept[:, None] if whole and z.ndim > 1 else None

    return of


def _exchanged(tile: int, row: int, other: int) -> Function:
    def of(z: Value) -> Value | None:
        whole = tile * (len(z) // tile)
        order = np.arange(len(z))
        order[row:whole:tile] = order[other:whole:tile]
        return z[order] if whole and row != other else None

    return of


def _without_tail(tile: int, rows: slice) -> Function:
    def of(z: Value) -> Value | None:
        kept = np.ones(len(z))
        tail = kept[tile * (len(z) // tile) :]
        tail[rows] = 0
        return z * kept[:, None] if len(tail) and z.ndim > 1 else z

    return of


def _turned(of: Function) -> Function:
    """Of columns what is of rows."""

    def of_columns(z: Value) -> Value | None:
        new = of(z.T) if z.ndim == 2 else None
        return None if new is None else new.T

    return of_columns


def _is_of_weights(trace: Trace, i: int, has_head: bool) -> bool:
    """Whether a forward multiplies a parameter there."""
    node = trace.tape.nodes[i]
    if type(node.args[0]) is not Id or trace.is_back(i):
        return False
    leaf = trace.tape.nodes[trace.origin(node.args[0])]
    is_parameter = not leaf.name and leaf.place[0].function in trace.parameters
    return is_parameter and (has_head or node.place[0].function != "head")


def _multiplied(of: Function, has_head: bool, r: Replay, i: int) -> Value | None:
    if not _is_of_weights(r.trace, i, has_head):
        return r.plain(i)
    W = of(r.argument(i, 0))
    return r.plain(i) if W is None else W @ r.argument(i, 1)


def _formed(of: Function, r: Replay, i: int) -> Value | None:
    z = r.plain(i)
    new = of(z)
    return z if new is None else new
