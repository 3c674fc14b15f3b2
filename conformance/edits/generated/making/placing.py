"""What a node gives with another value for one of its operands."""

from typing import Any

import numpy as np

from ...trace.replaying import Replay
from ...trace.shapes import alike, filling, of_groups
from .editing import ARITHMETIC, OF_ONE


def in_place(r: Replay, i: int, a: int, value: Any) -> Any:
    """What a node gives with another operand; of a square, with another value twice."""
    node = r.trace.tape.nodes[i]
    if value is None:
        return None
    value = of_groups(value, np.shape(r.argument(i, a)))
    if np.shape(value) != np.shape(r.argument(i, a)):
        return _broadcast(r, i, a, value) if node.name in (*ARITHMETIC, *OF_ONE) else None
    value = r.within(i, value, r.argument(i, a))
    if len(node.args) == 2 and node.args[0] == node.args[1]:
        return r.computed(node, (value, value))
    return r.with_argument(i, a, value)


def _broadcast(r: Replay, i: int, a: int, value: Any) -> Any:
    """With an operand of another shape, if what comes of it has the same, is repeated to that, or is what that would be repeated to."""
    if not alike(np.shape(value), np.shape(r.argument(i, a))):
        return None
    new, shape = r.with_argument(i, a, value), r.trace.shape(i)
    return filling(new, shape) if alike(np.shape(new), shape) else None
