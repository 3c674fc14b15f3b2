"""Edits of the state that enters a step, in all of its equations, wherever the loop has it from: of one state, or of all."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from rnnspec.reference import Kind

from ...trace.group import AHEAD, AND, BEGINNING, BEHIND, ENTERING, GRADIENT, STATE, Group
from ...trace.members import entering, members
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Entering, Trace
from ...trace.wording import entering_words, of_node, with_part
from ..making.editing import NOT_OF_A_PLACE, Value, edit, other, others, told
from ..making.editing import named as value_named
from ..making.entering import Instead, state_of, with_state
from ..making.forms import CLIPS, COLUMNS, SIGNS
from ..making.strides import of_states
from ..making.tiles import OF_EXAMPLES
from ..values.inner import FURTHEST
from .handing import but_first, entering_at, last, leaving

SAVED: dict[str, tuple[Callable[[Replay, int, str], Any], float]] = {
    "is at the end of the run": (last, 0.85),
    "leaves the step": (leaving, 1.1),
    "leaves the step, in the first step of the run as it is": (partial(but_first, leaving), 1.15),
    "enters t - 1, the last where there is none": (partial(entering_at, -1, True), 1.15),
    "enters t + 1, the first where there is none": (partial(entering_at, 1, True), 1.15),
    "enters the step run before, at the first the last": (partial(entering_at, -1, False), 1.1),
    "enters the step run next, at the last the first": (partial(entering_at, 1, False), 1.15),
}  # and ranks: the second has a name of its own
# of an operand that is a state, what enters in its place; None where it cannot be
IN_MEMORY = tuple(of_states())
MANY = 2  # states, of more all but one may be meant


def of_states_that_enter(trace: Trace) -> Iterator[Edit]:
    states = trace.operation.states
    gradients = tuple(f"d{state}" for state in states)
    several = (STATE, GRADIENT) if len(states) > 1 else ()
    for name in (*several, *states, *gradients):
        group = Group(named(name), 0, ENTERING)
        if not members(trace, group):
            continue
        words = entering_words(name, trace)
        ahead = Group(named(name), 0, ENTERING, AHEAD)
        for form in (*SIGNS[:5], *CLIPS, *COLUMNS, *OF_EXAMPLES, *IN_MEMORY):
            for own in (group, ahead) if trace.begun and members(trace, ahead) else (group,):
                yield _entered(own, partial(_formed, form.of), form.text.format(words), form.rank - 0.1)
        yield from _in_the_backward(trace, name, words) if name in states else ()
        if not trace.is_cell:
            yield _entered(group, _initial, f"{words} as in the first step", 0.8)
            of_one = f"{words} as in the first step, of the first example for all"
            yield _entered(group, _initial_of_one, of_one, 0.9)
            yield _entered(group, _before, f"{words} of the step before", 0.9)
        for one in states if name in states else gradients if name in gradients else ():
            if one != name:
                yield _entered(group, partial(_of_another, one), f"{one}{words.removeprefix(name)}", 0.95)
        yield from _values(trace, group) if name in gradients else ()
    if len(states) == 2:
        one, two = states
        swap = Group(named(STATE), 0, ENTERING)
        yield _entered(swap, partial(_exchanged, {one: two, two: one}), f"{one}_prev and {two}_prev exchanged", 0.9)


def _in_the_backward(trace: Trace, name: str, words: str) -> Iterator[Edit]:
    behind = Group(named(name), 0, ENTERING, BEHIND)
    if not members(trace, behind):
        return
    for form in SIGNS[:5] if trace.begun else ():
        text = f"{form.text.format(words)}, in the backward"
        apart = _entered(behind, partial(_formed, form.of), text, form.rank)
        joined = (apart._replace(change=partial(_as_joined, apart), partner=one) for one in _joined(trace, name))
        yield from (apart, *joined)
    for when, (value, rank) in SAVED.items():
        as_it_is = f"{words} as it {when}, in the backward"
        yield _entered(behind, partial(_of_the_forward, value), as_it_is, rank)


def _values(trace: Trace, group: Group) -> Iterator[Edit]:
    """Anything else that a step has in the place of the gradient into a state, wherever that is used."""
    first = members(trace, group)[0]
    shape = trace.shape(trace.tape.nodes[first].args[entering(trace, first, group.place[0].function)[0]])
    for key, _, rank in others(trace, first, shape, shifts=False):
        if rank <= FURTHEST and not isinstance(key, NOT_OF_A_PLACE):
            yield _entered(group, partial(_value, key), value_named(trace, key), rank + 0.1)


def _value(key: Value, r: Replay, i: int, _: int) -> Any:
    return other(r, i, key)


def of_states_but_one(trace: Trace) -> Iterator[Edit]:
    """Of more than two states, all that a backward has but one, as they leave the step or are elsewhere."""
    for names in but_one(trace.operation.states):
        group = Group(named(names), 0, ENTERING, BEHIND)
        words = entering_words(names, trace)
        for when, (value, rank) in SAVED.items() if members(trace, group) else ():
            of_each = partial(_of_the_forward, value)
            yield _entered(
                group,
                of_each,
                f"{words} as {'they leave the step' if value is leaving else f'each {when}'}, in the backward",
                rank,
            )


def _joined(trace: Trace, name: str) -> Iterator[Group]:
    """What is kept of a state that enters and other things in one array, as for the gradient into a matrix."""
    for key, (i, *_) in trace.places.items():
        origin = trace.origin(i)
        if i != origin and trace.tape.nodes[origin].name == "concatenate" and entering(trace, origin, name):
            yield Group(*key)


def _as_joined(own: Edit, r: Replay, i: int) -> Any:
    return own.change(r, r.trace.origin(i))


def but_one(states: Sequence[str]) -> list[str]:
    """The names of all but one, where there are more than two."""
    return [AND.join(state for state in states if state != left) for left in states if len(states) > MANY]


def of_states_of_a_line(trace: Trace) -> Iterator[Edit]:
    """All states of one line of a backward, as they leave the step."""
    group, lines = Group(named(STATE), 0, ENTERING, BEHIND), dict[Expression, set[str]]()
    for i in members(trace, group) if trace.begun else ():
        own = (
            trace.entering_states[Entering((trace.tape.nodes[i].place, trace.tape.nodes[i].k), a)]
            for a in entering(trace, i)
        )
        lines.setdefault(_line(trace, i), set()).update(own)
    for line, states in lines.items():
        if len(states) > 1:
            words = " and ".join(f"{state}_prev" for state in trace.operation.states if state in states)
            text = f"{words} as they leave the step, in {line.function}, line {line.line}"
            yield edit(group, partial(_in_line, line), "state", told(text), 0.95)


def _line(trace: Trace, i: int) -> Expression:
    """Where a node is computed, whichever of a line's expressions it is."""
    return trace.tape.nodes[i].place[-1]._replace(end_line=0, begin=0, end=0)


