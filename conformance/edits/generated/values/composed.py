"""Edits of what is composed: two functions in the other order, a term inside of a function, a function of the state that is given."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from ...trace.group import EACH, SAME, Group
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id, named
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, of_node, whole
from ..making.editing import OF_ONE, edit, told
from ..making.forms import maximum
from .calls import of_one
from .floors import absolute, floor_of, floored, text_of

WHERE = Group((Expression("", "where", 0, 0, 0, 0),), 0, SAME)


def of_composed(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if group.extent != EACH:
        return
    node = trace.tape.nodes[first]
    if node.name in OF_ONE and _limits(trace, first):
        yield edit(group, _limited_before, "function", _limited_text, 1.1, WHERE)
        for limit in _limits(trace, first):
            one = Group(trace.tape.nodes[limit].place, trace.tape.nodes[limit].k)
            change, text = partial(_one_limit_before, one), partial(_one_limit_text, one)
            yield edit(group, change, "function", text, 1.1, one)
            yield edit(group, partial(_with_limit, one), "function", partial(_with_limit_text, one), 1.1)
    for a, arg in enumerate(node.args) if node.name == "multiply" else ():
        if type(arg) is Id and trace.tape.nodes[arg].name in OF_ONE:
            yield edit(group, partial(_inside, a), "function", partial(_inside_text, a), 1.1)
    if node.name == "sqrt" and (term := _least_term(trace, node.args[0])) is not None:
        yield edit(group, partial(_of_root, term), "function", partial(_of_root_text, term), 1.1)
    for a, arg in enumerate(node.args) if node.name == "add" else ():
        if type(arg) is Id and floor_of(trace, arg):
            for of_least in (True, False):
                change, text = partial(_in_floor, a, of_least), partial(_in_floor_text, a, of_least)
                yield edit(group, change, "terms", text, 1.0)


def of_functions_of_what_is_given(trace: Trace) -> Iterator[Edit]:
    """A function of the step's equations, applied to the state that is given, too."""
    given = [
        name for state in trace.operation.states for name in (f"{state}0", f"{state}_prev") if name in trace.inputs
    ]
    for (place, k), (first, *_) in trace.places.items():
        if given and k == 0 and not trace.is_back(first) and of_one(trace, first) is not None:
            for name in given:
                words = f"{place[0].function}({name})"
                yield edit(Group(named(name)), partial(_applied, (place, k)), "given", told(words), 0.95)


def _applied(key: Key, r: Replay, i: int) -> Any:
    called = r.trace.places.get(key)
    of = of_one(r.trace, called[0]) if called else None
    return None if called is None or of is None else recomputed(r, called[0], {of: r.given(i)})


def recomputed(r: Replay, top: int, values: Mapping[int, Any]) -> Any:
    """What a node gives where others have these values, of what is computed between them."""
    nodes, found = r.trace.tape.nodes, dict(values)
    for j in range(min(found) + 1, top + 1):
        if j not in found and any(parent in found for parent in nodes[j].parents):
            own = enumerate(nodes[j].args)
            given = [found[arg] if type(arg) is Id and arg in found else r.argument(j, a) for a, arg in own]
            found[j] = r.computed(nodes[j], given)
    return found.get(top)


def _limits(trace: Trace, i: int) -> list[int]:
    """The limits of a value, one behind the other."""
    found = [i]
    while after := [u for u in trace.users[found[-1]] if trace.tape.nodes[u].name == "where"]:
        found += after[-1:]
    return [] if any(trace.tape.nodes[j].args[0] != k for k, j in pairwise(found)) else found[1:]


def _is_limit(trace: Trace, i: int) -> bool:
    """Whether a node is a limit of a function of one value, or of a limit of it."""
    node = trace.tape.nodes[i]
    while node.name == "where" and type(node.args[0]) is Id:
        node = trace.tape.nodes[node.args[0]]
    return node.name in OF_ONE


