"""One search through all changes: for the one that repairs an operation, else for one that makes some of its outputs right."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from rnnspec.reference import OPERATIONS

from ..run.outcome import Ending, Outcome
from .accusing import Accused
from .changes.words import words_of
from .nudging import accused
from .ordering import Ranked, calm_of, files_of, in_order, suspects_of
from .placing import Placing
from .standing import Made
from .trying import Trying

ALIKE = 0.5  # how much less likely a change may be that repairs more
BEHIND_RAISING = 1.5  # the same where it raised: it is likely wrong before that
OF_WHOLE = 0.7  # of the time is for a change that repairs all …
OF_SOME = 0.5  # … and of the rest for one that makes some outputs right
OF_SUSPECTS = 0.2  # of it is to tell which statements are to be suspected
FEW = 6  # cases in which some outputs are to be right
SETTLED = (Ending.PASS, Ending.UNSUPPORTED)
RAISES = ""  # stands beside the outputs that are wrong where there are none
Cases = Mapping[str, list[str]]


@dataclass(frozen=True)
class Repaired:
    """Changes, and by operation the cases that pass with them; all that passed do so still."""

    made: tuple[Made, ...]
    cases: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Better:
    """A change, and how many outputs are right with it that were wrong; whether the first case did raise without it."""

    made: Made
    outputs: int
    raised: bool


class Stage:
    """Of an operation, with what is made behind which this is looked for; `left` is by operation what fails and is not repaired."""

    def __init__(self, trying: Trying, operation: str, left: Cases, passing: Cases) -> None:
        self._trying, self._operation, self._left, self._passing = trying, operation, left, passing
        self._ids = left[operation]
        family = OPERATIONS[operation].family
        near = [name for name in passing if name != operation and family and OPERATIONS[name].family == family]
        self._right = [id for name in (operation, *near) for id in passing.get(name, ())]
        self._calm = calm_of(self._ids[0], {name: passing[name] for name in near if name not in left})
        self._wrong: dict[str, set[str]] = {}

    def searched(self, is_next: Callable[[], bool], until: float) -> Repaired | Better | None:
        """That which repairs most, of all that are about as likely as the first; else that with which most outputs are right."""
        first = next((id for id in self._ids if self._trying.timed(id).failed), "")
        if not first:  # it is not as it was
            return None
        files = files_of(self._trying, first)
        placing, words = Placing(files, self._trying.guarded), {file: words_of(file) for file in files}
        self._trying.timed(first)
        self._wrong = {id: _wrong(self._trying.outcome(id)) for id in self._ids[self._ids.index(first) :][:FEW]}
        wrong = self._wrong[first] - {RAISES}
        soon = _part_of(until, OF_SUSPECTS)
        suspects = [
            (file, one) for file in files for one in suspects_of(self._trying, placing, file, first, self._calm, soon)
        ]
        whole = in_order(suspects, words, wrong, False, until)
        some = in_order(suspects, words, wrong, True, until) if len(wrong) > 1 else iter(())
        return (
            self._best(placing, whole, is_next, _part_of(until, OF_WHOLE if len(wrong) > 1 else 1.0))
            or self._best(placing, some, is_next, _part_of(until, OF_SOME))
            or self._best(placing, whole, is_next, until)
        )

    def accused(self, until: float) -> list[Accused]:
        """Which lines are to be looked at, of those that the first case runs that answers."""
        first = next((id for id in self._ids if self._trying.outputs(id)), "")
        files = files_of(self._trying, first) if first else []
        passing = self._passing.get(self._operation, [])
        return accused(self._trying, files, self._ids, passing, self._calm, until)

    def _best(
        self, placing: Placing, several: Iterator[Ranked], is_next: Callable[[], bool], until: float
    ) -> Repaired | Better | None:
        whole, some, most = None, None, math.inf
        while time.process_time() < until and (one := next(several, None)):
            if not is_next():
                continue
            if one.rank > most:
                break
            match self._with(placing, one):
                case Repaired(cases=cases) as found:
                    whole = whole if whole and len(whole.cases) >= len(cases) else found
                    most = min(most, one.rank + ALIKE) if len(cases) < len(self._left) else 0.0
                case Better(outputs=outputs, raised=raised) as found:
                    some = some if some and some.outputs >= outputs else found
                    most = min(most, one.rank + (BEHIND_RAISING if raised else ALIKE))
        return whole or some

    def _with(self, placing: Placing, one: Ranked) -> Repaired | Better | None:
        try:
            with one.change.made(), placing.of(one.file, one.change.statement), self._trying.unchanging():
                return self._repaired(one) or self._better(one)
        except (SyntaxError, ValueError, TypeError, RecursionError):  # nothing that Python can be
            return None

    def _repaired(self, one: Ranked) -> Repaired | None:
        """With the other operations of which it repairs all that fails, where it spoils nothing of the family."""
        if not (own := self._settled(self._ids)) or not self._pass(self._right):
            return None
        others = {n: self._settled(ids) for n, ids in self._left.items() if n != self._operation}
        more = {n: ids for n, ids in others.items() if ids and self._pass(self._passing.get(n, ()))}
        return Repaired(((one.file, one.change),), {self._operation: own, **more})

    def _settled(self, ids: list[str]) -> tuple[str, ...]:
        """Those that pass, where most do and no other fails: what has raised may not be offered. None where any does."""
        ended = ((id, self._trying.outcome(id).outcome) for id in ids)
        found = [*takewhile(lambda one: one[1] in SETTLED, ended)]
        passing = tuple(id for id, outcome in found if outcome is Ending.PASS)
        return passing if len(found) == len(ids) < 2 * len(passing) else ()

    def _pass(self, ids: Iterable[str]) -> bool:
        return all(map(self._trying.passes, ids))

    def _better(self, one: Ranked) -> Better | None:
        """Where outputs are right in each case that were wrong, and none is wrong that was right."""
        fixed = set[str]()
        for place, (id, before) in enumerate(self._wrong.items()):
            now = _wrong(self._trying.outcome(id))
            fixed = before - now if not place else fixed
            if not fixed or fixed & now or not now <= before:
                return None
        return Better((one.file, one.change), len(fixed), RAISES in fixed) if self._pass(self._right) else None


def _wrong(outcome: Outcome) -> set[str]:
    """The outputs that are, all of them and that it raises where it does."""
    if outcome.outcome is Ending.PASS:
        return set()
    if outcome.verdicts:
        return {name for name, verdict in outcome.verdicts.items() if not verdict.passed}
    return {RAISES, *OPERATIONS[outcome.operation].outputs}


def _part_of(until: float, part: float) -> float:
    now = time.process_time()
    return now + (until - now) * part
