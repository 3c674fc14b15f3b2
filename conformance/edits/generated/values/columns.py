"""Edits of how a column is laid over the units and examples of a gate: as a row, or number by number as the array lies in memory."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, with_part
from ..making.editing import edit

TURNED, TILED = "{}.T", "{} over and over in memory"


def of_columns(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    for a, arg in enumerate(node.args if node.name in ("add", "multiply") else ()):
        if type(arg) is Id and trace.shape(arg)[1:] == (1,):
            for words in (TURNED, TILED) if node.name == "add" else (TILED,):
                yield edit(group, partial(_laid, a, words), "form", partial(_text, a, words), 1.2)


def _laid(a: int, words: str, r: Replay, i: int) -> Any:
    """As a row, where there are as many units as examples; or over and over in memory."""
    column, other = r.argument(i, a), r.argument(i, 1 - a)
    row = np.transpose(column) if words == TURNED else np.resize(np.ravel(column), np.shape(other))
    return r.computed(r.trace.tape.nodes[i], [row, other] if a == 0 else [other, row])


def _text(a: int, words: str, r: Replay, i: int) -> str:
    return with_part(r.trace, i, a, words.format(labelled(r.trace, r.trace.tape.nodes[i].args[a], at=i)))
