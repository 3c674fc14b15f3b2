"""Whether numbers are what a narrower dtype of NumPy computes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..edits.generated.making import grids
from ..edits.generated.making.grids import FORMATS, Floats


def held(got: NDArray[np.generic], dtype: str) -> bool:
    """Whether values are such as the dtype can hold: noise of its size is not."""
    array = got.astype(np.float64)
    return bool(np.array_equal(array, array.astype(dtype), equal_nan=True))


def as_far_as_held(dtype: str, got: Any, want: Floats, reference: Any) -> Any:
    """What the reference gives in a dtype, and what was given where that overflows: which sums do is a matter of their order."""
    if not isinstance(got, np.ndarray) or got.dtype.kind != "f" or not got.shape == np.shape(reference) == want.shape:
        return reference
    overflows = (np.abs(want) > float(np.finfo(dtype).max) / 2) | ~np.isfinite(reference)
    return np.where(overflows, got, reference)


def narrower(dtype: str, than: str) -> bool:
    return float(np.finfo(dtype).eps) > float(np.finfo(than).eps)


def computed_in(dtype: str, got: Floats, want: Floats, reference: Floats) -> bool:
    return grids.computed_in(FORMATS[dtype], got, want, reference)


def rounded_to(got: Floats, want: Floats) -> str:
    """The format to which right numbers were rounded, "" where they are not."""
    return next((name for name, format in FORMATS.items() if grids.is_rounded(got, want, format)), "")
