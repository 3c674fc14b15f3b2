"""Edits of what a node gives: in another form, another value in its place, two exchanged."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import EACH, Group
from ...trace.handing import STACKED
from ...trace.members import members
from ...trace.names import name_of
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, RESULT, Id, Node
from ...trace.tape import named as place_of
from ...trace.trace import Carried, Trace
from ...trace.wording import of_node
from ..making.editing import NOT_OF_A_PLACE, OF_ONE, edit, filled, lengths_of, named, other, others
from ..making.forms import PARTS, SCALED, SIGNS, WIDE, Form, Value, beyond_blocks
from ..making.functions import ON_ANOTHER_SCALE
from ..making.inner_axes import INNER
from ..making.norms import NORMS
from ..making.over_time import OVER_TIME
from .inserted import is_broadcast_input, joined_with, of_a_bias

MATRIX = 2  # axes
MANY = 2  # steps, of which there is another one
OF_A_LINE = 1.15  # the rank of two values exchanged that one line computes
MISREAD = 0.25  # how much sooner one that is kept is read for another, in all of its uses
NEAR = 0.9  # the rank of what the same function has, or what is given


def of_results(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    shape = trace.shape(first)
    more = ON_ANOTHER_SCALE if group.extent == EACH else ()
    yield from formed(group, (*SIGNS, *PARTS, *INNER, *WIDE, *more, *(beyond_blocks(shape) if shape else ())))
    yield from formed(group, NORMS) if len(shape) == MATRIX else ()
    if trace.tape.nodes[first].name == RESULT:
        yield from _of_another_step(trace, group, first)
        yield from formed(group, SCALED)
    is_over_time = trace.tape.nodes[first].name == RESULT or trace.tape.nodes[first].place[0].function == STACKED
    yield from formed(group, OVER_TIME) if is_over_time else ()
    if trace.tape.nodes[first].name == KEPT and trace.tape.nodes[first].step:
        yield edit(group, around, "value", around_text, 0.95)
        for words, of in RUNS.items():
            yield edit(group, partial(_in_run, of), "value", partial(_in_run_text, words), 1.05)
        for at, words in ((0, "first"), (-1, "last")):
            yield edit(group, partial(_of_one_step, at), "value", partial(_of_one_step_text, words), 1.05)
        for shift in (-1, 1):
            yield edit(group, partial(_of_own, shift), "value", partial(_of_own_text, shift), 1.0)
    elif trace.tape.nodes[first].step and _is_of_inputs(trace, first):
        yield edit(group, around, "value", around_text, 0.95)
    yield from of_a_bias(trace, group, first)
    yield from _others(trace, group, first)


def _others(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Another value in its place, or joined with it; of what is kept of another value what is left, too."""
    is_kept = trace.tape.nodes[first].name == KEPT
    is_reread = is_kept and len(trace.users[first]) > 1
    is_argument = any(trace.tape.nodes[user].name in OF_ONE for user in trace.users[first])
    for key, shift, rank in others(trace, first, trace.shape(first)):
        yield edit(
            group,
            lambda r, i, k=key, s=shift: other(r, i, k, s),
            "value",
            lambda r, i, k=key, s=shift: named(r.trace, k, s),
            rank + 0.1 - MISREAD * (is_reread and not shift and key in trace.kept),
        )
        if not shift and group.extent == EACH and (rank <= NEAR or is_argument or _is_of_a_state(trace, key)):
            yield from joined_with(group, key, rank)
        elif not shift and group.extent == EACH and is_broadcast_input(trace, first, key):
            yield from joined_with(group, key, NEAR, "*")
        if not shift and (is_kept or _is_of_rest(trace, first)):
            yield edit(
                group,
                lambda r, i, k=key: _remainder(other(r, i, k)),
                "value",
                lambda r, i, k=key: f"1 - {named(r.trace, k)}",
                rank + 0.3,
            )


def _is_of_inputs(trace: Trace, i: int) -> bool:
    """Whether no state is in it, so that it may be computed of all steps at once."""
    states = frozenset(j for slot in trace.entering_states for j in trace.places[slot.key])
    ids = trace.below(states) if states else []
    return not trace.is_back(i) and ids[bisect_left(ids, i) :][:1] != [i]


def around(r: Replay, i: int) -> Any:
    """What it is of the step run before, at the first that of the last."""
    origin = r.trace.origin(i)
    node = r.trace.tape.nodes[origin]
    if node.step is None:
        return None
    walk = r.trace.walked[(node.place, node.k), node.step[0], node.step[1]]
    at = walk[walk.index(origin) - 1]
    return r.values[at] if origin != i else r.plain(at)  # which has been edited already


RUNS = {  # how many steps a reversed run has in whose order a value is kept: those of each example, or of the longest
    "in which each example is run": lambda lengths, steps: lengths,
    "of the run": lambda lengths, steps: steps + 0 * lengths,
}


def _in_run(of: Callable[[Any, int], Any], r: Replay, i: int) -> Any:
    """Kept in the order of a run, and read by time."""
    z, node = r.plain(i), r.trace.tape.nodes[r.trace.origin(i)]
    if node.step is None or np.shape(z)[-1:] != (r.trace.examples,):
        return None
    if not r.trace.is_reversed(node.step):
        return z
    at = np.clip(of(lengths_of(r), r.trace.steps) - 1 - node.step[2], 0, r.trace.steps - 1)
    there = [r.trace.at_step.get(((node.place, node.k), (*node.step[:2], int(t)))) for t in at]
    found = [r.values[one][..., j] for j, one in enumerate(there) if one is not None]
    return np.stack(found, axis=-1) if len(found) == len(there) else None


