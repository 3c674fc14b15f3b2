"""Edits of a product in which two of the values that it is made of stand for each other: as where a low-rank matrix is not transposed."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Any

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, written
from ..making.editing import edit

OPENED = ("multiply", "sum", "[]", "negative")
MOST = 4  # values


def of_swapped(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if group.extent != EACH or trace.tape.nodes[first].name != "multiply":
        return
    own = _values(trace, first)
    for k, j in combinations(range(len(own)), 2) if len(own) <= MOST else ():
        one, two = own[k], own[j]
        if trace.shape(one) == trace.shape(two):
            yield edit(group, partial(_swapped, (k, j)), "value", partial(_text, (k, j)), 1.1)


def _leaves(trace: Trace, i: int) -> Iterator[Id]:
    """What a product of products and sums of them is made of."""
    node = trace.tape.nodes[i]
    for arg in node.args:
        if type(arg) is Id and trace.tape.nodes[arg].name in OPENED and trace.tape.nodes[arg].step == node.step:
            yield from _leaves(trace, arg)
        elif type(arg) is Id:
            yield arg


def _values(trace: Trace, i: int) -> list[Id]:
    return [*dict.fromkeys(_leaves(trace, i))]


def _swapped(pair: tuple[int, int], r: Replay, i: int) -> Any:
    own = _values(r.trace, i)
    if pair[1] >= len(own):
        return None
    one, two = (own[k] for k in pair)
    return _computed(r, i, {one: r.values[two], two: r.values[one]})


def _computed(r: Replay, i: int, instead: Mapping[int, Any]) -> Any:
    if i in instead:
        return instead[i]
    node = r.trace.tape.nodes[i]
    if node.name not in OPENED:
        return r.values[i]
    return r.computed(node, [_computed(r, arg, instead) if type(arg) is Id else arg for arg in node.args])


def _text(pair: tuple[int, int], r: Replay, i: int) -> str:
    own = _values(r.trace, i)
    one, two = (own[k] for k in pair)
    return _written(r.trace, i, {one: labelled(r.trace, two, at=i), two: labelled(r.trace, one, at=i)})


def _written(trace: Trace, i: int, instead: Mapping[int, str]) -> str:
    """What a node computes, with others in the place of what it is made of."""
    if i in instead:
        return instead[i]
    node = trace.tape.nodes[i]
    if node.name not in OPENED or not instead.keys() & {*_leaves(trace, i)}:
        return labelled(trace, Id(i))
    parts = [_written(trace, arg, instead) if type(arg) is Id else labelled(trace, arg, at=i) for arg in node.args]
    return written(trace, i, parts)
