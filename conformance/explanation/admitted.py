"""Which deviations may explain what was given: told by what each is recorded to give, before any is run."""

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from rnnspec.golden import GoldenError, read_manifest

from ..candidate import Foreign
from ..deviations import effects
from ..verdict.nearness import roomy, size
from ..verdict.part import Part
from .evidence import CLOSE, Evidence, Hypothesis

ROUNDINGS, COARSEST = 2.0**13, 0.5  # of the largest element, by which a deviation's own roundings may be off
DOUBLE, WIDEST = 2.0**-52, 8  # a roundoff and the bytes of a float64


def admitted(evidence: Evidence, hypotheses: Iterable[Hypothesis]) -> Iterator[Hypothesis]:
    """Those that what was given does not deny; what is computed with other roundings is not told by sums."""
    operation, gave = evidence.operation.name, cache(lambda case: _summed(evidence, case))
    return (h for h in hypotheses if h.computed_in or all(effects.may_be(id, operation, gave) for id in h.ids))


def _summed(evidence: Evidence, case: str) -> effects.Summed | None:
    """Sums of what was given in a case, None where it was not run, or is not the one that effects are recorded of, or has other outputs."""
    if case not in evidence.outcomes or not _is_recorded(evidence, case):
        return None
    own, eps = evidence.goldens[case], float(np.finfo(evidence.dtype).eps)
    given = {n: array for n, array in evidence.outcomes[case].arrays.items() if not isinstance(array, Foreign)}
    given = {n: a.astype(np.float64) for n, a in given.items() if a.dtype.kind == "f" and a.dtype.itemsize <= WIDEST}
    if any(n not in given or given[n].shape != array.shape for n, array in own.outputs.items()):
        return None
    if evidence.dtype != "float64" and not all(np.isfinite(given[n]).all() for n in own.outputs):
        return None  # what overflows is another number in each dtype
    largest = {n: size(given[n]) for n in own.outputs}
    beside = min(max(ROUNDINGS * eps, CLOSE * DOUBLE), COARSEST) * max(largest.values(), default=0.0)
    rooms = {n: roomy(own, n, largest[n], evidence.dtype) + beside for n in own.outputs}
    with np.errstate(all="ignore"):
        found = effects.summed({n: given[n] for n in own.outputs}, rooms)
    return found if np.isfinite(found.sums).all() else None


def _is_recorded(evidence: Evidence, case: str) -> bool:
    own = evidence.goldens[case].entry
    try:
        recorded = read_manifest().cases.get(case)
    except GoldenError:  # where goldens are not beside the package
        return False
    return recorded is not None and recorded.inputs == own.inputs and not isinstance(own, Part)
