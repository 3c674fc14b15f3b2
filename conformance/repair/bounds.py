"""Views over memory, within the bounds of what they are of: a changed stride must not reach past it."""

from typing import Any

import numpy as np
from numpy.lib import stride_tricks

try:
    from numpy.lib.array_utils import byte_bounds
except ImportError:  # of NumPy 1
    byte_bounds = np.byte_bounds  # type: ignore[attr-defined]


def bounded() -> None:
    """For all of this process, before a candidate is loaded: `as_strided` raises ValueError where NumPy's reaches past its array."""
    unbounded = stride_tricks.as_strided

    def as_strided(x: Any, shape: Any = None, strides: Any = None, *rest: Any, **options: Any) -> Any:
        view, given = unbounded(x, shape, strides, *rest, **options), np.asarray(x)
        whole = given
        while isinstance(whole.base, np.ndarray):
            whole = whole.base
        lows, highs = zip(byte_bounds(view), byte_bounds(whole), strict=True)
        if view.size and (lows[0] < lows[1] or highs[0] > highs[1]):
            raise ValueError("a view reaches past its array")
        return view

    homes: list[Any] = [stride_tricks, getattr(np.lib, "_stride_tricks_impl", stride_tricks)]
    for home in homes:
        home.as_strided = as_strided
