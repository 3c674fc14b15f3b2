"""`check`: every case and every property of what a candidate offers.

What ends a process past Python, as a crash in C, ends the one that calls this, unless a process of its own (`isolate`) makes a
verdict of it. The command runs in one that it watches.
"""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from rnnspec.golden import FOLDER, Golden, GoldenError, cases, load, read_manifest
from rnnspec.golden.entry import Entry, shown
from rnnspec.reference import OPERATIONS

from .candidate import DTYPES, Candidate, Unjudged, UnknownCandidate
from .choices import BadChoice
from .edits.explaining import SECONDS
from .exhibiting import exhibited
from .explanation.naming import explain
from .properties.holding import hold, instead, lacking, with_options
from .properties.table import PROPERTIES, plain, property_in
from .report import known_failures
from .report.advice import advice
from .report.baseline import BaselineError, ready
from .report.chunked import of_chunks
from .report.environment import environment
from .report.known_failures import KnownFailuresError
from .report.record import Place, stand
from .report.report import Report
from .run.guard import ProcessExit, held
from .run.outcome import Ending, Outcome
from .run.runner import Runner
from .run.telling import said
from .selection import UnknownCase, known_ids, selected
from .starting import started

# what a user's wrong choice raises: each message says what, where, and what to do
WRONG = (BadChoice, UnknownCandidate, UnknownCase, GoldenError, KnownFailuresError, BaselineError)
Progress = Callable[[int, int], None]
Running = Callable[[str], object]


class Checks:
    """All that is asked of a candidate at one dtype, by id.

    Raises UnknownCase, GoldenError, TypeError for a text in place of a list, or BadChoice for a dtype that is none
    of float64, float32, float16.
    """

    def __init__(
        self, candidate: Candidate, dtype: str = DTYPES[0], names: Collection[str] | None = None, goldens: Path = FOLDER
    ) -> None:
        if dtype not in DTYPES:
            raise BadChoice(f"dtype {dtype!r} is not one of {', '.join(DTYPES)}")
        self.goldens, self.known = goldens, known_ids(goldens)
        asked = selected(names, self.known)
        self.runner, self.whole = Runner(candidate, dtype), names is None
        self.entries = {entry.id: entry for entry in cases(goldens)}
        wide = {entry.id for entry in self.entries.values() if dtype not in entry.dtypes}
        self.possible = [id for id in self.known if self._case_of(id) not in wide]
        self.ids = [id for id in asked if self._case_of(id) not in wide]
        self.skipped = [id for id in asked if self._case_of(id) in wide]  # which the dtype cannot carry
        self.load = cache(partial(load, folder=goldens))
        self._raises = cache(self._raises_with_a_state)
        self._optional = cache(self._with_options)

    def run(self, id: str) -> Outcome:
        """One case or property. What an operation raises with a state too is no way to decline to start without."""
        outcome = self._run(id)
        if outcome.raised and self._raises(outcome.operation):
            outcome.ended(Ending.ERROR, outcome.raised)
        return outcome

    def _case_of(self, id: str) -> str:
        """The case on whose inputs a property is tried; a case is its own."""
        name = property_in(id)
        return f"{self.known[id]}/{PROPERTIES[name].base}" if name else id

    def _run(self, id: str) -> Outcome:
        entry, name = self.entries[self._case_of(id)], property_in(id)
        if declined := lacking(self.runner, name, entry) if name else self.runner.lacking(entry):
            return declined  # most of what is known to the kit, for many a candidate
        golden = self.load(entry.id)
        if not name:
            return self.runner.case(golden)
        return hold(self.runner, name, golden, self._others(name, golden), self._instead(golden))

    def _others(self, name: str, golden: Golden) -> Iterator[Golden]:
        """What a property is tried on besides, one by one."""
        optional = [id for id in self._optional(golden.entry.operation.name) if id != golden.id]
        yield from (self.load(id) for id in optional[: PROPERTIES[name].with_options])

    def _instead(self, golden: Golden) -> Iterator[Golden]:
        """What a property is tried on where the candidate declines that, one by one."""
        yield from (
            self.load(entry.id)
            for entry in instead(self._of(golden.entry.operation.name), golden.entry, self.runner.dtype)
        )

    def _of(self, operation: str) -> list[Entry]:
        return [entry for entry in self.entries.values() if entry.operation.name == operation]

    def _with_options(self, operation: str) -> list[str]:
        return [entry.id for entry in with_options(self._of(operation), self.runner)]

    def _raises_with_a_state(self, operation: str) -> bool:
        return self._run(plain(operation)).outcome is Ending.ERROR

    def missing(self, ran: Collection[str]) -> list[str]:
        """Cases that the manifest promises at this dtype for what the candidate offers, and that did not run."""
        offered = {name for name, operation in OPERATIONS.items() if not self.runner.calls.lacks(operation, [])}
        entries = [entry for entry in self.entries.values() if self.runner.dtype in entry.dtypes]
        promised = {entry.id for entry in entries if entry.operation.name in offered}
        return sorted(promised - set(ran))

    def advice(self, report: Report) -> list[str]:
        """What to do next, where there is something to say."""
        return advice(report, self.runner, self.load)

    def report(self, outcomes: list[Outcome], seconds: float = SECONDS) -> Report:
        """What came of these, with what explains it; for 0 seconds, without."""
        candidate, dtype = self.runner.candidate, self.runner.dtype
        report = Report(
            shown(candidate.name),
            candidate.version,
            dtype,
            read_manifest(self.goldens).digest,
            cases=outcomes,
            skipped=self.skipped,
            spelled=candidate.spelled,
            partial=not self.whole,
            environment=environment(candidate.frameworks),
        )
        if seconds:
            known = [*self.entries]
            report.explanations, report.localisations = explain(outcomes, dtype, self.load, seconds, known)
        report.record.notes += of_chunks(outcomes, candidate.chunks)
        report.record.notes += [*candidate.notes, *candidate.hints(dtype, report.failures, self.load)]
        report.exhibit = exhibited(outcomes, dtype, self.entries, self.load)
        return report