def _in_line(line: Expression, r: Replay, i: int) -> Any:
    if _line(r.trace, i) != line:
        return r.plain(i)
    return with_state(r, i, STATE, lambda r, i, a: leaving(r, i, state_of(r, i, a)))


def of_beginnings(trace: Trace) -> Iterator[Edit]:
    """Of a network the states with which its runs begin, given or zero: another's, or exchanged."""
    group = Group(named(STATE), 0, BEGINNING)
    if trace.operation.kind is not Kind.NETWORK or len(trace.operation.states) != 2:
        return
    one, two = trace.operation.states
    for instead, words in (
        ({one: two, two: one}, f"{one}0 and {two}0 exchanged"),
        ({one: two, two: two}, f"{two}0 in place of {one}0"),
        ({one: one, two: one}, f"{one}0 in place of {two}0"),
    ):
        yield edit(group, partial(_begun, instead), "state", lambda r, i, w=words: w, 0.85)


def _begun(other: dict[str, str], r: Replay, i: int) -> Any:
    """What is given for the same run of the other state."""
    state, run = next(key for key, own in r.trace.beginnings.items() if own == i)
    there = r.trace.beginnings.get((other[state], run))
    return None if there is None else r.trace.tape.values[there]


def _entered(group: Group, instead: Instead, words: str, rank: float) -> Edit:
    def change(r: Replay, i: int) -> Any:
        return with_state(r, i, group.place[0].function, instead)

    def text(r: Replay, i: int) -> str:
        """Of what enters everywhere the state itself; what stands at a node, where it is told of others that are the same here."""
        if any(one.group.extent == ENTERING for one in r.edits):
            return words
        own = entering(r.trace, i, group.place[0].function)
        return with_part(r.trace, i, own[0], words) if own else of_node(r.trace, i)

    return edit(group, change, "state", text, rank)


def _formed(of: Callable[[Any], Any], r: Replay, i: int, a: int) -> Any:
    return of(r.argument(i, a))


def _initial(r: Replay, i: int, a: int) -> Any:
    """What enters the first step of the same run."""
    walk = _walk(r.trace, i)
    return None if len(walk) < 2 else r.argument(walk[-1] if _ends_there(r, i, a) else walk[0], a)


def _initial_of_one(r: Replay, i: int, a: int) -> Any:
    walk = _walk(r.trace, i) or [i]
    begun = r.argument(walk[-1] if _ends_there(r, i, a) else walk[0], a)
    return begun[:, :1] + 0 * begun


def _of_the_forward(value: Callable[[Replay, int, str], Any], r: Replay, i: int, a: int) -> Any:
    return value(r, i, state_of(r, i, a))


def _before(r: Replay, i: int, a: int) -> Any:
    """What enters the step before, in the first step the same."""
    walk = _walk(r.trace, i)
    if len(walk) < 2:
        return None
    at = walk.index(i) + (1 if _ends_there(r, i, a) else -1)
    return r.argument(walk[min(max(at, 0), len(walk) - 1)], a)


def _ends_there(r: Replay, i: int, a: int) -> bool:
    """Whether a way back comes last to the step at which a state is the initial one."""
    return r.trace.is_back(i) and state_of(r, i, a)[0] != "d"


def _of_another(name: str, r: Replay, i: int, a: int) -> Any:
    """What enters the same step of another state, on the same way, forth or back."""
    trace, step = r.trace, r.trace.tape.nodes[i].step
    for slot, own in trace.entering_states.items():
        at = trace.at_step.get((slot.key, step)) if own == name else None
        if at is not None and trace.is_back(at) == trace.is_back(i):
            value = r.argument(at, slot.a)
            return value if value.shape == r.argument(i, a).shape else None
    return None


def _exchanged(other: dict[str, str], r: Replay, i: int, a: int) -> Any:
    return _of_another(other[state_of(r, i, a)], r, i, a)


def _walk(trace: Trace, i: int) -> list[int]:
    node = trace.tape.nodes[i]
    return trace.walked.get(((node.place, node.k), *node.step[:2]), []) if node.step else []
