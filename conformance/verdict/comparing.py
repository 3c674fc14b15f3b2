"""Comparing one output with its golden: a pure function that returns a verdict."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden

from ..candidate import Foreign, Got
from .budget import Floats, of_golden, share
from .repairing import repaired

AXES = {
    **{"n_a": "unit", "n_x": "feature", "n_y": "class", "m": "example", "T_x": "step", "n_a+n_x": "column", "n": "row"},
    **{"n_h": "head", "n_hv": "head", "n_k": "key", "n_v": "value", "n_g": "decay", "n_c": "channel", "n_s": "lag"},
    **{"n_n": "state", "n_u": "unit"},
}


OUTSIDE = "is outside its budget"
VALUES = "the values are "  # behind a shape or a dtype that is wrong
WRONG = f"{VALUES}wrong: "


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
    shape: tuple[int, ...] | None = None  # of what was given
    stepwise: float | None = None  # `worst` without what declared chunks may lose, where that is in the budget

    @property
    def passed(self) -> bool:
        return not self.problem


def compare(golden: Golden, output: str, got: Got, dtype: str) -> Verdict:
    """Shape, dtype, finite pattern, error against budget, in that order; the first that fails is named.

    Behind a shape that is wrong and keeps the elements, or a dtype that holds more than it has to, the others are named too.
    """
    want = golden.outputs[output]
    axes, kind = golden.entry.axes[f"outputs/{output}"]
    if isinstance(got, Foreign):
        return Verdict(output, f"{output} is {got.instead_of(f'an array {want.shape}')}")
    if got.shape != want.shape:
        return _misshapen(golden, output, got, dtype)
    wanted = dtype if kind == "<f8" else np.dtype(kind).name
    if got.dtype != np.dtype(wanted):
        return _of_another_dtype(golden, output, got, wanted)
    if not np.isfinite(got).all():
        return _not_finite(output, got, want, axes)
    return _measured(output, got.astype(np.float64), want, of_golden(golden, output, wanted), axes)


def _of_another_dtype(golden: Golden, output: str, got: NDArray[Any], wanted: str) -> Verdict:
    words = f"{output} has dtype {got.dtype}, want {wanted}"
    if (narrowed := in_dtype(got, wanted)) is None:
        return Verdict(output, words, shape=got.shape)
    values = compare(golden, output, narrowed, wanted)
    if values.passed:
        return Verdict(output, f"{words}; {VALUES}right", worst=values.worst, shape=got.shape)
    return replace(values, problem=f"{words}; {WRONG}{values.problem.removeprefix(f'{output} is ')}")


def in_dtype(got: NDArray[Any], wanted: str) -> NDArray[Any] | None:
    """Floats rounded to a dtype whose numbers they all hold, as float64 those of float32; None of any other dtype."""
    is_wider = got.dtype.kind == "f" and got.dtype != np.dtype(wanted) and np.can_cast(np.dtype(wanted), got.dtype)
    with np.errstate(over="ignore"):
        return got.astype(wanted) if is_wider and np.dtype(wanted).kind not in "iu" else None


def _misshapen(golden: Golden, output: str, got: NDArray[Any], dtype: str) -> Verdict:
    want, axes = golden.outputs[output], golden.entry.axes[f"outputs/{output}"][0]
    found = repaired(output, got, want.shape, axes)
    if found is None:
        return Verdict(output, f"{output} has shape {got.shape}, want {want.shape} ({axes})", shape=got.shape)
    if found.array is None:
        return Verdict(output, found.words, shape=got.shape)
    values = compare(golden, output, found.array, dtype)
    if values.passed:
        return Verdict(output, f"{found.words}; {found.then}the values are right", worst=values.worst, shape=got.shape)
    wrong = "" if VALUES in values.problem else WRONG  # a dtype that holds more says itself what its values are
    return replace(values, problem=f"{found.words}; {found.then}{wrong}{values.problem}", shape=got.shape)


def _not_finite(output: str, got: NDArray[Any], want: NDArray[Any], axes: str) -> Verdict:
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
        shape=got.shape,
    )


def _measured(output: str, got: Floats, want: NDArray[Any], allowed: Floats, axes: str) -> Verdict:
    shares = share(np.abs(got - want), allowed)
    at = tuple(int(i) for i in np.unravel_index(int(shares.argmax()), shares.shape))
    outside = int((shares > 1).sum())
    return Verdict(
        output,
        f"{output} {OUTSIDE}" if outside else "",
        worst=float(shares[at]),
        at=at,
        place=place(at, axes, want.shape),
        got=float(got[at]),
        want=float(want[at]),
        outside=outside,
        size=want.size,
        shape=got.shape,
    )


def place(at: tuple[int, ...], axes: str, shape: tuple[int, ...]) -> str:
    """An index in words: (3, 0) in "n_a 1" is `[unit=3]`."""
    names = axes.split()
    named = [f"{AXES.get(name, name)}={i}" for i, name, n in zip(at, names, shape, strict=False) if name != "1"]
    return f"[{', '.join(named)}]"