def check(
    candidate: Any,
    dtype: str = DTYPES[0],
    *,
    cases: Collection[str] | None = None,
    device: str | None = None,
    isolate: bool = False,
    timeout: float | None = None,
    memory: int | None = None,
    known_failing: Path | str | None = None,
    write_known_failing: Path | str | None = None,
    baseline: Path | str | None = None,
    goldens: Path | str | None = None,
    progress: Progress | None = None,
    running: Running | None = None,
    explain_seconds: float = SECONDS,
) -> Report:
    """Check a candidate: a module, an object, a file's path, a dotted or a registered name, or a program's command.

    `cases` are ids, operations, families or properties; `isolate` is a process of its own, `timeout` in seconds a case, `memory`
    in MB; `progress` gets (done, of all), `running` an id before it runs; 0 `explain_seconds` explain nothing.

    Raises BrokenCandidate, one of WRONG for a choice that cannot be, or TypeError for a text in place of a list of cases.
    """
    folder = Path(goldens or FOLDER).absolute()
    _prepared(known_failing, write_known_failing, baseline, dtype, cases is None)
    with held(), _standing() as back, _judging(), started(candidate, isolate, timeout, memory, folder, device) as found:
        report = _ran(checks := Checks(found, dtype, cases, folder), progress, running, explain_seconds, back)
        report.record = stand(report, checks.known, known_failing, write_known_failing, baseline, checks.load)
        return report


def _prepared(known_failing: Place, write_known_failing: Place, baseline: Place, dtype: str, whole: bool) -> None:
    """What is wrong with a list is told before the run, and what records is imported before it."""
    if baseline:
        ready()
    if write_known_failing and not whole:
        raise BadChoice("writing the known failures needs a whole run: leave out the choice of cases")
    if write_known_failing:
        known_failures.writable(Path(write_known_failing))
    if known_failing and Path(known_failing) != Path(write_known_failing or ""):  # that is written before it is read
        known_failures.read(Path(known_failing), dtype)


@contextmanager
def _standing() -> Iterator[Callable[[], None]]:
    """Come back, also before the end, to the folder that this began in: paths are from there, wherever a candidate goes."""
    try:
        here = os.getcwd()
    except OSError:  # it is gone
        here = os.curdir

    def back() -> None:
        with suppress(OSError):
            os.chdir(here)

    try:
        yield back
    finally:
        back()


@contextmanager
def _judging() -> Iterator[None]:
    """A run that ends without its verdict is a failure: an end asked for outside of a call, which would be a success, is Unjudged."""
    try:
        yield
    except (SystemExit, ProcessExit) as error:
        code = getattr(error, "code", None)
        if type(code) is int and 0 < code < 256:  # as a handler of the caller's has it
            raise
        raise Unjudged(f"the run ended before its verdict: {said(error)}") from None


def _ran(
    checks: Checks, progress: Progress | None, running: Running | None, seconds: float, back: Callable[[], None]
) -> Report:
    """Run all of it, come back, and explain it in so many seconds."""
    outcomes = []
    for done, id in enumerate(checks.ids, 1):
        if running:
            running(id)
        outcomes.append(checks.run(id))
        if progress:
            progress(done, len(checks.ids))
    report = checks.report(outcomes, seconds)
    back()
    report.record.notes += checks.advice(report)
    report.missing = checks.missing(checks.ids) if checks.whole else []
    return report
