"""Edits of a loop that runs, reads or reverses otherwise than the reference's, and is right: what fits a case of it."""

from ..finding import Finding
from ..generated.given.unmasked import READ, UNMASKED
from ..trace.replaying import Edit
from ..trace.trace import Arrays
from .case import Case
from .written import FORTH, written


def fits_a_loop(case: Case, edit: Edit, found: Arrays) -> bool:
    """Whether a case is that of a loop that runs or reads otherwise."""
    if not case.is_ragged and not case.is_reversed:
        return False
    if case.is_ragged and case.fits(found, valid_alone=True):
        return True
    runs = (case.run_on, case.read_on) if edit.kind in UNMASKED else ()
    return any(one.fits(one.given(Finding((edit,))), edit.kind == READ) for one in runs)


def fits_otherwise(case: Case, edit: Edit) -> bool:
    """Whether it is that of a loop that is written otherwise, with a change of its text."""
    others = {id(other): other for loop in FORTH if (other := written(case, loop)) is not case}
    return any(other.fits(other.given(Finding((edit,)))) for other in others.values())
