"""The reference with deviations, run on the inputs of a golden."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import FUNCTIONS

from .budget import budget, share
from .deviations import Clash, Edit, deviating

Arrays = dict[str, NDArray[Any]]
BROKEN = (ArithmeticError, AttributeError, IndexError, KeyError, NameError, TypeError, ValueError)


def outputs(golden: Golden, dtype: str, edits: Iterable[Edit] = (), computed_in: str = "") -> Arrays | None:
    """What the edited reference gives, or None where it cannot run: shapes, or edits at odds with each other."""
    operation = golden.entry.operation
    arrays = (
        {n: np.array(a, (computed_in or dtype) if a.dtype.kind == "f" else None) for n, a in group.items()}
        for group in (golden.inputs, golden.parameters)
    )
    try:
        with deviating(edits), np.errstate(all="ignore"):
            named = operation.named(operation.call(FUNCTIONS, *arrays), [*golden.inputs, *golden.parameters])
            return {name: np.asarray(array) for name, array in named.items()}
    except Clash:
        raise
    except BROKEN:
        return None


def margin(golden: Golden, found: Arrays | None, dtype: str = "float64") -> float:
    """How far outside its budget the worst output is, in budgets: infinite where it raised or is no finite number."""
    if found is None:
        return np.inf
    return max(_margin(golden, name, array, dtype) for name, array in found.items())


def _margin(golden: Golden, name: str, got: NDArray[Any], dtype: str) -> float:
    want = golden.outputs[name]
    if got.shape != want.shape or (want.dtype.kind == "f" and not np.isfinite(got).all()):
        return np.inf
    if golden.entry.bits == 0:
        return 0.0 if np.array_equal(got, want) else np.inf
    allowed = budget(golden.sensitivity[name], golden.underflow[name], want, dtype)
    return float(share(np.abs(got.astype(np.float64) - want), allowed).max())
