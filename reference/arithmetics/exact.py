"""Functions of floats by way of balls: the same bits on every machine."""

import numpy as np

from .ball import Ball, precision
from .source import Floats


def by_balls(name: str, x: Floats) -> Floats:
    """Each element's function, by its name as a method of balls, correctly rounded."""
    with precision(100):
        return np.array([float(getattr(Ball(z), name)().arb.mid()) for z in x.ravel().tolist()]).reshape(x.shape)
