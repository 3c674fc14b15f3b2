"""One case as it is of a loop that is written otherwise, and right: the results are the same, and others where something is mistaken."""

from dataclasses import dataclass

from ..deviations.deviation import Edit as Change
from .case import Case
from .finding import FLIPS, FLIPS_AND_READS, READS, Finding
from .generated import flip_texts
from .generated.mask_texts import READ
from .trace.neutral import reading_on
from .trace.trace import Arrays

TEXTS = {READS: (READ,), FLIPS: (*flip_texts.FLIPS,), FLIPS_AND_READS: (*flip_texts.FLIPS, READ)}
CHANGES = {name: tuple(Change(*text) for text in texts) for name, texts in TEXTS.items()}


def written(case: Case, name: str) -> Case:
    """That, or the case itself where there is nothing beyond lengths, or nothing reversed."""
    if name not in case.written:
        case.written[name] = _written(case, name)
    return case.written[name]


def _written(case: Case, name: str) -> Case:
    if (name in (READS, FLIPS_AND_READS) and not case.is_ragged) or (name != READS and not case.is_reversed):
        return case
    other = Written(case.golden, case.arrays, case.dtype, case.wrong, loop=name)
    own = reading_on(case.trace) if name == READS else None
    other.trace, other.right, other.is_traced = own or case.trace, case.right, own is not None
    return other


@dataclass
class Written(Case):
    """Edits of nodes are run where the loop is on a tape as it is written."""

    loop: str = ""
    is_traced: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        return CHANGES[self.loop]

    def given(self, finding: Finding, valid_alone: bool = False, noisy: bool = False) -> Arrays | None:
        is_run = self.is_traced or any(edit.source for edit in finding.edits)
        return super().given(finding, valid_alone, noisy) if is_run else None
