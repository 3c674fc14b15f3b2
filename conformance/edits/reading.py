"""One case as it is of a loop that reads the padding of its inputs, and masks what comes of it: the same results, and another mistake where one mask is missing."""

from ..deviations.deviation import Edit as OfText
from .case import Case
from .generated.mask_texts import READ
from .trace.neutral import reading_on


def reading(case: Case) -> Case:
    """That, or the case itself where there is nothing beyond lengths."""
    if case.read is None:
        case.read = _reading(case)
    return case.read


def _reading(case: Case) -> Case:
    if not case.is_ragged or (own := reading_on(case.trace)) is None:
        return case
    other = Reading(case.golden, case.arrays, case.dtype, case.wrong)
    other.trace, other.right = own, case.right
    return other


class Reading(Case):
    @property
    def changes(self) -> tuple[OfText, ...]:
        return (OfText(*READ),)
