"""Edits of products where an example is marked, as at a reset: a factor alone, or nothing."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from rnnspec.reference.contract import MARKS

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, of_node
from ..making.editing import edit

NOTHING = -1  # in the place of a factor


def of_marked(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node, marks = trace.tape.nodes[first], [name for name in MARKS if name in trace.inputs]
    for name in marks if node.name == "multiply" else ():
        alone = [a for a, arg in enumerate(node.args) if type(arg) is Id and trace.shape(arg) == trace.shape(first)]
        for a in (*alone, NOTHING):
            yield edit(group, partial(_marked, name, a), "value", partial(_marked_text, name, a), 1.0)


def _marked(name: str, a: int, r: Replay, i: int) -> Any:
    given, step = r.trace.inputs.get(name), r.trace.tape.nodes[i].step
    if given is None:
        return None
    whole, own = r.given(given), r.plain(i)
    here = whole[..., step[2]] if whole.ndim > 1 and step else whole
    return np.where(here, 0 * own if a == NOTHING else r.argument(i, a), own)


def _marked_text(name: str, a: int, r: Replay, i: int) -> str:
    one = "0" if a == NOTHING else labelled(r.trace, r.trace.tape.nodes[i].args[a], at=i)
    return f"{one} where {name}, else {of_node(r.trace, i)}"
