"""One case as it is of a loop that is written otherwise, and right: the results are the same, and others where something is mistaken."""

from dataclasses import dataclass

import numpy as np
from rnnspec.reference import unroll
from rnnspec.reference.contract import ContractError

from ...deviations.copy import deviating
from ...deviations.deviation import Edit as Change
from ..finding import ADDS, FLIPS, READS, Finding
from ..generated.texts.flips import FLIPPED
from ..generated.texts.masks import ADDED_BEYOND, READ
from ..generated.texts.steps import HANDED_BACK, Changes
from ..trace.replaying import FAILURES
from ..trace.trace import Arrays
from ..trace.tracing import traced
from .case import Case

TRAITS: dict[str, list[Changes]] = {
    READS: [READ],
    FLIPS: FLIPPED,
    ADDS: [(unroll.backward, HANDED_BACK, ADDED_BEYOND)],
}
FORTH = (f"{READS}", f"{FLIPS}", f"{FLIPS} {READS}")
WRITTEN = (*FORTH, f"{ADDS}", *(f"{loop} {ADDS}" for loop in FORTH))


def changes_of(loop: str) -> tuple[Change, ...]:
    return tuple(Change(*text) for trait in loop.split() for text in TRAITS[trait])


def written(case: Case, loop: str) -> Case:
    """That, or the case itself where there is nothing beyond lengths, or nothing reversed."""
    matters = {READS: case.is_ragged, FLIPS: case.is_reversed, ADDS: case.is_ragged and bool(case.trace.begun)}
    own = " ".join(trait for trait in loop.split() if matters[trait])
    if own and own not in case.written:
        case.written[own] = _written(case, own)
    return case.written[own] if own else case


def _written(case: Case, loop: str) -> Case:
    other = Written(case.golden, case.arrays, case.dtype, case.wrong, loop=loop)
    try:
        with np.errstate(all="ignore"), deviating(other.changes) as functions:
            other.trace, other.is_traced = traced(case.golden, functions, FLIPS in loop), True
    except (*FAILURES, ContractError):  # what no tape is of
        other.trace = case.trace
    other.right = case.right
    return other


@dataclass
class Written(Case):
    """Edits of nodes are run where the loop is on a tape as it is written."""

    loop: str = ""
    is_traced: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        return changes_of(self.loop)

    def given(self, finding: Finding, valid_alone: bool = False, noisy: bool = False) -> Arrays | None:
        is_run = self.is_traced or bool(finding.texts)
        return super().given(finding, valid_alone, noisy) if is_run else None
