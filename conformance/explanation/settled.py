"""Outcomes without what roundings alone have wrong: sums in another order, or differences of them, are no mistake that a deviation makes."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..candidate import Foreign, Got
from ..run.outcome import Ending, Outcome
from ..verdict.comparing import compare
from ..verdict.nearness import size, within
from .evidence import Evidence

ROUNDOFFS = 2.0**10  # of the largest element of a case
COARSEST = 2.0**-12  # where so many are more, it is no rounding any more


def settled(evidence: Evidence) -> Evidence | None:
    """The same with what is off by roundings set right, and with room for them beside a mistake; None where no failing case is left, or
    in a dtype of few digits.
    """
    if ROUNDOFFS * float(np.finfo(evidence.dtype).eps) > COARSEST:
        return None
    found = [_settled(outcome, evidence) for outcome in evidence.outcomes.values()]
    if not any(outcome.failed for outcome in found):
        return None
    rest = Evidence(found, evidence.dtype, evidence.goldens.__getitem__, evidence.forward, ROUNDOFFS)
    rest.first = evidence.first if rest.order[0] == evidence.order[0] else {}
    return rest


def _settled(outcome: Outcome, evidence: Evidence) -> Outcome:
    if not outcome.failed:
        return outcome
    golden, dtype = evidence.goldens[outcome.id], evidence.dtype
    room = ROUNDOFFS * float(np.finfo(dtype).eps) * _largest(outcome.arrays)
    near = {
        n: g for n, g in outcome.arrays.items() if not outcome.verdicts[n].passed and within(golden.outputs[n], g, room)
    }
    if not near:
        return outcome
    arrays = {n: golden.outputs[n].astype(dtype) if n in near else got for n, got in outcome.arrays.items()}
    found = replace(outcome, arrays=arrays, outcome=Ending.PASS)
    found.judged(compare(golden, output, got, dtype) for output, got in arrays.items())
    return found


def _largest(arrays: Mapping[str, Got]) -> float:
    """Element, of the arrays of floats."""
    return max(
        (size(got) for got in arrays.values() if not isinstance(got, Foreign) and got.dtype.kind == "f"), default=0.0
    )
