"""Edits of what a function hands back, d f'(y), by its arguments: y f'(d), as where a function of two is called with them exchanged."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from rnnspec.reference.arithmetics.primitives import sigmoid_slope, tanh_slope

from ...trace.group import GATES, SAME, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id, named
from ...trace.trace import Trace
from ...trace.wording import labelled, of_node, whole
from ...trace.workspaces import SLOPED
from ..making.editing import edit, told

SLOPES = {slope.__name__: slope for slope in (tanh_slope, sigmoid_slope)}
ALL = (("tanh_slope",), ("sigmoid_slope",), tuple(SLOPES))  # that are meant at once
OF_GATES = "of each gate y f'(d) for d f'(y)"
RANK = 1.0


def of_slopes(trace: Trace) -> Iterator[Edit]:
    """Of each product with a slope, of all with one of a function, or of any, and of those of all gates."""
    places = [key for key, (i, *_) in trace.places.items() if _slope(trace, i) is not None]
    for key in places:
        yield _exchanged(Group(*key), tuple(SLOPES))
    for names in ALL if len(places) > 1 else ():
        yield _exchanged(Group(named("multiply"), 0, SAME), names)
    for key, (i, *_) in trace.places.items():
        if _rectified(trace, i) is not None:
            yield edit(Group(*key), _of_rectifier, "function", _of_rectifier_text, RANK)
    gates = Group(named(SLOPED), 0, GATES)
    if len(places) > 1 and members(trace, gates):
        yield edit(gates, partial(_value, tuple(SLOPES)), "function", told(OF_GATES), RANK)


def _slope(trace: Trace, i: int) -> tuple[int, str, int] | None:
    """Which operand of a product is a slope, of which function, and the node that is the value of that."""
    node = trace.tape.nodes[i]
    is_product = node.name == "multiply" and trace.is_back(i) and node.place[0].function not in SLOPES
    for a, arg in enumerate(node.args) if is_product else ():
        slope = trace.tape.nodes[arg] if type(arg) is Id else None
        function = slope.place[0].function if slope else ""
        if slope and function in SLOPES and slope.name in ("subtract", "multiply"):
            last = slope.args[0] if slope.name == "multiply" else trace.tape.nodes[slope.args[1]].args[0]
            return a, function, last
    return None


def _exchanged(group: Group, names: tuple[str, ...]) -> Edit:
    return edit(group, partial(_value, names), "function", partial(_text, names), RANK)


def _value(names: tuple[str, ...], r: Replay, i: int) -> Any:
    found = _slope(r.trace, i)
    if found is None or found[1] not in names:
        return r.plain(i)
    a, name, value = found
    return r.values[value] * SLOPES[name](r.argument(i, 1 - a))


def _text(names: tuple[str, ...], r: Replay, i: int) -> str:
    found = _slope(r.trace, i)
    if found is None or found[1] not in names:
        return of_node(r.trace, i)
    a, name, value = found
    d, y = (labelled(r.trace, one, at=i) for one in (r.trace.tape.nodes[i].args[1 - a], Id(value)))
    return f"{whole(y)} * {name}({d})"


def _rectified(trace: Trace, i: int) -> tuple[Id, Id] | None:
    """d and z of d where z > 0, else 0."""
    node = trace.tape.nodes[i]
    if node.name != "where" or not trace.is_back(i) or type(node.args[2]) is not Id:
        return None
    mask, d = trace.tape.nodes[trace.origin(node.args[2])], node.args[0]
    if mask.name != "greater" or mask.args[1] != 0:
        return None
    z = mask.args[0]
    return (d, z) if type(d) is Id and type(z) is Id else None


def _of_rectifier(r: Replay, i: int) -> Any:
    if (found := _rectified(r.trace, i)) is None:
        return None
    d, z = (r.values[one] for one in found)
    return np.where(d > 0, np.maximum(z, 0 * z), 0 * z)


def _of_rectifier_text(r: Replay, i: int) -> str:
    d, z = (labelled(r.trace, one, at=i) for one in _rectified(r.trace, i) or ())
    return f"max({z}, 0) where {d} > 0"
