"""Shapes of values that stand for each other."""

from typing import Any

import numpy as np
from rnnspec.reference.arithmetics.primitives import grouped

Shape = tuple[int, ...]


def alike(one: Shape, two: Shape) -> bool:
    """Whether one may stand for the other where arrays are broadcast: numbers, or of each axis as long or of length 1."""
    if one == two or () in (one, two):
        return True
    return len(one) == len(two) and all(a == b or 1 in (a, b) for a, b in zip(one, two, strict=True))


def broadcast(value: Any, shape: Shape) -> Any:
    """As often as it takes to fill a shape, None where that cannot be; of what is on a tape as a sum, which has a gradient."""
    try:
        if isinstance(value, np.ndarray | np.generic):
            return np.broadcast_to(value, shape)
        return value + np.broadcast_to(np.zeros(np.shape(value)), shape)
    except ValueError:
        return None


def filling(value: Any, shape: Shape) -> Any:
    """As often as it takes to fill a shape, or as it is where that would fill it; None where neither can be."""
    try:
        is_larger = np.broadcast_shapes(np.shape(value), shape) == np.shape(value)
    except ValueError:
        return None
    return value if is_larger else broadcast(value, shape)


def is_matrix(shape: Shape) -> bool:
    """Whether it is shaped as a gate's matrix on state and input, or as one for each head."""
    return 1 < shape[0] < shape[1] if len(shape) == 2 else len(shape) > 2 and shape[-1] > 1


def of_groups(value: Any, shape: Shape) -> Any:
    """Each head as often as its group has others, where that is all by which a value is of another shape; else as it is."""
    own = np.shape(value)
    is_fewer = len(own) > 1 and own[1:] == shape[1:] and own[0] < shape[0] and shape[0] % own[0] == 0
    return grouped(value, shape[0]) if is_fewer else value