def _limited_before(r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    if node.name == "where":
        return r.argument(i, 0) if _is_limit(r.trace, i) else r.plain(i)
    if not (limits := _limits(r.trace, i)):
        return r.plain(i)
    return r.computed(node, [recomputed(r, limits[-1], {i: r.argument(i, 0)})])


def _limited_text(r: Replay, i: int) -> str:
    node = r.trace.tape.nodes[i]
    return f"{node.name}({labelled(r.trace, node.args[0], at=i)} within the limits)"


def _one_limit_before(one: Group, r: Replay, i: int) -> Any:
    """One limit on what a function is taken of, and not on what it gives."""
    nodes, key = r.trace.tape.nodes, (one.place, one.k)
    if (nodes[i].place, nodes[i].k) == key:
        return r.argument(i, 0)
    if (limit := r.trace.at_step.get((key, nodes[i].step))) is None or type(mask := nodes[limit].args[2]) is not Id:
        return None
    inner = r.argument(i, 0)
    is_within = recomputed(r, mask, {i: inner})
    return None if is_within is None else r.computed(nodes[i], [np.where(is_within, inner, r.argument(limit, 1))])


def _one_limit_text(one: Group, r: Replay, i: int) -> str:
    nodes = r.trace.tape.nodes
    limit = labelled(r.trace, nodes[r.trace.places[one.place, one.k][0]].args[1], at=i)
    return f"{nodes[i].name}({labelled(r.trace, nodes[i].args[0], at=i)}, limited by {limit})"


def _with_limit(one: Group, r: Replay, i: int) -> Any:
    """With a limit added to it, too."""
    limit = r.trace.at_step.get(((one.place, one.k), r.trace.tape.nodes[i].step))
    return None if limit is None else r.plain(i) + r.argument(limit, 1)


def _with_limit_text(one: Group, r: Replay, i: int) -> str:
    limit = r.trace.tape.nodes[r.trace.places[one.place, one.k][0]].args[1]
    return f"{of_node(r.trace, i)} + {labelled(r.trace, limit, at=i)}"


def _inside(a: int, r: Replay, i: int) -> Any:
    """f(c * x) for c * f(x)."""
    function = r.trace.tape.nodes[i].args[a]
    return r.computed(r.trace.tape.nodes[function], [r.argument(i, 1 - a) * r.argument(function, 0)])


def _inside_text(a: int, r: Replay, i: int) -> str:
    args = r.trace.tape.nodes[i].args
    factor, of = labelled(r.trace, args[1 - a], at=i), r.trace.tape.nodes[args[a]]
    return f"{of.name}({whole(factor)} * {whole(labelled(r.trace, of.args[0], at=i))})"


def _least_term(trace: Trace, arg: Any) -> int | None:
    """Which term of a sum is a number."""
    node = trace.tape.nodes[arg] if type(arg) is Id else None
    if node is None or node.name != "add":
        return None
    sizes = [type(own) is not Id or not trace.shape(own) for own in node.args]
    return sizes.index(True) if sum(sizes) == 1 else None


def _of_root(term: int, r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    total = node.args[0]
    root = r.computed(node, [r.argument(total, 1 - term)])
    return maximum(root, r.argument(total, term) + 0 * root)


def _of_root_text(term: int, r: Replay, i: int) -> str:
    args = r.trace.tape.nodes[r.trace.tape.nodes[i].args[0]].args
    return f"max(sqrt({labelled(r.trace, args[1 - term], at=i)}), {labelled(r.trace, args[term], at=i)})"


def _in_floor(a: int, of_least: bool, r: Replay, i: int) -> Any:
    floor = r.trace.tape.nodes[i].args[a]
    if (found := floor_of(r.trace, floor)) is None:
        return None
    x, y, term = r.values[found.x], r.values[found.y], r.argument(i, 1 - a)
    return floored(r, floor, y=y + term) if of_least else floored(r, floor, x=absolute(x) + term)


def _in_floor_text(a: int, of_least: bool, r: Replay, i: int) -> str:
    args = r.trace.tape.nodes[i].args
    found = floor_of(r.trace, args[a])
    assert found
    x, y, term = (labelled(r.trace, arg, at=i) for arg in (found.x, found.y, args[1 - a]))
    return text_of(r, args[a], y=f"{y} + {term}") if of_least else text_of(r, args[a], x=f"abs({x}) + {term}")
