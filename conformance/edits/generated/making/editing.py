"""What edits are made of: an edit of a group, values of other places, words for both."""

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np
from rnnspec.reference import Kind

from ...trace.group import (
    ALIKE,
    ALL,
    AMONG,
    BEGINNING,
    EACH,
    ENTERING,
    EVERY,
    EVERYTHING,
    GATES,
    HANDED,
    LIKE,
    MADE,
    NAMED,
    SAME,
    TOLD,
    USES,
    WORKSPACE,
    Group,
)
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.trace import Carried, Entering, Key, Partial, Projected, Trace
from ...trace.wording import entering_words, labelled
from .projecting import of_part
from .shifting import BEFORE, InTime, shifted

NOT_OF_A_PLACE = Carried | Entering | Partial | Projected
Value = Key | NOT_OF_A_PLACE  # of a place, at each step
WIDER = {
    **dict.fromkeys((EACH, NAMED, ENTERING, BEGINNING, HANDED, TOLD, MADE, WORKSPACE, EVERYTHING), 0.0),
    **dict.fromkeys((GATES, ALL), 0.05),
    **dict.fromkeys((ALIKE, SAME, LIKE, USES), 0.1),
}  # more places at once
NOT_WRITTEN = 0.05  # what the forward keeps is in no line of the source: what fits in one comes before it
UFUNCS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
ARITHMETIC = ("add", "subtract", "multiply", "divide")
ACTIVATIONS = ("tanh", "sigmoid")
OF_ONE = (*ACTIVATIONS, "exp", "expm1", "log1p", "sqrt", "rsqrt", "softplus")  # for which another may stand
EVERY_ONE = "each"  # what stands for values that are told elsewhere
OF_ANOTHER_SHAPE = 0.2  # in the rank, of a value that is broadcast
MOST = 3  # operands of what is looked at one by one


def edit(
    group: Group,
    change: Callable[..., Any],
    kind: str,
    text: Callable[..., str],
    rank: float = 1.0,
    partner: Group | None = None,
) -> Edit:
    """An edit; `change` and `text` are asked with a replay and a node."""
    rank += WIDER[group.extent] + (0.1 if group.only != EVERY else 0.0)
    rank += NOT_WRITTEN if group.place[0].module == KEPT else 0.0
    return Edit(group, change, kind, text, rank, partner)


def others(
    trace: Trace, i: int, shape: tuple[int, ...], but: int = -1, shifts: bool = True
) -> Iterator[tuple[Value, int, float]]:
    """Values of this shape that a node may be given, of this step or the one before or behind, a forward's of that alone; how far they are."""
    if not shape:
        return
    node = trace.tape.nodes[i]
    is_ahead = i < trace.begun and node.name != KEPT and not trace.is_of_back(i)
    for key, j, moves in trace.shaped_as(shape):
        is_apart = j == i or (j in trace.carried_into and trace.shape(j) == shape) or (is_ahead and trace.is_of_back(j))
        if is_apart or (trace.is_layered and trace.own(key, node.step) != key):
            continue
        other = trace.tape.nodes[j]
        rank = 0.9 if not other.name or other.place[0].function == node.place[0].function else 1.0
        if j != but:
            yield key, 0, rank if trace.shape(j) == shape else rank + OF_ANOTHER_SHAPE
        if moves and shifts and trace.shape(j) == shape:
            yield from ((key, shift, rank + 0.15) for shift in (-1, 1))
            yield key, BEFORE, rank + 0.17
    seen = set[tuple[Value, int]]()
    for entering, j in trace.entering.items():
        if trace.shape(j) == shape and j not in (i, but) and not (is_ahead and trace.is_of_back(j)):
            new = [one for one in _other_entering(trace, entering, shifts) if one[:2] not in seen]
            seen.update(one[:2] for one in new)
            yield from new
    for some, j in trace.partial.items():
        if trace.shape(j) == shape and j != but and not (is_ahead and trace.is_back(j)):
            yield some, 0, 1.05
    yield from ((part, 0, 1.1) for part, j in trace.projected.items() if trace.shape(j) == shape and j < i)


def _other_entering(trace: Trace, entering: Entering, shifts: bool) -> Iterator[tuple[Value, int, float]]:
    state = trace.entering_states.get(entering)
    yield Carried(state) if state else entering, 0, 0.9 if state and trace.carried_into else 0.95
    if state and shifts and trace.steps > 1:
        yield Carried(state), -1, 1.1
    if state and trace.operation.kind is Kind.CELL and trace.is_back(trace.places[entering.key][0]):
        yield entering, 0, 0.95  # to which a loop adds that of an output


def _partial(r: Replay, i: int, key: Partial) -> Any:
    """Some of the terms of a sum, at the node's own step."""
    j = r.trace.at_step.get((key.key, r.trace.tape.nodes[i].step))
    terms = [] if j is None else r.trace.terms(j)
    if key.chosen[-1] >= len(terms):
        return None
    parts = [seen(r, terms[k], i) if type(terms[k]) is Id else terms[k] for k in key.chosen]
    return None if any(part is None for part in parts) else reduce(np.add, parts)


def _parted(r: Replay, i: int, key: Projected) -> Any:
    """What a part gives, by the sum at the node's own step."""
    trace, step = r.trace, r.trace.tape.nodes[i].step
    j = trace.at_step.get((key.key, step))
    if j is None or j > i:
        return None
    product = trace.tape.nodes[j].args[key.a]
    own = of_part(r, product, key.part)
    last = len(trace.tape.nodes[trace.tape.nodes[product].args[1]].args) - 2
    return own + r.argument(j, 1 - key.a) if key.part == last else own


