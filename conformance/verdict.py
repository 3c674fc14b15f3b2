"""Comparing one output with its golden: a pure function that returns a verdict."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference.contract import described

from .budget import share

Floats = NDArray[np.float64]
AXES = {"n_a": "unit", "n_x": "feature", "n_y": "class", "m": "example", "T_x": "step", "n_a+n_x": "column", "n": "row"}


@dataclass(frozen=True)
class Verdict:
    """What comparing one output with its golden says; `problem` is empty where it conforms."""

    output: str
    problem: str = ""
    worst: float | None = None  # error in units of the budget, where it could be measured
    at: tuple[int, ...] = ()
    place: str = ""
    got: float | None = None
    want: float | None = None
    outside: int = 0
    size: int = 0

    @property
    def passed(self) -> bool:
        return not self.problem


def as_array(value: Any) -> NDArray[Any] | None:
    """An ndarray, a NumPy scalar or what offers `__array__`; None for anything else, a list too."""
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    try:
        return np.asarray(value) if hasattr(value, "__array__") else None
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever a foreign type raises, it is no array to us
        return None


def compare(output: str, value: Any, want: Floats, allowed: Floats, axes: str, dtype: str) -> Verdict:
    """Shape, dtype, finite pattern, error against budget, in that order; the first that fails is named."""
    got = as_array(value)
    if got is None:
        return Verdict(output, f"{output} is {described(value)}, want an array {want.shape}")
    if got.shape != want.shape:
        return Verdict(output, f"{output} has shape {got.shape}, want {want.shape} ({axes})")
    if got.dtype != np.dtype(dtype):
        return Verdict(output, f"{output} has dtype {got.dtype}, want {dtype}")
    if not np.isfinite(got).all():
        return _not_finite(output, got, want, axes)
    return _measured(output, got.astype(np.float64), want, allowed, axes)


def _not_finite(output: str, got: NDArray[Any], want: Floats, axes: str) -> Verdict:
    wrong = ~np.isfinite(got)
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    return Verdict(
        output,
        f"{output} is not finite",
        at=at,
        place=place(at, axes, want.shape),
        got=float(got[at]),
        want=float(want[at]),
        outside=int(wrong.sum()),
        size=want.size,
    )


def _measured(output: str, got: Floats, want: Floats, allowed: Floats, axes: str) -> Verdict:
    shares = share(np.abs(got - want), allowed)
    at = tuple(int(i) for i in np.unravel_index(int(shares.argmax()), shares.shape))
    outside = int((shares > 1).sum())
    return Verdict(
        output,
        f"{output} is outside its budget" if outside else "",
        worst=float(shares[at]),
        at=at,
        place=place(at, axes, want.shape),
        got=float(got[at]),
        want=float(want[at]),
        outside=outside,
        size=want.size,
    )


def place(at: tuple[int, ...], axes: str, shape: tuple[int, ...]) -> str:
    """An index in words: (3, 0) in "n_a 1" is `[unit=3]`."""
    names = axes.split()
    named = [f"{AXES.get(name, name)}={i}" for i, name, n in zip(at, names, shape, strict=False) if name != "1"]
    return f"[{', '.join(named)}]"
