"""Which cases are not fit to be goldens, unless they say so themselves in a label."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference.arithmetics.source import FLOAT16, FLOAT32, Source

from .case import Case
from .patterns import Arrays, kind_of

ALL_OF_IT = 0.5  # u H / max(1, |y|): beyond it twice that, the budget, is all that there is
FIRST_ORDER_ENDS = 0.1  # u H / max(1, |y|): beyond it roundings are amplified past first order


class Refused(ValueError):
    """A case that would make a bad golden; the message says why."""


def refuse_unbounded(**groups: Arrays) -> None:
    """Raise Refused where a number of a budget is none, or infinite: no error would be too large."""
    for group, arrays in groups.items():
        if unbounded := [name for name, array in arrays.items() if not np.isfinite(array).all()]:
            raise Refused(f"the {group} of {', '.join(unbounded)} is not finite: no error would be too large")


def refuse(case: Case, arrays: Arrays, outputs: Arrays, sensitivity: Arrays, source: Source) -> list[str]:
    """The labels of what a case is. Raises Refused where it is chaotic, saturated, tiny, symmetric or kinked and may not be."""
    met = np.abs(np.concatenate([np.empty(0), *source.preactivations]))
    found = {
        "chaotic": _chaotic(outputs, sensitivity),
        "saturated": _share(met > 3, 0.35),
        "tiny": _share(met < 0.3, 0.5),
        "symmetric": _symmetric(case, arrays),
        "kinked": _kinked(source.margin),
    }
    for label, why in found.items():
        if why and label not in case.idea.labels:
            raise Refused(f"is {label} ({why}) and has no such label")
    return sorted(label for label in case.idea.labels if found.get(label, True))


def refused_for(dtypes: Iterable[str], outputs: Arrays, coarse: Arrays, margin: float) -> dict[str, str]:
    """The dtypes that a case cannot be judged at, each with the reason; `coarse` are the sensitivities at float16."""
    found = {}
    for dtype in dtypes:
        if margin < float(np.finfo(dtype).eps):
            found[dtype] = f"two compared values are {margin:.2g} apart per roundoff"
    for name, y in outputs.items() if "float16" in dtypes and coarse else ():
        if (largest := np.abs(y).max(initial=0)) > np.finfo(np.float16).max:
            found.setdefault("float16", f"an element of {name} is {largest:.3g}, which float16 does not hold")
        share = FLOAT16 * coarse[name] / np.maximum(1, np.abs(y))
        if not share.max() < ALL_OF_IT:  # nor where it is not a number
            found.setdefault("float16", f"an element of {name} may err by {share.max():.2g} of its size, or of 1")
    return found


def _kinked(margin: float) -> str:
    """A comparison that float32 may decide the other way: a correct implementation would be on the other branch."""
    return f"two compared values are {margin:.2g} apart per roundoff" if margin < 2 * FLOAT32 else ""


def _chaotic(outputs: Arrays, sensitivity: Arrays) -> str:
    for name, y in outputs.items():
        share = FLOAT32 * sensitivity[name] / np.maximum(1, np.abs(y))
        if share.max() > FIRST_ORDER_ENDS:
            return f"an element of {name} may err by {share.max():.2g} in float32"
    return ""


def _share(which: NDArray[np.bool_], limit: float) -> str:
    return f"{which.mean():.0%} of the pre-activations" if which.size and which.mean() > limit else ""


LAYERED = ("n_l", "n_d")  # may be 1 together with another
FREE = (*LAYERED, "n_g", "n_hv")  # n_g is 1 or n_k, n_hv a multiple of n_h


def _symmetric(case: Case, arrays: Arrays) -> str:
    dims = {name: n for name, n in case.dims.items() if name not in FREE or (n > 1 and name in LAYERED)}
    if len(set(dims.values())) < len(dims):
        return f"lengths coincide: {dims}"
    floats = {name: array for name, array in arrays.items() if array.dtype.kind == "f"}
    for name, array in floats.items():
        if not np.any(array) and not {name, kind_of(name)} & {*case.idea.zero, *case.idea.values}:
            return f"{name} is zero"
    drawn = {name: array for name, array in floats.items() if np.any(array) and name not in case.idea.values}
    for name, array in drawn.items():
        if array.size > 1 and np.ptp(array) == 0:
            return f"{name} is constant"
        if kind_of(name) in ("weight", "bias") and not np.all(array):
            return f"{name} has a zero"
        twins = [other for other in drawn if other > name and np.array_equal(drawn[other], array)]
        if twins:
            return f"{name} equals {twins[0]}"
        square = array[:, : len(array)]
        if name[0] == "W" and square.shape[0] == square.shape[1] > 1 and np.array_equal(square, square.T):
            return f"{name} equals its transpose"
    return ""