def among(key: Key, chosen: int) -> Group:
    """What is made of a value at some of the expressions that use it, a bit each."""
    return Group((Expression(AMONG, "", chosen, 0, 0, 0), *key[0]), key[1], USES)


def at_own_step(trace: Trace, i: int, key: Key) -> int | None:
    """The node of a place at the step of another node, or the only one that there is; None where there is none."""
    own = trace.places.get(key, [])
    return own[0] if len(own) == 1 else trace.at_step.get((key, trace.tape.nodes[i].step))


def other(r: Replay, i: int, key: Value, shift: int = 0) -> Any:
    """The value of a place at the node's own step, or at one before or behind; None where it is not there yet."""
    trace = r.trace
    if isinstance(key, Partial):
        return _partial(r, i, key)
    if isinstance(key, Projected):
        return _parted(r, i, key)
    if isinstance(key, Entering):
        return _entering(r, i, key)
    if isinstance(key, Carried):
        slots = (slot for slot, state in trace.entering_states.items() if state == key.state)
        return next((value for slot in slots if (value := _entering(r, i, slot, shift)) is not None), None)
    step = trace.tape.nodes[i].step
    if not (ids := trace.places.get(trace.own(key, step))):
        return None
    if len(ids) == 1 and trace.tape.nodes[ids[0]].step is None:
        return seen(r, ids[0], i)
    if step is None or (key, step) not in trace.at_step:
        return None
    j = trace.at_step[key, step]
    if shift:
        if isinstance(shift, InTime):
            there = trace.at_step.get((key, (*step[:2], (step[2] + shift) % trace.steps)))
            return None if there is None else seen(r, there, i)
        walked = trace.walked[key, step[0], step[1]]
        at = walked.index(j) + shift
        if not 0 <= at < len(walked):
            return 0 * r.values[j]
        j = walked[at]
    return seen(r, j, i)


def _entering(r: Replay, i: int, slot: Entering, shift: int = 0) -> Any:
    """What enters an equation at the node's own step, or at one before, at the first 0."""
    own, step = r.trace.places.get(slot.key, []), r.trace.tape.nodes[i].step
    at = r.trace.at_step.get((slot.key, step), own[0] if len(own) == 1 else None)
    if at is None or not shift or step is None:
        return None if at is None else seen(r, r.trace.tape.nodes[at].args[slot.a], i)
    walked = r.trace.walked[slot.key, step[0], step[1]]
    before = walked.index(at) + shift
    value = seen(r, r.trace.tape.nodes[walked[max(before, 0)]].args[slot.a], i)
    return value if before >= 0 or value is None else 0 * value


def seen(r: Replay, j: int, i: int) -> Any:
    """A node's value at another node, also where it is computed behind that; None where it rests on it."""
    if j < i:
        return r.values[j]
    return None if r.trace.rests(j, i) else r.ahead(j, i)


def named(trace: Trace, key: Value, shift: int = 0) -> str:
    if isinstance(key, Partial):
        return _partial_named(trace, key)
    if isinstance(key, Projected):
        return _parted_named(trace, key)
    if isinstance(key, Entering):
        return entering_named(trace, key)
    if isinstance(key, Carried):
        is_back = key.state in {f"d{state}" for state in trace.operation.states}
        return f"{entering_words(key.state, trace)}{shifted(shift, is_back)}"
    if key not in trace.places:
        return "another"
    i = next(
        (j for j in trace.places[key] if trace.reach[j]), trace.places[key][0]
    )  # the first that an output rests on
    return f"{labelled(trace, Id(i))}{shifted(shift, trace.is_back(i))}"


def _partial_named(trace: Trace, key: Partial) -> str:
    terms = trace.terms(trace.partial[key]) if key in trace.partial else []
    return " + ".join(labelled(trace, terms[k]) for k in key.chosen) if terms else "another"


def _parted_named(trace: Trace, key: Projected) -> str:
    if key not in trace.projected:
        return "another"
    node = trace.tape.nodes[trace.projected[key]]
    product = trace.tape.nodes[node.args[key.a]]
    joined = trace.tape.nodes[product.args[1]]
    own = f"{labelled(trace, product.args[0])} @ {labelled(trace, joined.args[key.part])} alone"
    return f"({own} + {labelled(trace, node.args[1 - key.a])})" if key.part == len(joined.args) - 2 else own


def entering_named(trace: Trace, key: Entering) -> str:
    if key not in trace.entering:
        return "another"
    label = labelled(trace, Id(trace.entering[key]))
    return f"{label[:-1]}_prev" if label in ("a0", "c0") else label


def lengths_of(r: Replay) -> Any:
    """How many steps each example has."""
    own = r.trace.inputs.get("lengths")
    return np.full(r.trace.examples, r.trace.steps) if own is None else r.values[own]


def told(words: str) -> Callable[..., str]:
    """The same words, wherever it is."""
    return lambda *_: words


def filled(template: str, text: str) -> str:
    """A form's text of a value, in brackets where it needs them."""
    if text.startswith("-") and "-{}" in template and " " not in text:
        return template.replace("-{}", text[1:])
    is_repeated = template.count("{0}") > 1
    return template.format(f"({text})" if " " in text and (is_repeated or "({" not in template) else text)
