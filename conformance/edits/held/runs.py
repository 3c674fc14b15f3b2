"""The runs of a case in which an edit may fit: of a loop as the reference has it, or of one that is written otherwise, and right."""

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from ..finding import ENDS
from .case import Case
from .ended import ended
from .filled import filled
from .written import WRITTEN, written

PLAIN = ""
Of = Callable[[Case], Case]
LOOPS: dict[str, Of] = {ENDS: ended, **{loop: partial(written, loop=loop) for loop in WRITTEN}}
ON: tuple[Of, ...] = attrgetter("run_on"), attrgetter("read_on")  # beyond lengths, where a step changes nothing


def as_it_is(case: Case) -> Case:
    return case


class Run(NamedTuple):
    """How each case is run, and of which loop it is told; within the lengths alone it is held against, or also run with a mistake."""

    of: Of = as_it_is
    loop: str = PLAIN
    valid_alone: bool = False
    ran_alone: bool = False


AS_IT_IS = Run()


def runs_of(valid_alone: bool, is_left_out: bool) -> Iterator[Run]:
    """All but that as it is: with what `is_left_out` as zeros, too; what runs on is held against within the lengths, or else all of it."""
    yield Run(valid_alone=True, ran_alone=True)
    yield from (Run(run, PLAIN, valid_alone) for run in ON)
    yield from (Run(run, loop) for loop, run in LOOPS.items())
    if is_left_out:
        yield Run(filled)
        yield Run(filled, PLAIN, True, True)
        yield from (Run(partial(_filled, run), PLAIN, valid_alone) for run in ON)


def _filled(of: Of, case: Case) -> Case:
    return of(filled(case))
