"""Roundings that a value is off by, the same ones for the same node."""

import math
from typing import Any

import numpy as np

ROUNDINGS = 1 + 2.0**-52 * np.random.default_rng(0).choice([-1.0, 1.0], 1 << 14)


def roundings(i: int, shape: tuple[int, ...]) -> Any:
    """By which the value of a node is off."""
    size = math.prod(shape)
    begin = (257 * i) % (len(ROUNDINGS) - min(size, len(ROUNDINGS) - 1))
    return np.resize(ROUNDINGS[begin : begin + size], shape)
