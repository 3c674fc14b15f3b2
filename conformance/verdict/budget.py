"""How much error a correct implementation may make, per output element: docs/budget.md derives it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden

Floats = NDArray[np.float64]


def of_golden(golden: Golden, name: str, dtype: str) -> Floats:
    """The budget of each element of an output; where values are only moved, no error is allowed."""
    want = golden.outputs[name]
    if golden.entry.exact:
        return np.zeros(want.shape)
    return budget(golden.sensitivity_at(dtype)[name], golden.underflow[name], want, dtype)


def budget(sensitivity: NDArray[Any], underflow: NDArray[Any], want: NDArray[Any], dtype: str) -> Floats:
    """2 u H + 2 eta E + u |y|."""
    u, eta = unit(dtype), float(np.finfo(dtype).tiny)
    rounded, lost = (np.asarray(array, np.float64) for array in (sensitivity, underflow))
    return 2 * u * rounded + 2 * eta * lost + u * np.abs(want)


def unit(dtype: str) -> float:
    """The roundoff of a dtype, u."""
    return float(np.finfo(dtype).eps) / 2


def share(error: Floats, allowed: Floats) -> Floats:
    """error / budget; 0 where both are 0."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(error == 0, 0.0, error / allowed)
