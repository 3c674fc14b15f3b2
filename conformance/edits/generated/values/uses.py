"""Edits of a value in a part of its uses: another value, or another form of it, in all that a function makes of it, or from one use on."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import FROM, OUTSIDE, UNTIL, USES, Group
from ...trace.members import entered, members, used, used_in
from ...trace.places import LOOPS, Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, RESULT, Id
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, of_node, with_part
from ..making.editing import ARITHMETIC, NOT_OF_A_PLACE, UFUNCS, Value, among, edit, filled, named, other, others, seen
from ..making.forms import SIGNS, Function
from .calls import of_one

CLASSES = 4  # places of which some use a mask


def of_uses(trace: Trace, key: Key, first: int) -> Iterator[Edit]:
    first = entered(trace, key)[0]
    for part in _parts(trace, first):
        group = Group((part, *key[0]), key[1], USES)
        if not members(trace, group):
            continue
        for form in SIGNS:
            yield edit(
                group,
                lambda r, i, f=form: with_others(r, i, key, partial(_formed, r, f.of)),
                "form",
                lambda r, i, f=form: text_with_others(r, i, key, f.text),
                form.rank + 0.1,
            )
        for sign, ufunc in UFUNCS.items() if trace.tape.nodes[first].name in ARITHMETIC else ():
            if ufunc.__name__ != trace.tape.nodes[first].name:
                change, text = partial(_by, key, ufunc), partial(_by_text, key, sign)
                yield edit(group, change, "operator", text, 1.0)
        for a in _functions(trace, first):
            yield edit(group, partial(_without, key, a), "function", partial(_without_text, key, a), 1.0)
        for instead, shift, rank in others(trace, first, trace.shape(first)):
            yield edit(
                group,
                lambda r, i, k=instead, s=shift: with_others(r, i, key, partial(_other, r, i, k, s)),
                "value",
                lambda r, i, k=instead, s=shift: text_with_others(r, i, key, named(r.trace, k, s)),
                rank + 0.15,
            )


def _other(r: Replay, i: int, key: Value, shift: int, own: int) -> Any:
    """Another value at a value's own step, or where it is used; behind the step also what is made of the value there."""
    nodes = r.trace.tape.nodes
    j = None if isinstance(key, NOT_OF_A_PLACE) or shift else r.trace.at_step.get((key, nodes[own].step))
    if j is not None and j > own and nodes[i].step != nodes[own].step and own != i and r.trace.rests(j, own):
        return seen(r, j, i)
    return other(r, own, key, shift)


def _by(key: Key, ufunc: np.ufunc, r: Replay, i: int) -> Any:
    """With another operator in the value, where it is written a second time."""
    return with_others(r, i, key, lambda own: ufunc(r.argument(own, 0), r.argument(own, 1)))


def _by_text(key: Key, sign: str, r: Replay, i: int) -> str:
    return text_with_others(r, i, key, of_node(r.trace, entered(r.trace, key)[0], operator=sign))


def _functions(trace: Trace, i: int) -> list[int]:
    """The operands of a value that are functions of one value."""
    args = enumerate(trace.tape.nodes[i].args if trace.tape.nodes[i].name in ARITHMETIC else ())
    return [a for a, arg in args if type(arg) is Id and of_one(trace, arg) is not None]


def _without(key: Key, a: int, r: Replay, i: int) -> Any:
    """Without the function of an operand."""

    def instead(own: int) -> Any:
        of = of_one(r.trace, r.trace.tape.nodes[own].args[a])
        return None if of is None else r.with_argument(own, a, r.values[of])

    return with_others(r, i, key, instead)


def _without_text(key: Key, a: int, r: Replay, i: int) -> str:
    own = entered(r.trace, key)[0]
    of = of_one(r.trace, r.trace.tape.nodes[own].args[a])
    return text_with_others(
        r, i, key, with_part(r.trace, own, a, "" if of is None else labelled(r.trace, Id(of), at=i))
    )


def of_mask_uses(trace: Trace, key: Key, first: int) -> Iterator[Edit]:
    """A mask that holds everywhere, or nowhere, in some of what it selects."""
    classes = len(used_in(trace, first))
    for chosen in range(1, (1 << classes) - 1) if classes <= CLASSES else ():
        group = among(key, chosen)
        for words, whole in (("everywhere", True), ("nowhere", False)):
            for where, every in (("", True), (" in a reversed run", False)):
                yield edit(
                    group,
                    lambda r, i, w=whole, e=every: with_others(r, i, key, partial(_masked, r, w, e)),
                    "mask",
                    lambda r, i, t=words, w=where: f"{text_with_others(r, i, key, t)}{w}",
                    0.9 if every else 1.0,
                )


def _masked(r: Replay, whole: bool, every: bool, i: int) -> Any:
    step = r.trace.tape.nodes[i].step
    if not every and (step is None or not r.trace.is_reversed(step)):
        return r.values[i]
    return np.full(np.shape(r.values[i]), whole)


def _parts(trace: Trace, first: int) -> Iterator[Expression]:
    """Some of the uses, and not all: one alone is an edit of an operand; what leaves the equations of a step."""
    users = used(trace, first)
    functions = {trace.tape.nodes[u].place[0].function for u in users}
    if len(functions) > 1:
        yield from (Expression("", function, 0, 0, 0, 0) for function in sorted(functions))
    if trace.tape.nodes[first].place[0].module not in (*LOOPS, KEPT):
        yield Expression(OUTSIDE, "", 0, 0, 0, 0)
    for k in range(1, len(users)):
        if len(users) - k > 1:
            yield Expression(FROM, "", k, 0, 0, 0)
        if k > 1:
            yield Expression(UNTIL, "", k, 0, 0, 0)


def _formed(r: Replay, of: Function, i: int) -> Any:
    return of(r.values[i])


def with_others(r: Replay, i: int, key: Key, instead: Callable[[int], Any], or_here: bool = True) -> Any:
    """What a node gives with others in the place of all that it uses of these: at the value itself, or else, if asked for, where it is used."""
    of, node = entered(r.trace, key), r.trace.tape.nodes[i]
    given = [r.argument(i, a) for a in range(len(node.args))]
    for a, arg in enumerate(node.args):
        if type(arg) is Id and (own := _used(r.trace, arg, of)) is not None:
            value = instead(own)  # of what rests on the value itself, as it is where it is used
            given[a] = r.within(i, instead(i) if value is None and or_here else value, given[a])
    return None if any(value is None for value in given) else r.computed(node, given)


def _used(trace: Trace, arg: Id, of: list[int]) -> int | None:
    """Which of these an operand is, or is kept of."""
    return arg if arg in of else origin if (origin := trace.origin(arg)) in of else None


def text_with_others(r: Replay, i: int, key: Key, template: str) -> str:
    """What a node computes with a text, in which {} is its value, in the place of what it uses."""
    of = entered(r.trace, key)
    if i in of:
        return filled(template, of_node(r.trace, i))
    args = enumerate(r.trace.tape.nodes[i].args)
    a, arg = next((a, arg) for a, arg in args if type(arg) is Id and _used(r.trace, arg, of) is not None)
    text = filled(template, labelled(r.trace, arg, at=i))
    return text if r.trace.tape.nodes[i].name in (RESULT, KEPT) else with_part(r.trace, i, a, text)
