"""Edits of what a step hands on and of what is told of it: of a backward a gradient from behind as it came, or in another form; sums over steps
that are overwritten; of a forward what is returned of another step's state.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import (
    ALL,
    ENDS,
    ENTERING,
    EVERY,
    GRADIENT,
    HANDED,
    HEADS,
    MATRICES,
    OVER_TIME,
    RETURNED,
    STATE,
    TOLD,
    Group,
)
from ...trace.handing import handed, handed_on, run_of, told_of
from ...trace.members import entering, members
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Trace
from ...trace.wording import OF_EACH
from ..making.editing import edit, told
from ..making.forms import CLIPS, SCALED, SIGNS, Form, of_blocks
from ..making.grids import STORED, rounded
from ..making.strides import of_states

KEPT_OF_SUMS: dict[str, Callable[[Any], Any]] = {
    "each gate's, what acts on the input overwritten at each step": of_blocks(lambda z: z, lambda z: 0 * z),
    "each gate's, what acts on the state overwritten at each step": of_blocks(lambda z: 0 * z, lambda z: z),
    "each matrix overwritten at each step, and no bias": lambda z: 0 * z,
}


def of_what_is_handed_on(trace: Trace) -> Iterator[Edit]:
    for name, words in _handed(trace):
        group = Group(named(name), 0, HANDED)
        for format, digits in STORED.items() if members(trace, group) else ():
            rounding = Form(f"{{}} in {format}", partial(rounded, digits=digits), 1.05)
            yield _formed(group, rounding, words)._replace(kind="precision")
        if members(trace, group) and name not in (STATE, *trace.operation.states):
            yield edit(group, _as_it_came, "state", lambda r, i, w=words: f"{w} handed on as it came", 0.8)
            for form in (*SIGNS[:5], *CLIPS, *SCALED, *of_states()):
                yield _formed(group, form, words)


def _handed(trace: Trace) -> Iterator[tuple[str, str]]:
    """Names of what is handed on, with words for each."""
    states = trace.operation.states
    for several, every in ((STATE, states), (GRADIENT, [f"d{state}" for state in states])):
        if len(states) > 1:
            yield several, OF_EACH[several]
        yield from ((name, f"{name}_next") for name in every)


def _formed(group: Group, form: Form, words: str) -> Edit:
    text = (
        f"{form.text.format(words)} for {words}, handed on"
        if "{" not in form.text
        else f"{form.text.format(words)}, handed on"
    )
    return edit(group, lambda r, i: form.of(r.plain(i)), "state", lambda r, i: text, min(form.rank, 1.0))


def of_what_leaves_steps(trace: Trace) -> Iterator[Edit]:
    """States that are kept in a format, and within a step are not."""
    states = trace.operation.states
    for name in (*([STATE] if len(states) > 1 else []), *states):
        group = Group(named(name), 0, ENTERING)
        for format, digits in STORED.items() if members(trace, group) else ():
            for only, where in ((EVERY, ""), (ENDS, " between steps")):
                change, text = partial(_rounded, name, digits), f"{OF_EACH.get(name, name)} kept in {format}{where}"
                told = Group(named(name), 0, TOLD, only)
                yield edit(group, change, "precision", lambda r, i, t=text: t, 1.05, told)


def _rounded(name: str, digits: int, r: Replay, i: int) -> Any:
    node, told = r.trace.tape.nodes[i], told_of(r.trace).get(i, [])
    own = {*entering(r.trace, i, name), *(a for a, _, state in told if name in (STATE, state))}
    given = [r.argument(i, a) for a in range(len(node.args))]
    return r.computed(node, [rounded(one, digits) if a in own else one for a, one in enumerate(given)])


def of_what_is_told(trace: Trace) -> Iterator[Edit]:
    """Of each step the state that entered it, in what is returned, and in what is predicted, too, or there the last one."""
    states = trace.operation.states
    for name in (*([STATE] if len(states) > 1 else []), *states):
        words = "each state" if name == STATE else name
        for only, where in ((OVER_TIME, "what is returned and predicted"), (RETURNED, "what is returned")):
            group, text = Group(named(name), 0, TOLD, only), f"{where} of {words} as it enters the step"
            if members(trace, group):
                yield edit(group, partial(_told, _before), "state", lambda r, i, t=text: t, 0.85)
        for other in states if name != STATE else ():
            group, text = Group(named(name), 0, TOLD, RETURNED), f"{other} over time in the place of {name}"
            if other != name and members(trace, group):
                yield edit(group, partial(_told, partial(_leaving_another, other)), "state", told(text), 0.9)
    for value, text in ((last, "at the end of the run"), (_begun, "at the beginning of the run")):
        group, words = Group(named(STATE), 0, TOLD, HEADS), f"what is predicted of the state {text}"
        if members(trace, group):
            yield edit(group, partial(_told, value), "state", lambda r, i, t=words: t, 0.9)


def _told(value: Callable[[Replay, int, str], Any], r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    given = [r.argument(i, a) for a in range(len(node.args))]
    for a, j, state in told_of(r.trace)[i]:
        given[a] = value(r, j, state)
    return None if any(one is None for one in given) else r.computed(node, given)


def _before(r: Replay, j: int, state: str) -> Any:
    came = handed(r.trace, j, state)
    return None if came is None else r.argument(*came)


def last(r: Replay, j: int, state: str) -> Any:
    """What the run of a node hands on last of a state."""
    walk = run_of(r.trace, j, state)
    return r.values[walk[-1]] if walk else None


def entering_at(by: int, in_time: bool, r: Replay, i: int, state: str) -> Any:
    """What a state is before the step of so many times behind, or run so much later, around the ends."""
    step, walk = r.trace.tape.nodes[i].step, run_of(r.trace, i, state)
    steps = [r.trace.tape.nodes[j].step for j in walk]
    if step is None or step not in steps:
        return None
    at = (*step[:2], (step[2] + by) % r.trace.steps) if in_time else steps[(steps.index(step) + by) % len(steps)]
    return _before(r, walk[steps.index(at)], state) if at in steps else None


def leaving(r: Replay, i: int, state: str) -> Any:
    """What the step of a node makes of a state."""
    step = r.trace.tape.nodes[i].step
    if step is None:
        made = made_by(r.trace, state)
        return None if made is None else r.values[made]
    return next((r.values[j] for j in run_of(r.trace, i, state) if r.trace.tape.nodes[j].step == step), None)


def but_first(value: Callable[[Replay, int, str], Any], r: Replay, i: int, state: str) -> Any:
    """As it enters in the first step of a run, another value in the others."""
    walk = run_of(r.trace, i, state)
    is_first = bool(walk) and r.trace.tape.nodes[walk[0]].step == r.trace.tape.nodes[i].step
    return _before(r, walk[0], state) if is_first else value(r, i, state)


def made_by(trace: Trace, state: str) -> int | None:
    """What a cell makes of a state."""
    return (trace.forward if trace.begun else trace.outputs).get(f"{state}_next")


def _leaving_another(other: str, r: Replay, j: int, state: str) -> Any:
    instead = leaving(r, j, other)
    return instead if np.shape(instead) == np.shape(r.values[j]) else None


def _begun(r: Replay, j: int, state: str) -> Any:
    walk = run_of(r.trace, j, state)
    return _before(r, walk[0], state) if walk else None


def of_sums_over_steps(trace: Trace) -> Iterator[Edit]:
    """Of the matrices of all gates at once; of one, and of all biases, elsewhere."""
    places = dict.fromkeys(place for place, _ in trace.places if place[0].function == "accumulated")
    for group in (Group(place, 0, ALL, MATRICES) for place in places if place[1].function == "backward"):
        for words, kept in KEPT_OF_SUMS.items():
            yield edit(group, partial(_overwritten, kept), "terms", lambda r, i, w=words: w, 0.85)


def _as_it_came(r: Replay, i: int) -> Any:
    came = handed(r.trace, i, handed_on(r.trace)[i])
    return None if came is None else r.argument(*came)


def _overwritten(kept: Callable[[Any], Any], r: Replay, i: int) -> Any:
    return r.argument(i, 1) + kept(r.argument(i, 0))