def _in_run_text(words: str, r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} of t counted in the order {words}"


def _of_one_step(at: int, r: Replay, i: int) -> Any:
    """What it is of the step that is run first, or last, at every step."""
    node = r.trace.tape.nodes[r.trace.origin(i)]
    return None if node.step is None else r.values[r.trace.walked[(node.place, node.k), node.step[0], node.step[1]][at]]


def _of_one_step_text(words: str, r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} of the step that is run {words}"


def around_text(r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} of the step run before, at the first that of the last"


def _of_own(shift: int, r: Replay, i: int) -> Any:
    """What is kept of the step run before or behind, 0 where an example does not have that."""
    node, lengths = r.trace.tape.nodes[r.trace.origin(i)], lengths_of(r)
    if node.step is None:
        return None
    walk = r.trace.walked[(node.place, node.k), node.step[0], node.step[1]]
    at = walk.index(r.trace.origin(i)) + shift
    if not 0 <= at < len(walk):
        return 0 * r.plain(i)
    step = r.trace.tape.nodes[walk[at]].step
    return None if step is None else np.where(step[2] < lengths, r.values[walk[at]], 0)


def _of_own_text(shift: int, r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} of the step run {'before' if shift < 0 else 'next'}, 0 where an example has none"


def _is_of_a_state(trace: Trace, key: Value) -> bool:
    """Whether a value is a state, or the gradient into one, as it enters a step or as the step makes it."""
    if isinstance(key, NOT_OF_A_PLACE):
        return isinstance(key, Carried)
    return name_of(key[0]) in {f"{state}_next" for state in trace.operation.states}


def _of_another_step(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """What a loop ends with, as it is behind its first step, or behind the last but one."""
    ended = trace.tape.nodes[trace.tape.nodes[first].args[0]]
    walk = trace.walked.get(((ended.place, ended.k), *ended.step[:2]), []) if ended.step else []
    if len(walk) < MANY or walk[-1] != trace.tape.nodes[first].args[0]:
        return
    for at, words in ((0, "the first step"), (-2, "the last step but one")):
        yield edit(
            group,
            lambda r, i, at=at: _walked(r, i, at),
            "value",
            lambda r, i, w=words: f"{of_node(r.trace, i)} behind {w}",
        )


def _walked(r: Replay, i: int, at: int) -> Value | None:
    ended = r.trace.tape.nodes[r.trace.tape.nodes[i].args[0]]
    walk = r.trace.walked.get(((ended.place, ended.k), *ended.step[:2]), []) if ended.step else []
    if len(walk) >= abs(at):
        return r.values[walk[at]]
    begun = r.trace.places.get((place_of(f"{_state(r.trace, i)}0"), 0), []) if at < 0 else []
    return r.given(begun[0]) if begun else None  # one step alone is behind what it began with


def _state(trace: Trace, i: int) -> str:
    return trace.tape.nodes[i].place[0].function.removesuffix("_last")


def _is_of_rest(trace: Trace, i: int) -> bool:
    """Whether a node is what a sigmoid leaves, by the other sign of what that is taken of."""
    node = trace.tape.nodes[i]
    return node.name == "sigmoid" and type(arg := node.args[0]) is Id and trace.tape.nodes[arg].name == "negative"


def _remainder(value: Value | None) -> Value | None:
    return None if value is None else 1 - value


def formed(group: Group, forms: Iterable[Form]) -> Iterator[Edit]:
    for form in forms:
        yield edit(
            group,
            lambda r, i, f=form: f.of(r.plain(i)),
            form.kind,
            lambda r, i, f=form: filled(f.text, of_node(r.trace, i)),
            form.rank + 0.05,
        )


def exchanges(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Two values exchanged, such as two gates, or two that one line computes."""
    node = trace.tape.nodes[first]
    for (place, k), ids in trace.places.items():
        j = ids[0]
        other = trace.tape.nodes[j]
        is_alike = other.name == node.name and place[0].function == node.place[0].function
        is_near = trace.shape(j) == trace.shape(first) and (is_alike or _are_of_a_line(node, other))
        if j <= first or not is_near or trace.rests(j, first):
            continue
        partner = Group(place, k)
        yield edit(
            group,
            lambda r, i, p=partner: _exchanged(r, i, group, p),
            "exchanged",
            lambda r, i, p=partner: _exchanged_text(r.trace, i, members(r.trace, p)[0]),
            0.95 if is_alike else OF_A_LINE,
            partner,
        )


def _are_of_a_line(one: Node, two: Node) -> bool:
    """Whether one line of an equation calls for both, whichever functions compute them."""
    return one.place[-1].line > 0 and one.place[-1][:3] == two.place[-1][:3]


def _exchanged_text(trace: Trace, i: int, j: int) -> str:
    """By their names, or where these are the same by what they are made of."""
    one, two = of_node(trace, i), of_node(trace, j)
    if one == two:
        one, two = (of_node(trace, trace.origin(k)) for k in (i, j))
    return f"{one} and {two} exchanged"


def _exchanged(r: Replay, i: int, one: Group, two: Group) -> Any:
    a, b = members(r.trace, one), members(r.trace, two)
    j = b[a.index(i)] if i in a else a[b.index(i)]
    return r.plain(j) if j < i else r.ahead(j, i)
