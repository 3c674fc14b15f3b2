"""Edits of the larger of two that is written with a mask: in its place the logarithm of the sum of their powers, the smaller, their sum or mean."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, of_node
from ..making.editing import edit
from ..making.forms import minimum

Of = Callable[[Any, Any], Any]
INSTEAD: dict[str, Of] = {
    "logaddexp({0}, {1})": np.logaddexp,
    "min({0}, {1})": minimum,
    "{0} + {1}": np.add,
    "({0} + {1}) / 2": lambda x, y: (x + y) / 2,
    "max(abs({0}), abs({1}))": lambda x, y: np.where(abs(x) > abs(y), abs(x), abs(y)),
}


def of_larger(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if _both(trace, first) is None:
        return
    for words, of in INSTEAD.items():
        yield edit(group, partial(_of_both, of), "function", partial(_text, words), 1.05)


def _both(trace: Trace, i: int) -> tuple[Id, Id] | None:
    """What a node gives the larger of."""
    node = trace.tape.nodes[i]
    if node.name != "where" or not all(type(arg) is Id for arg in node.args):
        return None
    x, y, mask = node.args
    is_larger = trace.tape.nodes[mask].name == "greater" and trace.tape.nodes[mask].args == (x, y)
    return (x, y) if is_larger else None


def _of_both(of: Of, r: Replay, i: int) -> Any:
    both = _both(r.trace, i)
    return None if both is None else of(r.values[both[0]], r.values[both[1]])


def _text(words: str, r: Replay, i: int) -> str:
    if (both := _both(r.trace, i)) is None:
        return of_node(r.trace, i)
    return words.format(*(labelled(r.trace, one, at=i) for one in both))
