"""Roundings that a value is off by, the same ones for the same node."""

import math
from typing import Any

import numpy as np

ROUNDINGS = 1 + 2.0**-52 * np.random.default_rng(0).choice([-1.0, 1.0], 1 << 14)
BOUNDED = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}


def roundings(i: int, shape: tuple[int, ...]) -> Any:
    """By which the value of a node is off."""
    size = math.prod(shape)
    begin = (257 * i) % (len(ROUNDINGS) - min(size, len(ROUNDINGS) - 1))
    own = ROUNDINGS[begin : begin + size]
    return own.reshape(shape) if len(own) == size else np.resize(own, shape)


def rounded(i: int, name: str, value: Any) -> Any:
    """What a node's primitive may give: what lies within 1 is off by a rounding of that, as where a sigmoid is made of a tanh."""
    by = roundings(i, np.shape(value))
    if name not in BOUNDED:
        return value * by
    low, high = BOUNDED[name]
    within = (low <= value) & (value <= high)  # an edit may give it another value
    return np.where(within, np.clip(value + (by - 1), low, high), value * by)
