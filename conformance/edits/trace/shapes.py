"""Shapes of values that stand for each other."""

from typing import Any

import numpy as np

Shape = tuple[int, ...]


def alike(one: Shape, two: Shape) -> bool:
    """Whether one may stand for the other where arrays are broadcast: numbers, or of each axis as long or of length 1."""
    if one == two or () in (one, two):
        return True
    return len(one) == len(two) and all(a == b or 1 in (a, b) for a, b in zip(one, two, strict=True))


def broadcast(value: Any, shape: Shape) -> Any:
    """As often as it takes to fill a shape, None where that cannot be."""
    try:
        return np.broadcast_to(value, shape)
    except ValueError:
        return None
