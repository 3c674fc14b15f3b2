"""What edits are made of: an edit of a group, values of other places, words for both."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .group import ALIKE, ALL, EACH, EVERY, LIKE, SAME, Group
from .replaying import Edit, Replay
from .tape import RESULT, Id
from .trace import Key, Trace
from .wording import labelled

WIDER = {EACH: 0.0, ALL: 0.05, ALIKE: 0.1, SAME: 0.1, LIKE: 0.1}  # more places at once
OPERATORS = {"add": "+", "subtract": "-", "multiply": "*"}
UFUNCS = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply}
ACTIVATIONS = ("tanh", "sigmoid")
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
    return Edit(group, change, kind, text, rank, partner)


def others(
    trace: Trace, i: int, shape: tuple[int, ...], but: int = -1, shifts: bool = True
) -> Iterator[tuple[Key, int, float]]:
    """Values of this shape that a node may be given, of this step or the one before or behind, and how far they are."""
    if not shape:
        return
    for key, ids in trace.places.items():
        j = ids[0]
        other = trace.tape.nodes[j]
        if trace.shape(j) != shape or j in (i, but) or other.name == RESULT:
            continue
        near = other.place[0].function == trace.tape.nodes[i].place[0].function
        rank = 0.9 if near or not other.name else 1.0
        yield key, 0, rank
        if len(ids) > 1 and shifts:
            yield key, -1, rank + 0.15
            yield key, 1, rank + 0.15


def other(r: Replay, i: int, key: Key, shift: int = 0) -> Any:
    """The value of a place at the node's own step, or at one before or behind; None where it is not there yet."""
    trace = r.trace
    ids, step = trace.places.get(key), trace.tape.nodes[i].step
    if not ids:
        return None
    if len(ids) == 1 and trace.tape.nodes[ids[0]].step is None:
        return r.values[ids[0]] if ids[0] < i else None
    if step is None or (key, step) not in trace.at_step:
        return None
    j = trace.at_step[key, step]
    if shift:
        walked = trace.walked[key, step[0], step[1]]
        at = walked.index(j) + shift
        if not 0 <= at < len(walked):
            return 0 * r.values[j]
        j = walked[at]
    return r.values[j] if j < i else None


def named(trace: Trace, key: Key, shift: int = 0) -> str:
    if key not in trace.places:
        return "another"
    label = labelled(trace, Id(trace.places[key][0]))
    return f"{label} of the step {'before' if shift < 0 else 'behind'}" if shift else label


def in_place(r: Replay, i: int, a: int, value: Any) -> Any:
    """What a node gives with another operand; of a square, with another value twice."""
    if value is None or np.shape(value) != np.shape(r.argument(i, a)):
        return None
    node = r.trace.tape.nodes[i]
    if len(node.args) == 2 and node.args[0] == node.args[1]:
        return node.function(value, value)
    return r.with_argument(i, a, value)


def filled(template: str, text: str) -> str:
    """A form's text of a value, in brackets where it needs them."""
    return template.format(f"({text})" if " " in text and "({" not in template else text)
