"""Edits of what a node gives by one term or one factor too many: another value, another bias, or what is given for all units of a head."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...trace.group import HANDED, Group
from ...trace.members import members
from ...trace.neutral import step_input_of
from ...trace.replaying import Edit
from ...trace.shapes import alike
from ...trace.tape import RESULT, Id
from ...trace.tape import named as place_of
from ...trace.trace import Trace
from ...trace.wording import of_node, whole
from ..making.editing import NOT_OF_A_PLACE, OF_ONE, UFUNCS, Value, edit, named, other, others


def of_a_bias(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Another bias, too, in what has one, or in what a function is taken of."""
    is_argument = any(trace.tape.nodes[user].name in OF_ONE for user in trace.users[first])
    has_bias = trace.tape.nodes[first].name == "add" and any(_is_bias(trace, a) for a in trace.tape.nodes[first].args)
    for name, i in trace.inputs.items() if is_argument or has_bias else ():
        if trace.shape(i) == (*trace.shape(first)[:1], 1):
            yield from joined_with(group, (place_of(name), 0), 1.0)


def of_gradients_too_many(trace: Trace) -> Iterator[Edit]:
    """In what is handed or given back as the gradient into a state, any that a backward has."""
    for state in trace.operation.states if trace.begun else ():
        for group in (Group(place_of(f"d{state}"), 0, HANDED), Group(place_of(f"d{state}_prev", RESULT))):
            first = members(trace, group)[:1]
            for key, _, rank in others(trace, first[0], trace.shape(first[0]), shifts=False) if first else ():
                if not isinstance(key, NOT_OF_A_PLACE) and trace.is_back(trace.places[key][0]):
                    yield from joined_with(group, key, rank - 0.1, "+-")


def joined_with(group: Group, key: Value, rank: float, signs: str = "+-*") -> Iterator[Edit]:
    """A term or a factor too many."""
    for sign in signs:
        ufunc = UFUNCS[sign]
        yield edit(
            group,
            lambda r, i, u=ufunc: _inserted(u, r.plain(i), other(r, i, key)),
            "inserted",
            lambda r, i, s=sign: f"{whole(of_node(r.trace, i))} {s} {whole(named(r.trace, key))}",
            rank + 0.4,
        )


def _is_bias(trace: Trace, arg: Any) -> bool:
    return type(arg) is Id and arg in trace.inputs.values() and trace.shape(arg)[1:] == (1,)


def is_broadcast_input(trace: Trace, first: int, key: Value) -> bool:
    """Whether a value is what a step is given that has fewer numbers than a node, and is the same along an axis, as for all units of a head."""
    ids = [] if isinstance(key, NOT_OF_A_PLACE) else trace.places[key]
    shape = trace.shape(first)
    if not ids or trace.shape(ids[0]) == shape or not alike(trace.shape(ids[0]), shape):
        return False
    return np.broadcast_shapes(trace.shape(ids[0]), shape) == shape and bool(step_input_of(trace, ids[0]))


def _inserted(ufunc: Any, own: Any, value: Any) -> Any:
    if value is None:
        return None
    joined = ufunc(own, value)
    return joined if np.shape(joined) == np.shape(own) else None
