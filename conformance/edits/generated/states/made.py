"""Edits of the states that a step makes where it goes on with them, and its backward does: as they entered it, of one, of two or of all."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations, product
from typing import Any

import numpy as np
from rnnspec.reference import Kind

from ...trace.group import AND, MADE, STATE, Group
from ...trace.handing import handed, is_named, made_of
from ...trace.members import members
from ...trace.names import name_of
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Carried, Trace
from ..making.editing import edit, other, told

LEFT = 1.3  # a rank
ENDS = {":1": slice(0, 1), "-1:": slice(-1, None)}
SEVERAL, ONE = 0.95, 1.25  # ranks: of one state the operand that it is has an edit of its own


def of_what_steps_make(trace: Trace) -> Iterator[Edit]:
    states = trace.operation.states
    several = [STATE] if len(states) > 1 else []
    pairs = [AND.join(pair) for pair in combinations(states, 2)] if len(states) > 2 else []
    for names in (*several, *pairs, *states):
        if members(trace, group := Group(named(names), 0, MADE)):
            words = " and ".join(f"{state}_prev" for state in states if is_named(names, state))
            text = f"{words} in the equations of the step itself"
            rank = SEVERAL if len(words.split()) > 1 else ONE
            yield edit(group, partial(_as_it_entered, names), "read", told(text), rank)
    yield from _of_what_stays(trace)


def _of_what_stays(trace: Trace) -> Iterator[Edit]:
    """Of a state some rows, or what a loop over another of its axes leaves out at an end, stay as they entered the step."""
    for state in trace.operation.states:
        for key, (i, *_) in trace.places.items():
            if name_of(key[0]) != f"{state}_next" or trace.is_back(i):
                continue
            for axis, (where, part) in product(range(len(trace.shape(i)) - 1), ENDS.items()):
                text = f"{state}_next, but {state}_prev at [{':, ' * axis}{where}]"
                change = partial(_not_updated, state, (slice(None),) * axis, part)
                yield edit(Group(*key), change, "value", told(text), LEFT)


def _not_updated(state: str, ahead: tuple[slice, ...], part: slice, r: Replay, i: int) -> Any:
    z, was = r.plain(i), other(r, i, Carried(state))
    if was is None or np.shape(was) != np.shape(z):
        return None
    left = np.zeros(np.shape(z), bool)
    left[(*ahead, part)] = True
    return np.where(left, was, z)


def _as_it_entered(names: str, r: Replay, i: int) -> Any:
    given = [r.argument(i, a) for a in range(len(r.trace.tape.nodes[i].args))]
    for a, j, state in made_of(r.trace)[i]:
        if is_named(names, state):
            given[a] = _entered(r, j, state)
    return None if any(one is None for one in given) else r.computed(r.trace.tape.nodes[i], given)


def _entered(r: Replay, j: int, state: str) -> Any:
    if r.trace.operation.kind is Kind.CELL:
        given = r.trace.inputs.get(f"{state}_prev")
        return None if given is None else r.values[given]
    came = handed(r.trace, j, state)
    return None if came is None else r.argument(*came)
