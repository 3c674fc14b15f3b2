"""Edits of max(abs(x), y) that is written with masks: of another function of x, with another y, the smaller of both."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled
from ..making.editing import OF_ONE, edit, filled, named, other, others
from ..making.forms import SIGNS, Form, Value, maximum, minimum
from ..making.functions import FUNCTIONS, SLOPES

EVERY_FUNCTION = (*FUNCTIONS, *SLOPES)


class Floor(NamedTuple):
    """x and y, and of what the floor y is a function, if it is one's."""

    x: Id
    y: Id
    argument: Id | None


class Sized(NamedTuple):
    """`one` where a value is above a bound, `one` turned where it is below the other side of that, `rest` between these."""

    one: Any
    rest: Any
    value: Id
    bound: Id


def of_floors(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if (found := floor_of(trace, first)) is None:
        return
    yield edit(group, lambda r, i: _of_both(r, i, minimum), "function", lambda r, i: text_of(r, i, "min"), 1.0)
    yield edit(group, lambda r, i: _of_both(r, i, np.add), "operator", _sum_text, 1.0)
    yield edit(group, lambda r, i: _of_both(r, i, lambda x, y: x), "left out", lambda r, i: f"abs({_x(r, i)})", 1.0)
    for form in EVERY_FUNCTION:
        yield _edited(group, lambda r, i, f=form: floored(r, i, x=f.of(r.values[_at(r, i).x])), _of_x(form), form.rank)
    for form in SIGNS:
        yield _edited(group, lambda r, i, f=form: floored(r, i, y=f.of(r.values[_at(r, i).y])), _of_y(form), form.rank)
    for form in EVERY_FUNCTION if found.argument is not None else ():
        yield _edited(group, lambda r, i, f=form: floored(r, i, y=_of_argument(r, i, f)), _anew(form), form.rank)
    for key, _, rank in others(trace, first, trace.shape(first), found.y, shifts=False):
        yield _edited(
            group,
            lambda r, i, k=key: floored(r, i, y=other(r, i, k)),
            lambda r, i, k=key: text_of(r, i, y=named(r.trace, k)),
            rank,
        )


def _edited(group: Group, change: Callable[..., Any], text: Callable[..., str], rank: float) -> Edit:
    return edit(group, change, "function", text, rank + 0.1)


def floor_of(trace: Trace, i: int) -> Floor | None:
    """Where a node is x above y, -x where that is above y, and y elsewhere."""
    found = sized_of(trace, i)
    if found is None or type(found.rest) is not Id or (found.one, found.rest) != (found.value, found.bound):
        return None
    floor = trace.tape.nodes[found.rest]
    return Floor(found.value, found.rest, floor.args[0] if floor.name in OF_ONE and type(floor.args[0]) is Id else None)


def sized_of(trace: Trace, i: int) -> Sized | None:
    """Of a choice in a choice by the size of a value, also by masks that its forward kept."""
    outer = trace.tape.nodes[i]
    inner = trace.tape.nodes[outer.args[1]] if outer.name == "where" and type(outer.args[1]) is Id else outer
    if inner is outer or inner.name != "where":
        return None
    (one, _, above), (turned, rest, below) = outer.args, inner.args
    masks = [trace.tape.nodes[trace.origin(mask)] for mask in (above, below) if type(mask) is Id]
    if len(masks) < 2 or any(mask.name != "greater" or type(mask.args[1]) is not Id for mask in masks):
        return None
    (value, bound), (other_side, floor) = (mask.args for mask in masks)
    is_of_both = _is_turned(trace, one, turned) and _is_turned(trace, value, other_side) and floor == bound
    return Sized(one, rest, value, bound) if is_of_both else None


def _is_turned(trace: Trace, one: Any, two: Any) -> bool:
    """Whether the second of two is the first with the other sign."""
    node = trace.tape.nodes[trace.origin(two)] if type(two) is Id else None
    return node is not None and node.name == "negative" and trace.origin(node.args[0]) == trace.origin(one)


def _at(r: Replay, i: int) -> Floor:
    found = floor_of(r.trace, i)
    assert found
    return found


def absolute(x: Value) -> Value:
    return maximum(x, -x)


def _of_both(r: Replay, i: int, of: Callable[[Value, Value], Value]) -> Value:
    found = _at(r, i)
    return of(absolute(r.values[found.x]), r.values[found.y])


def floored(r: Replay, i: int, **instead: Value) -> Value | None:
    """The larger of both, with another value for one; of no number none."""
    found = _at(r, i)
    x, y = instead.get("x", absolute(r.values[found.x])), instead.get("y", r.values[found.y])
    return None if x is None or y is None else np.where(x > y, x, np.where(y >= x, y, x + y))


def _of_argument(r: Replay, i: int, form: Form) -> Value | None:
    argument = _at(r, i).argument
    return None if argument is None else form.of(r.values[argument])


def _x(r: Replay, i: int) -> str:
    return labelled(r.trace, _at(r, i).x, at=i)


def text_of(r: Replay, i: int, of: str = "max", x: str = "", y: str = "") -> str:
    return f"{of}({x or f'abs({_x(r, i)})'}, {y or labelled(r.trace, _at(r, i).y, at=i)})"


def _sum_text(r: Replay, i: int) -> str:
    return f"abs({_x(r, i)}) + {labelled(r.trace, _at(r, i).y, at=i)}"


def _of_x(form: Form) -> Callable[[Replay, int], str]:
    return lambda r, i: text_of(r, i, x=filled(form.text, _x(r, i)))


def _of_y(form: Form) -> Callable[[Replay, int], str]:
    return lambda r, i: text_of(r, i, y=filled(form.text, labelled(r.trace, _at(r, i).y, at=i)))


def _anew(form: Form) -> Callable[[Replay, int], str]:
    return lambda r, i: text_of(r, i, y=filled(form.text, labelled(r.trace, _at(r, i).argument, at=i)))
