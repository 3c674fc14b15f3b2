"""Edits of an operand for which a number of the same equations stands, whether that is written there or given as an option."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import EACH, Group
from ...trace.places import LOOPS
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, with_part
from ..making.editing import ARITHMETIC, edit
from ..making.placing import in_place

OFTEN = (0, 1, 2, 0.5, -1)  # numbers that have edits of their own
MOST = 4  # numbers of an equation


def of_numbers(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if group.extent != EACH or node.name not in ARITHMETIC or node.place[0].module in LOOPS:
        return
    for key, b in [*_numbers(trace)][:MOST]:
        for a, arg in enumerate(node.args):
            if type(arg) is Id and trace.shape(arg) and (key, b) != ((group.place, group.k), a):
                yield edit(group, partial(_number, key, b, a), "value", partial(_text, key, b, a), 1.1)


def _numbers(trace: Trace) -> Iterator[tuple[Key, int]]:
    """Where one is an operand, each once."""
    seen = set[Any]()
    for key, ids in trace.places.items():
        node = trace.tape.nodes[ids[0]]
        for b, arg in enumerate(node.args if node.name in ARITHMETIC and node.place[0].module not in LOOPS else ()):
            is_given = type(arg) is Id and not trace.tape.nodes[arg].name and trace.shape(arg) == ()
            is_number = is_given or (type(arg) is not Id and isinstance(arg, int | float) and arg not in OFTEN)
            if is_number and arg not in seen:
                seen.add(arg)
                yield key, b


def _number(key: Key, b: int, a: int, r: Replay, i: int) -> Any:
    ids = r.trace.places.get(key)
    return in_place(r, i, a, r.argument(ids[0], b)) if ids else None


def _text(key: Key, b: int, a: int, r: Replay, i: int) -> str:
    of = r.trace.places[key][0]
    return with_part(r.trace, i, a, labelled(r.trace, r.trace.tape.nodes[of].args[b], at=of))
