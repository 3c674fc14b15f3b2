"""Edits of what is stored in a narrower format and computed with as it is stored: what has such numbers alone is of them, too."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import GATES, SAME, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id, named
from ...trace.trace import Trace
from ...trace.wording import labelled, of_node
from ...trace.workspaces import GATE, INTO
from ..making.editing import edit, told

FORMATS = {"float32": np.float32, "float16": np.float16}
FUNCTIONS = ("sigmoid", "tanh", "exp")
GATES_ARE = {INTO: "what goes into each gate", GATE: "each gate"}


def of_stored(trace: Trace) -> Iterator[Edit]:
    """One value, all of a role, or all that is kept."""
    new = {f"{state}_next" for state in trace.operation.states}
    for key, ids in trace.places.items():
        node = trace.tape.nodes[ids[0]]
        if node.name in (*FUNCTIONS, KEPT) or labelled(trace, Id(ids[0])) in new:
            yield from _of(Group(*key), "")
    groups = {words: Group(named(role), 0, GATES) for role, words in GATES_ARE.items()}
    groups |= {"all that is kept for the backward": Group(named(KEPT), 0, SAME)} if trace.begun else {}
    for words, group in groups.items():
        if len(members(trace, group)) > 1:
            yield from _of(group, words)


def _of(group: Group, words: str) -> Iterator[Edit]:
    for name, dtype in FORMATS.items():
        text = told(f"{words} stored in {name}, and computed with in it") if words else partial(_text, name)
        yield edit(group, partial(_stored, dtype), "precision", text, 1.15)


def _stored(dtype: Any, r: Replay, i: int) -> Any:
    value = r.plain(i)
    return value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else None


def _text(name: str, r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} stored in {name}, and computed with in it"
