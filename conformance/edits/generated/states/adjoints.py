"""Edits of what a gradient is multiplied by on its way to the step before: that of another step, as where an index is off by one."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import Group
from ...trace.handing import into_states
from ...trace.places import LOOPS
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, whole, with_part
from ..making.editing import edit
from ..making.placing import in_place

DEEP = 3  # operations from what is handed on to the product
ENDS = {"its own": False, "that of the {}": True}  # at the end of the run, and whether it goes around


def of_adjoints(trace: Trace) -> Iterator[Edit]:
    """Of each such product of what the forward has the same of the step run before or next."""
    if not trace.begun or trace.steps == 1:
        return
    found = dict[tuple[Key, int], None]()
    for i in into_states(trace):
        found |= dict.fromkeys(_products(trace, trace.origin(i), DEEP))
    for (place, k), a in found:
        for by, way, end, other in ((-1, "before", "first", "last"), (1, "next", "last", "first")):
            for words, around in ENDS.items():
                text = f"of the step run {way}, at the {end} {words.format(other)}"
                change = partial(_of_another, a, by, around)
                yield edit(Group(place, k), change, "value", partial(_text, a, text), 1.15)


def _products(trace: Trace, i: int, deep: int) -> Iterator[tuple[Key, int]]:
    """Products with what the forward has of a step, and which operand is that."""
    node = trace.tape.nodes[i]
    if not deep or not trace.is_back(i) or not node.name:
        return
    for a, arg in enumerate(node.args):
        if type(arg) is not Id:
            continue
        is_ahead = trace.origin(arg) < trace.begun and trace.tape.nodes[trace.origin(arg)].step is not None
        if node.name == "multiply" and is_ahead and node.place[0].module not in LOOPS:
            yield (node.place, node.k), a
        elif trace.tape.nodes[arg].step == node.step or node.step is None:
            yield from _products(trace, arg, deep - 1)


def _of_another(a: int, by: int, around: bool, r: Replay, i: int) -> Any:
    j = r.trace.origin(r.trace.tape.nodes[i].args[a])
    own = r.trace.tape.nodes[j]
    walk = r.trace.walked.get(((own.place, own.k), *own.step[:2]), []) if own.step else []
    if own.step is None or len(walk) == 1:
        return None
    at = walk.index(j) + by
    at = at % len(walk) if around else min(max(at, 0), len(walk) - 1)
    return in_place(r, i, a, r.values[walk[at]])


def _text(a: int, when: str, r: Replay, i: int) -> str:
    label = whole(labelled(r.trace, r.trace.tape.nodes[i].args[a], at=i))
    return with_part(r.trace, i, a, f"({label} {when})")
