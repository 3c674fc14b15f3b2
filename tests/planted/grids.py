"""What is right and then put on a coarser grid, and what is computed in fewer digits: only the second is a precision's own result."""

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray
from planted.planting import Functions, candidate
from rnnspec.reference import FUNCTIONS
from writings.legal import Backwards, Blocked, Pairwise, Shuffled

Array = NDArray[Any]
Change = Callable[[Array], Array]
FLOATS = "fV"  # ml_dtypes' are void to NumPy


def multiples(step: float) -> Change:
    return lambda y: np.rint(y / step) * step


def of_largest(y: Array) -> Array:
    """Of 127 steps to the largest: a tensor in int8, with its scale."""
    step = np.abs(y).max(initial=0.0) / 127
    return np.rint(y / step) * step if step else y


def of_power(y: Array) -> Array:
    """The same with a scale that is a power of two."""
    largest = np.abs(y).max(initial=0.0)
    return multiples(2.0 ** np.ceil(np.log2(largest / 127)))(y) if largest else y


def digits(count: int) -> Change:
    """So many significant bits."""

    def rounded(y: Array) -> Array:
        mantissa, exponent = np.frexp(y)
        return np.ldexp(np.rint(mantissa * 2.0**count) / 2.0**count, exponent)

    return rounded


def held_in(dtype: Any) -> Change:
    return lambda y: y.astype(dtype).astype(y.dtype)


def in_float16(change: Change) -> Change:
    return lambda y: held_in(np.float16)(change(y))


GRIDS: dict[str, Change] = {
    **{f"1/{n}": multiples(1 / n) for n in (64, 128, 256, 1024)},
    "hundredths": multiples(0.01),
    "hundredths in float16": in_float16(multiples(0.01)),
    "int8": of_largest,
    "int8, scale a power of 2": of_power,
    "int8 in float16": in_float16(of_largest),
    "bfloat16": held_in(ml_dtypes.bfloat16),
    "float8": held_in(ml_dtypes.float8_e4m3fn),
    **{f"{n} bits": digits(n) for n in (9, 10, 12, 20, 23, 26)},
    "float16, but right": held_in(np.float16),
    "float32, but right": held_in(np.float32),
    "noise in float16": in_float16(lambda y: y + 5e-3 * np.random.default_rng(y.size).standard_normal(y.shape)),
}
KINDS: dict[str, type[Array]] = {
    "NumPy's sums": np.ndarray,
    **{kind.__name__: kind for kind in (Shuffled, Backwards, Blocked, Pairwise)},
}
WRITINGS: dict[str, Callable[[], Functions]] = {"apart": candidate, "reference": lambda: dict(FUNCTIONS)}


def rounded(change: Change) -> Functions:
    """Right, and what comes out is put on a grid."""
    return {name: _wrapped(function, lambda a: a, change) for name, function in candidate().items()}


def computed_in(dtype: Any, writing: str = "apart", kind: type[Array] = np.ndarray) -> Functions:
    """All that goes in is of the dtype, and what comes out is float64 again."""
    functions = WRITINGS[writing]()
    return {
        n: _wrapped(f, lambda a: a.astype(dtype).view(kind), lambda y: np.asarray(y).astype(float))
        for n, f in functions.items()
    }


def _wrapped(function: Callable[..., Any], goes_in: Change, comes_out: Change) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        returned = function(*(_each(a, goes_in) for a in args), **{n: _each(o, goes_in) for n, o in options.items()})
        if isinstance(returned, tuple):
            return (*(_each(part, comes_out) for part in returned[:-1]), returned[-1])
        return _each(returned, comes_out)

    return call


def _each(value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        return {name: _each(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [_each(part, change) for part in value]
    return change(value) if isinstance(value, np.ndarray) and value.dtype.kind in FLOATS else value
