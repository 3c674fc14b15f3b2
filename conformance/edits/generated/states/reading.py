"""Edits of the states that outputs are made of, where a step makes other states beside them: as they leave the step, and not as they enter it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import AHEAD, ENTERING, EVERY, STATE, Group
from ...trace.handing import run_of
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Key, Trace
from ..making.editing import edit, told
from ..making.entering import state_of, with_state
from .handing import leaving, made_by


def of_what_outputs_read(trace: Trace) -> Iterator[Edit]:
    group = Group(named(STATE), 0, ENTERING, AHEAD if trace.begun else EVERY)
    entered = members(trace, group)
    made = _made(trace, entered)
    reading = {_key(trace, i) for i in entered if not any(i == j or trace.rests(j, i) for j in made)}
    if reading and len(reading) < len({_key(trace, i) for i in entered}):
        yield edit(
            group, partial(_read, frozenset(reading)), "state", told("each as it leaves the step, in outputs"), 0.95
        )


def _key(trace: Trace, i: int) -> Key:
    return trace.tape.nodes[i].place, trace.tape.nodes[i].k


def _made(trace: Trace, entered: list[int]) -> set[int]:
    """What the steps hand on of all states."""
    states = trace.operation.states
    own = {last for state in states if (last := made_by(trace, state)) is not None}
    return own | {j for i in entered for state in states for j in run_of(trace, i, state)}


def _read(reading: frozenset[Key], r: Replay, i: int) -> Any:
    if _key(r.trace, i) not in reading:
        return r.plain(i)
    return with_state(r, i, STATE, lambda r, i, a: leaving(r, i, state_of(r, i, a)))
