"""Constants to compute with, the same in every test of Noise."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference.arithmetics.noise import Noise
from rnnspec.reference.arithmetics.source import Source

Floats = NDArray[np.float64]
_RNG = np.random.default_rng(3)
A, B, C, D = (_RNG.normal(size=(4, 6)) for _ in range(4))
M, W = _RNG.normal(size=(3, 4)), _RNG.normal(size=(4, 4)) / 2
BIAS, SLOPE = _RNG.normal(size=(4, 1)), _RNG.normal(size=(4, 1))


def constants(seed: int, *arrays: NDArray[Any]) -> list[Noise]:
    source = Source(seed)
    return [Noise(array, None, source) for array in arrays]
