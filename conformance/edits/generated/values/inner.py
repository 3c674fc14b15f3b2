"""Edits of a part of a value in one of its uses, where it is written a second time: another operand, or one less, two steps inside of it and more.

What is one step inside is `shared`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import Group
from ...trace.members import used_in
from ...trace.places import LOOPS
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, MASKS, RESULT, Id
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, of_node, turned, whole, with_part
from ..making.editing import (
    ARITHMETIC,
    OF_ANOTHER_SHAPE,
    UFUNCS,
    among,
    at_own_step,
    edit,
    named,
    other,
    others,
)
from ..making.shifting import BEFORE
from .uses import CLASSES, text_with_others, with_others

DEEP = 4  # operations from the value to the part
FURTHEST = 1.0  # the rank of values that are tried there
ANOTHER_STEP = 0.85  # of what is the same value of the step before
OMITTED, RANK = 0.95, 0.35  # what is left out is likely; beyond the rank of the same edit in all uses
Path = tuple[int, ...]  # from a value by its operands, and theirs


class Part(NamedTuple):
    """An operand of what stands at the end of a path, which is of a place."""

    path: Path
    a: int
    key: Key


def of_inner(trace: Trace, key: Key, first: int) -> Iterator[Edit]:
    """Of what is kept in each use of the backward; of any other value in each of two and more."""
    origin, is_kept = trace.origin(first), trace.tape.nodes[first].name == KEPT
    if trace.tape.nodes[origin].place[0].module in (*LOOPS, RESULT):
        return
    classes = len(used_in(trace, first))
    if not (1 if is_kept else 2) <= classes <= CLASSES:
        return
    each = [1 << c for c in range(classes)]
    if is_kept:
        yield from _of_gradients(trace, among(key, sum(each)), key, first)
    for chosen in (*each, sum(each)) if is_kept and classes > 1 else each:
        group, node = among(key, chosen), trace.tape.nodes[origin]
        yield from _of_operators(trace, group, key, origin, Part((), 0, (node.place, node.k)))
        for part in _parts(trace, origin, (), frozenset()):
            yield from _of_part(trace, group, key, first, part)
            if part.a == 0:
                yield from _of_operators(trace, group, key, origin, part)


def _of_gradients(trace: Trace, group: Group, key: Key, first: int) -> Iterator[Edit]:
    """Gradients in the place of what a kept value is made of, in all of its uses; what the forward has is an edit of that, computed anew."""
    node = trace.tape.nodes[trace.origin(first)]
    for a, arg in enumerate(node.args if node.name and node.place[0].module not in (*LOOPS, RESULT) else ()):
        for instead, _, rank in others(trace, first, trace.shape(arg), arg, shifts=False) if type(arg) is Id else ():
            if instead in trace.places and trace.is_of_back(trace.places[instead][0]):
                part, change = Part((), a, (node.place, node.k)), partial(_replaced, instead)
                yield _edit(group, key, part, change, partial(_replaced_text, instead), RANK + rank)


def _of_operators(trace: Trace, group: Group, key: Key, origin: int, part: Part) -> Iterator[Edit]:
    """Another operator in what a path leads to."""
    name = trace.tape.nodes[_end(trace, origin, part.path)].name
    for sign, ufunc in UFUNCS.items() if name in ARITHMETIC else ():
        if ufunc.__name__ != name:
            yield _edit(group, key, part, partial(_by, ufunc), partial(_by_text, sign), 1.25)


def _parts(trace: Trace, i: int, path: Path, own: frozenset[int], is_inside: bool = False) -> Iterator[Part]:
    """Of a value that has parts of its own, or that are kept besides: what others use, too, has uses of its own; each operand of each of them.
    A sign is no step.
    """
    node, own = trace.tape.nodes[i], own | {i}
    if not node.name or node.name in (KEPT, *MASKS) or node.place[0].module in LOOPS:
        return
    for a, arg in enumerate(node.args):
        if type(arg) is not Id:
            continue
        if is_inside:
            yield Part(path, a, (node.place, node.k))
        is_own = all(user in own or trace.tape.nodes[user].name == KEPT for user in trace.users[arg])
        if len(path) + 1 < DEEP and trace.tape.nodes[arg].step == node.step and is_own:
            yield from _parts(trace, arg, (*path, a), own, is_inside or node.name != "negative")


def _of_part(trace: Trace, group: Group, key: Key, first: int, part: Part) -> Iterator[Edit]:
    """Of what is kept any value that a backward has may stand there."""
    at = _end(trace, trace.origin(first), part.path)
    node = trace.tape.nodes[at]
    arg = node.args[part.a]
    if trace.tape.nodes[trace.origin(arg)].name in MASKS:
        return
    if node.name in ARITHMETIC:
        yield _edit(group, key, part, _left_out, _left_out_text, OMITTED)
    seen = first if trace.tape.nodes[first].name == KEPT else at
    for instead, _, rank in others(trace, seen, trace.shape(arg), arg, shifts=False):
        is_broadcast = instead in trace.places and trace.shape(trace.places[instead][0]) != trace.shape(arg)
        if rank - OF_ANOTHER_SHAPE * is_broadcast <= FURTHEST:
            change, text = partial(_replaced, instead), partial(_replaced_text, instead)
            yield _edit(group, key, part, change, text, RANK + rank)
    own = trace.tape.nodes[arg]
    if own.step is not None and trace.steps > 1:
        yield _edit(group, key, part, _of_the_step_before, _of_the_step_before_text, RANK + ANOTHER_STEP)


Change = Callable[[Replay, int, int, int], Any]  # at a node and one of its operands, used at another
Text = Callable[[Trace, int, int], str]


def _edit(group: Group, key: Key, part: Part, change: Change, text: Text, rank: float) -> Edit:
    return edit(
        group,
        lambda r, i: with_others(r, i, key, lambda own: _with(r, r.trace.origin(own), part, change, i), or_here=False),
        "value",
        lambda r, i: text_with_others(r, i, key, _text(r.trace, r.trace.origin(_first(r.trace, key)), part, text)),
        rank,
    )


def _with(r: Replay, i: int, part: Part, change: Change, user: int) -> Any:
    """What a node gives with a part of it changed."""
    j = at_own_step(r.trace, i, part.key)
    if j is None or not (j == i or r.trace.rests(i, j)):
        return None
    new = change(r, j, part.a, user)
    return None if new is None else again(r, i, {j: new})


def again(r: Replay, i: int, new: Mapping[int, Any]) -> Any:
    """A node's value where others have new ones, and where all that is between them of its own step is computed of these."""
    known, step = {**new}, r.trace.tape.nodes[i].step

    def computed(k: int) -> Any:
        node = r.trace.tape.nodes[k]
        if k not in known:
            is_other = node.step in (None, step) and any(r.trace.rests(k, j) for j in new)
            args = [computed(arg) if type(arg) is Id else arg for arg in node.args] if is_other else []
            known[k] = r.computed(node, args) if is_other else r.values[k]
        return known[k]

    return computed(i)


