"""Edits of gradients that are given into the last states: gone through a part of the last step, or given into another state, too."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
from rnnspec.reference import Kind

from ...trace.group import ALL, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, MASKS, RESULT, Id, named
from ...trace.trace import Key, Trace
from ...trace.wording import labelled
from ..making.editing import edit, filled, told

SLOPES: dict[str, Callable[[Any], Any]] = {
    "{}": lambda z: z,
    "(1 - {0} * {0})": lambda z: 1 - z * z,
    "{0} * (1 - {0})": lambda z: z * (1 - z),
}


def of_last_steps(trace: Trace) -> Iterator[Edit]:
    """Of the backward of a sequence; of a network's what is given into another state."""
    given = [f"d{state}_last" for state in trace.operation.states]
    for name, other in permutations(given if trace.operation.kind is not Kind.CELL else (), 2):
        if other in trace.inputs and members(trace, group := Group(named(name), 0, ALL)):
            yield edit(group, partial(_with, other), "given", told(f"{name} + {other}"), 0.9)
    for name in (n for n in given if n in trace.inputs and trace.operation.kind is Kind.SEQUENCE):
        i = trace.inputs[name]
        for key in _of_steps(trace, trace.shape(i)):
            for text, of in SLOPES.items():
                yield edit(Group(named(name)), partial(_through, key, of), "given", partial(_told, key, text), 1.3)


def _of_steps(trace: Trace, shape: tuple[int, ...]) -> Iterator[Key]:
    """What the steps of a forward compute, of this shape."""
    for key, (i, *_) in trace.places.items():
        node = trace.tape.nodes[i]
        is_computed = bool(node.name) and node.name not in (RESULT, KEPT, *MASKS)
        if is_computed and node.step and not trace.is_back(i) and trace.shape(i) == shape:
            yield key


def _through(key: Key, of: Callable[[Any], Any], r: Replay, i: int) -> Any:
    walk = next((ids for (own, *_), ids in r.trace.walked.items() if own == key), None)
    return None if walk is None else r.values[i] * of(r.given(walk[-1]))


def _told(key: Key, text: str, r: Replay, i: int) -> str:
    name = r.trace.tape.nodes[i].place[0].function
    return f"{name} * {filled(text, labelled(r.trace, Id(r.trace.places[key][0]), at=i))} of the last step"


def _with(other: str, r: Replay, i: int) -> Any:
    """With what is given into another; in a network, where nothing is given there, of each run what is given into that."""
    j = r.trace.inputs.get(other)
    if j is None:
        return None
    more = r.given(j)
    step = next((step for user in r.trace.users[i] if (step := r.trace.tape.nodes[user].step)), None)
    if np.ndim(more) > np.ndim(r.values[i]):
        more = None if step is None else more[step[0] * r.trace.directions + step[1]]
    return None if more is None else r.values[i] + more
