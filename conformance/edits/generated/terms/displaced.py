"""A term or a factor that stands at another place of the same equations: behind what is made of the sum or product, before it, or beside it.

As rate * softplus(a) + b for rate * softplus(a + b), or g * (S + w) for g * S + w.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import EACH, ENTERING, Group
from ...trace.handing import handed_as
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id, named
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, of_node, whole
from ..making.editing import UFUNCS, edit, seen
from ..making.entering import with_state

SIGN = {"multiply": "*", "add": "+"}
Put = Callable[[Replay, int, Any], Any]  # at a node, for what is moved there
LEFT = "\0"  # in a text, where what is left of a sum or product stands
BEHIND, BEFORE = 4, 2  # nodes on the way, at most
COMPUTED = {
    *SIGN,
    "subtract",
    "divide",
    "negative",
    "matmul",
    "sum",
    "tanh",
    "sigmoid",
    "exp",
    "softplus",
    "sqrt",
    "where",
}


def of_displaced(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if group.extent != EACH or node.name not in SIGN:
        return
    for a, moved in enumerate(node.args):
        if type(moved) is not Id or type(node.args[1 - a]) is not Id:
            continue
        yield from _on_states(trace, group, first, a)
        for place in _places(trace, first, node.args[1 - a], node.name):
            if _fits(trace, moved, place):
                own, partner = (group.place, group.k), Group(trace.tape.nodes[place].place, trace.tape.nodes[place].k)
                put = partial(_joined, SIGN[node.name])
                change, text = partial(_displaced, own, a, put), partial(_text, own, a, partner)
                yield edit(group, change, "terms", text, 1.2, partner)


def _places(trace: Trace, first: int, rest: int, name: str) -> Iterator[int]:
    """Where it may stand: behind the node, beside what is made of it, and before what is left of it; not where it does the same."""
    nodes, seen, front = trace.tape.nodes, {first}, [(first, True)]
    for _ in range(BEHIND):
        front = [(u, same and nodes[u].name == name) for i, same in front for u in _users(trace, i) if u not in seen]
        for behind, is_same in front:
            beside = (arg for arg in nodes[behind].args if type(arg) is Id and nodes[arg].step == nodes[first].step)
            own = [place for place in ([] if is_same else [behind, *beside]) if place not in seen]
            yield from own
            seen.update(own)
    yield from (place for place in dict.fromkeys(_before(trace, rest, first, BEFORE)) if place not in seen)


def _users(trace: Trace, i: int) -> list[int]:
    """What is computed of a value in its step."""
    nodes = trace.tape.nodes
    return [u for u in trace.users[i] if nodes[u].step == nodes[i].step and nodes[u].name in COMPUTED]


def _before(trace: Trace, i: int, first: int, depth: int) -> Iterator[int]:
    nodes = trace.tape.nodes
    if depth and nodes[i].step == nodes[first].step and nodes[i].name in COMPUTED:
        for arg in nodes[i].args:
            if type(arg) is Id and nodes[arg].step == nodes[first].step:
                yield arg
                yield from _before(trace, arg, first, depth - 1)


def _fits(trace: Trace, moved: int, place: int) -> bool:
    """Whether it can stand there, where the whole keeps its shape."""
    try:
        shape = np.broadcast_shapes(trace.shape(moved), trace.shape(place))
    except ValueError:
        return False
    return shape == trace.shape(place) and bool(trace.tape.nodes[place].name) and place != moved


def _displaced(own: Key, a: int, put: Put, r: Replay, i: int) -> Any:
    """At its own place what is left without it, elsewhere as it is put there."""
    node = r.trace.tape.nodes[i]
    if (node.place, node.k) == own:
        return r.argument(i, 1 - a) + 0 * r.plain(i)
    if (j := r.trace.at_step.get((own, node.step))) is None or type(moved := r.trace.tape.nodes[j].args[a]) is not Id:
        return None
    value = seen(r, moved, i)
    return None if value is None else put(r, i, value)


def _joined(sign: str, r: Replay, i: int, value: Any) -> Any:
    return UFUNCS[sign](r.plain(i), value)


def _added_to_state(name: str, r: Replay, i: int, value: Any) -> Any:
    return with_state(r, i, name, lambda r, i, b: r.argument(i, b) + value)


def _on_states(trace: Trace, group: Group, first: int, a: int) -> Iterator[Edit]:
    """A term of what a backward hands on of the gradient into a state, added to that gradient ahead of the step, and not behind it."""
    node, name = trace.tape.nodes[first], handed_as(trace, first)
    partner = Group(named(name), 0, ENTERING)
    entering = [i for i in members(trace, partner) if trace.tape.nodes[i].step == node.step] if name else []
    if node.name != "add" or first in entering or trace.shape(node.args[a]) != trace.shape(first):
        return
    if any(trace.rests(first, i) for i in entering) and not any(trace.rests(node.args[a], i) for i in entering):
        own = (group.place, group.k)
        put = partial(_added_to_state, name)
        change, text = partial(_displaced, own, a, put), partial(_ahead_text, own, a, name)
        yield edit(group, change, "terms", text, 1.15, partner)


def _ahead_text(own: Key, a: int, name: str, r: Replay, i: int) -> str:
    node = r.trace.tape.nodes[i]
    if (node.place, node.k) != own:  # it is told of the sum
        return of_node(r.trace, i)
    moved, rest = (labelled(r.trace, node.args[b], at=i) for b in (a, 1 - a))
    return f"{rest}, and {name}_next + {moved} wherever that enters"


def _text(own: Key, a: int, partner: Group, r: Replay, i: int) -> str:
    j, place = r.trace.places[own][0], r.trace.places[partner.place, partner.k][0]
    moved, rest = (labelled(r.trace, r.trace.tape.nodes[j].args[b], at=j) for b in (a, 1 - a))
    old, there = of_node(r.trace, j), of_node(r.trace, place)
    there = there.replace(whole(old), LEFT).replace(old, LEFT).replace(LEFT, whole(rest))
    if r.trace.tape.nodes[j].name == "multiply":
        return f"{rest}, and {whole(moved)} * {whole(there)}"
    return f"{rest}, and {there} + {moved}"