def _text(trace: Trace, i: int, part: Part, text: Text) -> str:
    if not part.path:
        return text(trace, i, part.a)
    arg = trace.tape.nodes[i].args[part.path[0]]
    return with_part(trace, i, part.path[0], _text(trace, arg, part._replace(path=part.path[1:]), text))


def _first(trace: Trace, key: Key) -> int:
    return trace.places[key][0]


def _end(trace: Trace, i: int, path: Path) -> int:
    for a in path:
        i = trace.tape.nodes[i].args[a]
    return i


def _by(ufunc: np.ufunc, r: Replay, i: int, a: int, user: int) -> Any:
    """With another operator."""
    return ufunc(r.argument(i, 0), r.argument(i, 1))


def _by_text(sign: str, trace: Trace, i: int, a: int) -> str:
    return of_node(trace, i, operator=sign)


def _left_out(r: Replay, i: int, a: int, user: int) -> Any:
    """The other operand alone: a sum without a term, a product without a factor."""
    one = r.argument(i, 1 - a)
    value = -one if a == 0 and r.trace.tape.nodes[i].name == "subtract" else one
    value = 1 / one if a == 0 and r.trace.tape.nodes[i].name == "divide" else value
    return value + 0 * r.values[i]


def _left_out_text(trace: Trace, i: int, a: int) -> str:
    node = trace.tape.nodes[i]
    own = labelled(trace, node.args[1 - a], at=i)
    if a == 1 or node.name not in ("subtract", "divide"):
        return own
    return turned(own) if node.name == "subtract" else f"1 / {whole(own)}"


def _replaced(key: Any, r: Replay, i: int, a: int, user: int) -> Any:
    value = other(r, user, key)
    return None if value is None else r.with_argument(i, a, value)


def _replaced_text(key: Any, trace: Trace, i: int, a: int) -> str:
    return with_part(trace, i, a, named(trace, key))


def _of_the_step_before(r: Replay, i: int, a: int, user: int) -> Any:
    own = r.trace.tape.nodes[r.trace.tape.nodes[i].args[a]]
    value = other(r, i, (own.place, own.k), BEFORE)
    return None if value is None else r.with_argument(i, a, value)


def _of_the_step_before_text(trace: Trace, i: int, a: int) -> str:
    own = trace.tape.nodes[trace.tape.nodes[i].args[a]]
    return with_part(trace, i, a, named(trace, (own.place, own.k), BEFORE))
