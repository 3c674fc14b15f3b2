"""Which outputs are others than they were, to the bit."""

from collections.abc import Mapping

import numpy as np

from ..candidate import Got


def moved(one: Mapping[str, Got], other: Mapping[str, Got]) -> set[str]:
    return {name for name in one if name not in other or not _same(one[name], other[name])}


def _same(one: Got, other: Got) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return (one.shape, one.dtype) == (other.shape, other.dtype) and one.tobytes() == other.tobytes()
    return one == other
