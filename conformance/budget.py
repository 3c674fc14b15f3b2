"""How much error a correct implementation may make, per output element: docs/budget.md derives it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STATISTICAL = "float16"  # first order ends nearly everywhere there


def budget(sensitivity: Floats, underflow: Floats, want: Floats, dtype: str) -> Floats:
    """2 u H + 2 eta E + u |y|; for float16 instead 20 eps of the largest element, which is a statistic."""
    info = np.finfo(dtype)
    u, eta = float(info.eps) / 2, float(info.tiny)
    if dtype == STATISTICAL:
        return 20 * float(info.eps) * np.abs(want).max(initial=0.0) + 2 * eta * underflow.astype(np.float64)
    return 2 * u * sensitivity.astype(np.float64) + 2 * eta * underflow + u * np.abs(want)


def share(error: Floats, allowed: Floats) -> Any:
    """error / budget; 0 where both are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error == 0, 0.0, error / allowed)
