"""Edits of an input that a backward reads again: what the forward made of it stands there, as where that was kept under its name."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import Group
from ...trace.neutral import step_input_of
from ...trace.replaying import Edit, Replay
from ...trace.tape import NO_VALUES
from ...trace.trace import Key, Trace
from ..making.editing import edit, named

RANK = 1.05


def of_reread(trace: Trace) -> Iterator[Edit]:
    """Of each input, or what a step has of it, each value that is made of it in its step and shaped as it is; of another value what is made
    of it at once, or what the step gives.
    """
    for own, (i, *_) in trace.places.items() if trace.begun else ():
        is_input = _is_input(trace, i)
        if i >= trace.begun or not (is_input or trace.tape.nodes[i].name not in ("", *NO_VALUES)):
            continue
        for key, (j, *_) in trace.places.items():
            is_made = i < j < trace.begun and trace.tape.nodes[j].name not in NO_VALUES and trace.rests(j, i)
            if not is_made or trace.shape(j) != trace.shape(i) or step_input_of(trace, j):
                continue
            if is_input or j in trace.users[i] or j in trace.given_ahead:
                yield edit(Group(*own), partial(_made, key), "value", lambda r, i, k=key: named(r.trace, k), RANK)


def _is_input(trace: Trace, i: int) -> bool:
    ahead = trace.operation.forward
    is_of_step = (trace.tape.nodes[i].step is None) is trace.is_cell
    return ahead is not None and is_of_step and step_input_of(trace, i) in ahead.arguments


def _made(key: Key, r: Replay, i: int) -> Any:
    """As the forward that is right has it."""
    j = r.trace.at_step.get((key, r.trace.tape.nodes[i].step))
    return None if j is None else r.trace.tape.values[j]
