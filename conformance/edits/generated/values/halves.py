"""Edits of a gate itself, or of what is left of it, as people write them who compute one as sigmoid(z) and the other as sigmoid(-z)."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations
from typing import Any

from rnnspec.reference.arithmetics import primitives

from ...trace.gates import complemented
from ...trace.group import LEFT, OWN, RESTS, SAME, USES, Group
from ...trace.members import entered, members
from ...trace.neutral import step_input_of
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.tape import named as place_of
from ...trace.trace import Key, Trace
from ...trace.wording import labelled
from ..making.editing import edit, filled, named, other, others
from ..making.forms import SIGNS, Form
from ..making.functions import FUNCTIONS, SLOPES, mistaken
from .uses import text_with_others, with_others

SIGMOIDS = Group((Expression("", "sigmoid", 0, 0, 0, 0),), 0, SAME)
WHOLE, OUTSIDE_OF_SLOPES = 0, 1
PARTS = tuple(Expression(half, "", where, 0, 0, 0) for where in (WHOLE, OUTSIDE_OF_SLOPES) for half in (OWN, LEFT))
GATES = (Form("sigmoid({})", primitives.sigmoid), Form("sigmoid(-{})", lambda z: primitives.sigmoid(-z), 1.05))

Instead = Callable[[Replay, int, int], Any]  # at a node, for a gate
Words = Callable[[Replay, int], str]  # for a gate


def of_halves(trace: Trace) -> Iterator[Edit]:
    for key, ids in trace.places.items():
        if ids[0] in complemented(trace) and trace.tape.nodes[ids[0]].name != KEPT:
            yield from _of_gate(trace, key, ids[0])
            yield from _apart(trace, key, ids[0])
    rests = Group(place_of("what is left"), 0, RESTS)
    for form in mistaken("sigmoid") if members(trace, rests) else ():
        yield edit(SIGMOIDS, partial(_both, form), "function", partial(_both_text, form), form.rank + 0.1, rests)


def _of_gate(trace: Trace, key: Key, first: int) -> Iterator[Edit]:
    seen = set[tuple[int, ...]]()
    for part in PARTS:
        group = Group((part, *key[0]), key[1], USES)
        if not (own := tuple(members(trace, group))) or own in seen:
            continue
        seen.add(own)
        half, sign = partial(_half, group, key), "" if part.module == OWN else "-"
        for form in (*FUNCTIONS, *SLOPES, *mistaken("sigmoid")):
            yield half(partial(_of_argument, form, sign), partial(_argument_text, form, sign), form.rank + 0.1)
        for form in SIGNS:
            yield half(partial(_of_gate_itself, form, sign), partial(_gate_text, form, sign), form.rank + 0.15)
        for value, _, rank in others(trace, first, trace.shape(first), shifts=False):
            yield half(partial(_other, None, value), partial(_other_text, None, value), rank + 0.2)
            for form in GATES:
                yield half(partial(_other, form, value), partial(_other_text, form, value), rank + form.rank - 0.75)


def _apart(trace: Trace, key: Key, first: int) -> Iterator[Edit]:
    """Two gates, each of an input of its own, in the place of one and what is left of it."""
    rest = Group((Expression(LEFT, "", WHOLE, 0, 0, 0), *key[0]), key[1], USES)
    inputs = [own for own in _inputs(trace) if trace.shape(trace.places[own][0]) == trace.shape(first)]
    for one, two in permutations(inputs, 2) if members(trace, rest) else ():
        yield edit(
            Group(*key), partial(_of_each, key, one, two), "function", partial(_each_text, key, one, two), 1.1, rest
        )


def _inputs(trace: Trace) -> Iterator[Key]:
    """What the equations of a step have of what is given for it, and not of a state."""
    operation = trace.operation.forward or trace.operation
    names = {name for name in operation.arguments if name.removesuffix("_prev") not in trace.operation.states}
    for key, (i, *_) in trace.places.items():
        if step_input_of(trace, i) in names and (trace.tape.nodes[i].step is None) is trace.is_cell:
            yield key


def _of_each(key: Key, one: Key, two: Key, r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    found = other(r, i, one if (node.place, node.k) == key else two)
    return None if found is None else primitives.sigmoid(found)


def _each_text(key: Key, one: Key, two: Key, r: Replay, i: int) -> str:
    node = r.trace.tape.nodes[i]
    own, rest = (f"sigmoid({named(r.trace, value)})" for value in (one, two))
    return f"{own}, and {rest} for what is left of it" if (node.place, node.k) == key else rest


def _half(group: Group, key: Key, instead: Instead, words: Words, rank: float) -> Edit:
    is_own = group.place[0].module == OWN

    def change(r: Replay, i: int) -> Any:
        if is_own:
            return with_others(r, i, key, partial(instead, r, i))
        return r.within(i, instead(r, i, _gate_of(r.trace, i)), r.plain(i))

    def text(r: Replay, i: int) -> str:
        if not is_own:
            return words(r, _gate_of(r.trace, i))
        return text_with_others(r, i, key, words(r, entered(r.trace, key)[0]))

    return edit(group, change, "function", text, rank)


def _gate_of(trace: Trace, i: int) -> int:
    """Of which gate a node is what is left."""
    return trace.origin(trace.tape.nodes[i].args[1])


def _signed(z: Any, sign: str) -> Any:
    return -z if sign else z


def _argument(r: Replay, gate: int, sign: str) -> str:
    label = labelled(r.trace, r.trace.tape.nodes[gate].args[0])
    return f"({sign}{label})" if sign else label


def _of_argument(form: Form, sign: str, r: Replay, i: int, gate: int) -> Any:
    return form.of(_signed(r.argument(gate, 0), sign))


def _argument_text(form: Form, sign: str, r: Replay, gate: int) -> str:
    return filled(form.text, _argument(r, gate, sign))


def _of_gate_itself(form: Form, sign: str, r: Replay, i: int, gate: int) -> Any:
    return form.of(1 - r.values[gate] if sign else r.values[gate])


def _gate_text(form: Form, sign: str, r: Replay, gate: int) -> str:
    label = labelled(r.trace, Id(gate))
    return filled(form.text, f"1 - {label}" if sign else label)


def _other(form: Form | None, value: Any, r: Replay, i: int, gate: int) -> Any:
    found = other(r, i, value)
    return found if form is None or found is None else form.of(found)


def _other_text(form: Form | None, value: Any, r: Replay, gate: int) -> str:
    label = named(r.trace, value)
    return label if form is None else filled(form.text, label)


def _both(form: Form, r: Replay, i: int) -> Any:
    """A sigmoid that is mistaken wherever it is called, and of what is left of gates at -z."""
    if r.trace.tape.nodes[r.trace.origin(i)].name == "sigmoid":
        return form.of(r.argument(i, 0))
    return form.of(-r.argument(_gate_of(r.trace, i), 0))


def _both_text(form: Form, r: Replay, i: int) -> str:
    node = r.trace.tape.nodes[i]
    return filled(form.text, labelled(r.trace, node.args[0], at=i)) if node.name == "sigmoid" else form.text
