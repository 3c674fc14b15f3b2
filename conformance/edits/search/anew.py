"""Of a backward that computes its forward anew with an edit what else may go by what the forward left, or be computed anew, too."""

from rnnspec.reference import Kind

from ..finding import RECURRENCES, Finding
from ..generated.given.roles import ROLE
from ..held.case import Case
from ..held.holding import Holding
from ..trace.group import EACH, NAMED, USES
from ..trace.replaying import Edit
from ..trace.trace import Arrays
from ..trace.ways import ANEW, BESIDE, FROM_FIRST, REMADE, WHOLE


def other_way(search: Holding, edit: Edit, found: Arrays, some: list[Finding]) -> str:
    """The way in which it gives the first case, where it does not as it is; "" for none. What gives all that is wrong and changes more is left in `some`."""
    first, own = search.cases[0], Finding((edit,), BESIDE)
    missed = first.missed(found)
    beside = first.given(own) if _may_be_beside(search, edit, missed) else None
    if beside is not None and first.fits(beside):
        return BESIDE
    if beside is not None and first.gives(beside, first.wrong):
        some.append(own)
    # all that is missed is of what a step gives
    is_whole = bool(missed) and missed < first.wrong and first.fits(first.given(Finding((edit,), WHOLE)))
    return WHOLE if is_whole else _remade(search, edit)


def _remade(search: Holding, edit: Edit) -> str:
    """In which way of several steps it gives the first case, where it gives one of a single step, in which all of these are the same."""
    of_one, first = search.of_one_step, search.cases[0]
    if (
        of_one is None
        or not any(map(first.trace.is_ahead, edit.members(first.trace)))
        or not edit.members(of_one.trace)
        or not of_one.fits(of_one.given(Finding((edit,), FROM_FIRST)))
    ):
        return ""
    ways = REMADE if first.trace.operation.family in RECURRENCES else (FROM_FIRST,)
    return next((way for way in ways if first.fits(first.given(Finding((edit,), way)))), "")


def is_likely_from_first(case: Case, base: Finding, edit: Edit) -> bool:
    """Of what is given, whether it gives any of what is wrong where a backward goes through its forward again, to what one step leaves behind."""
    if base.way != ANEW or case.steps != 1 or edit.group.place[0].module or edit.source:
        return False
    found = case.given(Finding((*base.edits, edit), FROM_FIRST))
    return found is not None and case.gives_some(found, -1, case.wrong)


def _may_be_beside(search: Holding, edit: Edit, missed: frozenset[str]) -> bool:
    """Whether a backward gives all but the gradients into states, which are right: of steps, or of what is given, or one role.

    Without states it gives all, also what it has of what was returned.
    """
    operation = search.held.operation
    if not operation.states:
        return edit.group.extent == EACH
    if operation.kind is Kind.CELL and edit.group.extent in (EACH, NAMED, USES):
        return bool(missed) and not missed & search.cases[0].wrong
    return edit.kind == ROLE or not edit.group.place[0].module  # what is given
