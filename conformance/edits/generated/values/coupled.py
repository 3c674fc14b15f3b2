"""Edits of the slope of a gate that stands for another's, too: of two gates s(z) and s(-z) people compute one, and one slope of both."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ...trace.gates import in_a_slope
from ...trace.group import BOTH, EACH, USES, Group
from ...trace.members import members
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.trace import Key, Trace
from ..making.editing import seen
from .inner import again
from .uses import of_uses

Of = Callable[[Group, int], Iterator[Edit]]  # the edits of a group, and its first node
BESIDE = 0.05  # beyond the rank of the same edit of one gate


def of_coupled(trace: Trace, of: Of) -> Iterator[Edit]:
    """What is done to a gate as its backward has it, to its slope, or in that, with the slope of the other as that gives it."""
    sloped = {trace.origin(trace.tape.nodes[i].args[0]): i for i in _slopes(trace)}
    for gate, other in _pairs(trace, [*sloped]):
        own, slope = (_key(trace, sloped[one]) for one in (gate, other))
        for one in _of_gate(trace, gate, sloped[gate], of):
            if one.partner is None:
                change = partial(_alike, one, own, slope)
                yield one._replace(
                    change=change,
                    text=partial(_text, one, own, slope),
                    rank=one.rank + BESIDE,
                    partner=Group(*slope, EACH, BOTH),
                )


def _slopes(trace: Trace) -> Iterator[int]:
    """Products that are slopes of sigmoids."""
    for ids in trace.places.values():
        node = trace.tape.nodes[ids[0]]
        if node.name == "multiply" and node.place[0].function == "sigmoid_slope" and type(node.args[0]) is Id:
            yield ids[0]


def _pairs(trace: Trace, gates: list[int]) -> Iterator[tuple[int, int]]:
    """Of gates s(z) with s(-z), either with the other."""
    nodes = trace.tape.nodes
    for gate in gates:
        z = nodes[gate].args[0] if nodes[gate].name == "sigmoid" else None
        turned = [other for other in gates if type(z) is Id and _is_turned(trace, other, z)]
        yield from (pair for other in turned for pair in ((gate, other), (other, gate)))


def _is_turned(trace: Trace, gate: int, z: int) -> bool:
    node = trace.tape.nodes[gate]
    of = trace.tape.nodes[node.args[0]] if node.name == "sigmoid" and type(node.args[0]) is Id else None
    return of is not None and of.name == "negative" and of.args[0] == z


def _of_gate(trace: Trace, gate: int, slope: int, of: Of) -> Iterator[Edit]:
    """Of the slope, of what is in it, of the gate as it is kept, and of that in the slope."""
    kept = next((i for i in trace.users[gate] if trace.tape.nodes[i].name == KEPT), None)
    inside = (arg for arg in trace.tape.nodes[slope].args if type(arg) is Id and in_a_slope(trace, arg))
    for i in (slope, *inside, *([] if kept is None else [kept])):
        yield from of(Group(*_key(trace, i)), i)
    if kept is None:
        return
    own = Group((Expression("", "sigmoid_slope", 0, 0, 0, 0), *_key(trace, kept)[0]), trace.tape.nodes[kept].k, USES)
    yield from (one for one in of_uses(trace, _key(trace, kept), kept) if one.group == own)


def _key(trace: Trace, i: int) -> Key:
    return trace.tape.nodes[i].place, trace.tape.nodes[i].k


def _alike(one: Edit, own: Key, slope: Key, r: Replay, i: int) -> Any:
    if _key(r.trace, i) != slope:
        return one.change(r, i)
    step = r.trace.tape.nodes[i].step
    j = r.trace.at_step[own, step]
    ahead = [m for m in members(r.trace, one.group) if m > i and r.trace.tape.nodes[m].step == step]
    new = {m: one.change(r, m) for m in ahead}
    return None if any(value is None for value in new.values()) else again(r, j, new) if new else seen(r, j, i)


def _text(one: Edit, own: Key, slope: Key, r: Replay, i: int) -> str:
    is_other = _key(r.trace, i) == slope
    return one.text(r, r.trace.at_step[own, r.trace.tape.nodes[i].step] if is_other else i)
