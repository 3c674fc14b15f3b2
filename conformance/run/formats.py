"""A candidate's calls at a precision: arrays are given in its format, and what comes back is `carried` in a dtype of NumPy that holds it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden.precision import DTYPES, FORMATS, GIVEN, Precision
from rnnspec.reference import Operation

from ..candidate import Arrays, Cache, Calls, Candidate, Got
from ..choices import BadChoice

Within = Callable[[], AbstractContextManager[Any]]
DTYPE_OF = {format: dtype for dtype, format in DTYPES.items()}


def at(candidate: Candidate, precision: Precision) -> Calls:
    """A candidate's calls. Raises BadChoice where it cannot be given such arrays."""
    return InFormat(
        candidate.at(DTYPE_OF[precision.arrays]), dtype_of(precision.arrays), lambda: candidate.under(precision)
    )


def carried(got: Mapping[str, Got], precision: Precision) -> dict[str, Got]:
    """What came back in a format of the precision, in the dtype that carries it; all else as it is."""
    held = [GIVEN.get(one, one) for one in (precision.arrays, precision.state, precision.outputs)]
    coarsest = FORMATS[precision.outputs].roundoff  # what comes back in a coarser format was rounded to it
    may_return = [dtype_of(one) for one in held if FORMATS[one].roundoff <= coarsest]
    return {
        name: a.astype(precision.carrier) if isinstance(a, np.ndarray) and a.dtype in may_return else a
        for name, a in got.items()
    }


class InFormat:
    """Calls of which every array is given in a format, and that are within what the candidate does to compute so."""

    def __init__(self, calls: Calls, given: np.dtype[Any], within: Within) -> None:
        self._calls, self._given, self._within = calls, given, within

    def lacks(self, operation: Operation, features: Sequence[str]) -> str:
        return self._calls.lacks(operation, features)

    def tried(self, name: str, operation: Operation, case: str) -> str | None:
        return self._calls.tried(name, operation, case)

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> dict[str, Got]:
        with self._within():
            return self._calls.call(operation, self._in(inputs), self._in(parameters), case)

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Cache:
        with self._within():
            return self._calls.cache(forward, self._in(inputs), self._in(parameters))

    def backward(self, operation: Operation, inputs: Arrays, cache: Cache) -> dict[str, Got]:
        with self._within():
            return self._calls.backward(operation, self._in(inputs), cache)

    def _in(self, arrays: Arrays) -> Arrays:
        """In the format; themselves, and in the dict that they are in, where they are."""
        others = {n: a.astype(self._given) for n, a in arrays.items() if a.dtype.kind == "f" and a.dtype != self._given}
        return {**arrays, **others} if others else arrays


def dtype_of(format: str) -> np.dtype[Any]:
    """NumPy's dtype of a format. Raises BadChoice for bf16 where ml_dtypes is not installed."""
    if format != "bf16":
        return np.dtype(DTYPE_OF[format])
    try:
        import ml_dtypes
    except ModuleNotFoundError:
        raise BadChoice("arrays of bfloat16 need ml_dtypes: pip install 'rnnspec[formats]'") from None
    return np.dtype(ml_dtypes.bfloat16)


def of_bfloat16(tensor: Any) -> NDArray[Any] | None:
    """A tensor of torch in bfloat16, which NumPy knows by another name, as an array; None where it is none, or none that NumPy could have."""
    import torch

    if tensor.dtype is not torch.bfloat16 or tensor.requires_grad or not find_spec("ml_dtypes"):
        return None
    return tensor.contiguous().view(torch.int16).numpy().view(dtype_of("bf16")) if tensor.device.type == "cpu" else None
