"""The reference with deviations, run on the inputs of a golden."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden

from ..verdict.budget import of_golden, share
from ..verdict.part import as_given
from .copy import deviating
from .deviation import Clash, Edit

Arrays = dict[str, NDArray[Any]]
NUDGE, NUDGES = 2.0**-36, 3  # far above float64's rounding, far below what is not linear
UNROUNDED = ("exp", "expm1", "log", "log1p", "logaddexp", "tanh")
BROKEN = (ArithmeticError, AttributeError, IndexError, KeyError, NameError, TypeError, ValueError)


def outputs(
    golden: Golden,
    dtype: str,
    edits: Iterable[Edit] = (),
    computed_in: str = "",
    nudge: Callable[[Any], Any] = np.array,
    library: Any = np,
) -> Arrays | None:
    """What the edited reference gives, or None where it cannot run: shapes, or edits at odds with each other."""
    operation = golden.entry.operation
    arrays = (
        {n: nudge(a).astype(computed_in or dtype) if a.dtype.kind == "f" else np.array(a) for n, a in group.items()}
        for group in (golden.inputs, golden.parameters)
    )
    try:
        with deviating(edits, library) as functions, np.errstate(all="ignore"):
            named = operation.named(operation.call(functions, *arrays), [*golden.inputs, *golden.parameters])
            return as_given(golden, {name: np.asarray(array) for name, array in named.items()})
    except Clash:
        raise
    except BROKEN:
        return None


def moved(golden: Golden, edits: Iterable[Edit] = ()) -> dict[str, float]:
    """How far each output moves, at its worst element, when all that goes in is nudged: in units of the nudge."""
    edits, worst = tuple(edits), dict[str, float]()
    plain = outputs(golden, "float64", edits) or {}
    for seed in range(NUDGES):
        nudged = outputs(golden, "float64", edits, nudge=partial(_nudged, np.random.default_rng(seed)))
        for name, array in (nudged or {}).items():
            with np.errstate(all="ignore"):
                apart = np.abs(array.astype(np.float64) - plain[name])
            worst[name] = max(worst.get(name, 0.0), float(apart[np.isfinite(apart)].max(initial=0.0)) / NUDGE)
    return worst


def blurred(golden: Golden, dtype: str, edits: Iterable[Edit] = ()) -> dict[str, float]:
    """How far each output moves, at its worst element, where exponentials and their kin come from other libraries."""
    edits, worst = tuple(edits), dict[str, float]()
    plain = outputs(golden, dtype, edits) or {}
    for seed in range(NUDGES):
        others = outputs(golden, dtype, edits, library=OtherLibrary(seed))
        for name, array in (others or {}).items():
            with np.errstate(all="ignore"):
                apart = np.abs(array.astype(np.float64) - plain[name])
            worst[name] = max(worst.get(name, 0.0), float(apart[np.isfinite(apart)].max(initial=0.0)))
    return worst


class OtherLibrary:
    """NumPy, but for the last digit of the functions that no standard rounds."""

    def __init__(self, seed: int) -> None:
        self._draws = np.random.default_rng(seed)

    def __getattr__(self, name: str) -> Any:
        function = getattr(np, name)
        return partial(self._off, function) if name in UNROUNDED else function

    def _off(self, function: Callable[..., Any], *x: Any) -> Any:
        found = function(*x)
        return np.nextafter(found, self._draws.choice((-np.inf, np.inf), np.shape(found)).astype(found.dtype))


def _nudged(draws: np.random.Generator, array: NDArray[Any]) -> NDArray[Any]:
    return array * (1 + NUDGE * draws.choice((-1, 1), array.shape))


def margin(golden: Golden, found: Arrays | None, dtype: str = "float64") -> float:
    """How far outside its budget the worst output is, in budgets: infinite where it raised or is no finite number."""
    if found is None:
        return np.inf
    return max(_margin(golden, name, array, dtype) for name, array in found.items())


def _margin(golden: Golden, name: str, got: NDArray[Any], dtype: str) -> float:
    want = golden.outputs[name]
    if got.shape != want.shape or (want.dtype.kind == "f" and not np.isfinite(got).all()):
        return np.inf
    return float(share(np.abs(got.astype(np.float64) - want), of_golden(golden, name, dtype)).max(initial=0.0))
