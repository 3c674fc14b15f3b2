"""Failures that one change of the candidate's own source repairs: looked for in another process, beside what explains them by the equations."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import Self

from rnnspec.golden import Entry
from rnnspec.reference import OPERATIONS

from ..candidate import Origin
from ..clock import Timed
from ..properties.table import property_in
from ..report.reasons import Explanation, Localisation
from ..report.report import Report
from ..run.outcome import Ending, Outcome
from .asking import Job, Mender, Repair
from .joining import Reasons, explained, joined, own_lines, unexplained, with_accused
from .wanted import asked_of, lacking_of, sorted_by_operation

SOON, LATER = 0.2, 2.0  # seconds that a known mistake takes; what most others take, where one core has to do for both
AROUND = 0.4  # seconds that processes and imports take besides, and the change that is at work when time is up
LEAST = 1.5  # seconds that the equations have, also where a change repairs all


class Repairing(Thread):
    """The search, from its beginning; `with_repairs` waits for its end. Where it repairs all, the search in the equations, in the thread that
    makes this, ends soon, too.
    """

    def __init__(self, job: Job, outcomes: Sequence[Outcome]) -> None:
        super().__init__(daemon=True)
        self._mender, self._repairs = Mender(job), list[Repair]()
        self._left, self._other = {*job.failing}, Timed()
        self._own = {name: [o for o in outcomes if o.operation == name] for name in job.failing}

    def run(self) -> None:
        with suppress(OSError):  # no process, or no folder for what it has come to
            for repair in self._mender.repairs():
                self._repairs.append(repair)
                self._left -= repair.cases.keys()
                if not self._left:
                    self._other.call_up(LEAST)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nobody waits for it any more."""
        self._mender.stop()
        self.join()
        self._other.done()

    def with_repairs(
        self, report: Report, explanations: list[Explanation], localisations: list[Localisation], line: bool
    ) -> Reasons:
        """What explains a report's failures by the equations, and what repairs those that nothing else explains whole, with all else that it
        repairs; with `line` it is noted what repairs the others. Where there are none, nothing is waited for.
        """
        if not (left := unexplained(report.failures, explanations, localisations)) and not line:
            self._mender.stop()
        self.join()
        repairs = [repair for repair in self._repairs if left & repair.cases.keys()]
        every = [one for repair in repairs for one in explained(repair, self._own)]
        found = joined(explanations, with_accused(localisations, self._mender.accusations), every)
        if line:
            told = {one.operation for one in found[0] if one.is_change}
            others = (name for name in dict.fromkeys(o.operation for o in report.failures) if name not in told)
            report.record.notes += own_lines("--line", self._repairs, others, "more of --explain-seconds may find one")
        return found


def begun(
    origin: Origin,
    dtype: str,
    goldens: Path,
    outcomes: Sequence[Outcome],
    entries: Mapping[str, Entry],
    seconds: float,
    is_shared: bool = False,
) -> Repairing:
    """The search for what repairs all that fails, in so many seconds of CPU time; what is explained by the equations soon needs none. Where
    one core is shared it waits for most of that, else its time has begun.
    """
    failed = {o.operation for o in outcomes if o.failed}
    families = {OPERATIONS[name].family or name for name in failed}
    near = [o for o in outcomes if (OPERATIONS[o.operation].family or o.operation) in families]
    by_operation = partial(sorted_by_operation, entries)
    failing = chain.from_iterable(asked_of([o for o in near if o.operation == name]) for name in failed)
    passing = (o for o in near if o.outcome is Ending.PASS and not property_in(o.id))
    asked = by_operation(failing)
    besides = (o for o in near if o.failed and o.id not in asked[o.operation])
    wait = min(LATER if is_shared else SOON, seconds)
    own = max(0.0, seconds - AROUND - (0.0 if is_shared else wait))
    groups = asked, by_operation(passing), by_operation(besides)
    job = Job(origin, dtype, str(goldens), *groups, own, wait, lacking=lacking_of(near))
    repairing = Repairing(job, near)
    repairing.start()
    return repairing
