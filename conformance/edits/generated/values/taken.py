"""Edits of what a backward takes a function at, or a family's own derivative of one: another value, or another form of it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.trace import Trace
from ...trace.wording import labelled
from ..making.editing import OF_ONE, edit, filled, named, other, others
from ..making.forms import SIGNS
from .calls import of_one

BACKWARD = "_backward"


class Taken(NamedTuple):
    """What a function is of, and the nodes that it, or with it its derivative, has from that on."""

    x: int
    between: frozenset[int]


def of_taken(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if group.extent != EACH or (found := _taken(trace, first)) is None:
        return
    for form in SIGNS:
        yield edit(
            group,
            lambda r, i, f=form: _at(r, i, lambda x: f.of(r.values[x])),
            "form",
            lambda r, i, f=form: _text(r, i, filled(f.text, _label(r, i))),
            form.rank + 0.1,
        )
    for key, _, rank in others(trace, first, trace.shape(found.x), found.x, shifts=False):
        yield edit(
            group,
            lambda r, i, k=key: _at(r, i, lambda _: other(r, i, k)),
            "value",
            lambda r, i, k=key: _text(r, i, named(r.trace, k)),
            rank + 0.1,
        )


def _taken(trace: Trace, i: int) -> Taken | None:
    """Of what a forward keeps of a function, and of the result of a function's backward; None for any other node."""
    nodes, origin = trace.tape.nodes, trace.origin(i)
    name = nodes[origin].place[0].function
    if nodes[i].name == KEPT and nodes[origin].name in OF_ONE:
        return _of_primitive(trace, origin)
    if nodes[i].name == KEPT:
        return None if of_one(trace, origin) is None else _within(trace, origin, (name,))
    if name.endswith(BACKWARD) and not any(nodes[user].place[0].function == name for user in trace.users[i]):
        return _within(trace, i, (name, name.removesuffix(BACKWARD)))
    return None


def _of_primitive(trace: Trace, i: int) -> Taken | None:
    (x,) = trace.tape.nodes[i].args
    return Taken(x, frozenset({i})) if type(x) is Id else None


def _within(trace: Trace, i: int, names: tuple[str, ...]) -> Taken | None:
    """Where but one value of the forward enters these functions."""
    nodes, between, seen, outside = trace.tape.nodes, {i}, [i], set[int]()
    while seen:
        for parent in map(trace.origin, nodes[seen.pop()].parents):
            if not any(expression.function in names for expression in nodes[parent].place):
                outside.add(parent)
            elif parent not in between:
                between.add(parent)
                seen.append(parent)
    ahead = [j for j in outside if not trace.is_back(j)]
    return Taken(ahead[0], frozenset(between)) if len(ahead) == 1 else None


def _at(r: Replay, i: int, value: Callable[[int], Any]) -> Any:
    """What is given where another value is in the place of x."""
    found = _taken(r.trace, i)
    if found is None or (instead := value(found.x)) is None or np.shape(instead) != np.shape(r.values[found.x]):
        return None
    return _computed(r, found, r.trace.origin(i), {found.x: instead})


def _computed(r: Replay, found: Taken, i: int, known: dict[int, Any]) -> Any:
    if i not in known:
        node = r.trace.tape.nodes[i]
        args = [_argument(r, found, arg, known) if type(arg) is Id else arg for arg in node.args]
        known[i] = r.computed(node, args)
    return known[i]


def _argument(r: Replay, found: Taken, arg: Id, known: dict[int, Any]) -> Any:
    origin = r.trace.origin(arg)
    return _computed(r, found, origin, known) if origin in found.between or origin == found.x else r.values[arg]


def _label(r: Replay, i: int) -> str:
    found = _taken(r.trace, i)
    assert found
    return labelled(r.trace, Id(found.x), at=i)


def _text(r: Replay, i: int, text: str) -> str:
    node = r.trace.tape.nodes[r.trace.origin(i)]
    return f"{node.name}({text})" if node.name in OF_ONE else f"{node.place[0].function} at {text}"
