"""`check`: every case and every property of what a candidate offers.

What ends a process past Python, as a crash in C, ends the one that calls this, unless a process of its own (`isolate`) makes a
verdict of it. The command runs in one that it watches.
"""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from rnnspec.golden import FOLDER, GoldenError
from rnnspec.golden.precision import BadPrecision
from rnnspec.golden.sized import BadSize, Size

from .asking import NOT_STORED, asked
from .candidate import DTYPES, Unjudged, UnknownCandidate
from .checks import Checks
from .choices import EXPLAIN_SECONDS, BadChoice
from .finding import is_apart
from .rebuild.choice import Rebuild
from .report import known_failures
from .report.baseline import BaselineError, ready
from .report.known_failures import KnownFailuresError
from .report.record import Place, stand
from .report.report import Report
from .run.guard import ProcessExit, held
from .run.telling import said
from .selection import UnknownCase
from .starting import started

# what a user's wrong choice raises: each message says what, where, and what to do
WRONG = (
    BadChoice,
    BadPrecision,
    BadSize,
    UnknownCandidate,
    UnknownCase,
    GoldenError,
    KnownFailuresError,
    BaselineError,
)
Progress = Callable[[int, int], None]
Running = Callable[[str], object]


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
    at: Size | None = None,
    sizes: bool = False,
    precision: str | None = None,
    progress: Progress | None = None,
    running: Running | None = None,
    explain_seconds: float = EXPLAIN_SECONDS,
    rebuild: Rebuild | None = None,
    line: bool = False,
) -> Report:
    """Check a candidate: a module, an object, a file's path, a dotted or a registered name, or a program's command.

    `cases` are ids, operations, families or properties; `isolate` is a process of its own, `timeout` in seconds a case, `memory` in MB; `at` is a size to judge at, `sizes` are those past the usual blocks; `precision` is a policy, by name or in words; `progress` gets (done, of all), `running` an id before it runs; 0 `explain_seconds` explain nothing; `rebuild` says how a program is built, `line` looks for a line of the candidate's own also where the equations say what is wrong. Raises BrokenCandidate, one of WRONG for a choice that cannot be, or TypeError for a text as `cases`."""
    folder, places = Path(goldens or FOLDER).absolute(), (known_failing, write_known_failing, baseline)
    source, names, dtype = asked(folder, dtype, cases, at, sizes, precision, is_apart(candidate, isolate))
    _prepared(*places, dtype, cases is None, source is folder)
    with held(), _standing() as back, _judging(), started(candidate, isolate, timeout, memory, folder, device) as one:
        return _ran(Checks(one, dtype, names, source, line), places, progress, running, explain_seconds, back, rebuild)


def _prepared(
    known_failing: Place, write_known_failing: Place, baseline: Place, dtype: str, whole: bool, stored: bool
) -> None:
    """What is wrong with a list is told before the run, and what records is imported before it."""
    if not stored and (known_failing or write_known_failing or baseline):
        raise BadChoice(NOT_STORED)
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
    checks: Checks,
    places: tuple[Place, Place, Place],
    progress: Progress | None,
    running: Running | None,
    seconds: float,
    back: Callable[[], None],
    rebuild: Rebuild | None,
) -> Report:
    """Run all of it, come back, explain it in so many seconds, and hold it against what stands in places."""
    if checks.line and not seconds:
        raise BadChoice("line: it is looked for beside what explains the failures, and nothing is to be explained")
    with _rebuilding(rebuild, checks) as repaired:
        report = _judged(checks, progress, running, seconds, back)
        repaired(report)
    report.record.notes += checks.advice(report)
    report.missing = checks.missing(checks.ids) if checks.whole else []
    report.record = stand(report, checks.known, *places, checks.load)
    return report


def _rebuilding(rebuild: Rebuild | None, checks: Checks) -> AbstractContextManager[Callable[[Report], object]]:
    """What looks for a change of a program's source, or for nothing."""
    if checks.line and rebuild is None and checks.is_program:
        raise BadChoice("line: of a program say in which source: --source, in Python rebuild=Rebuild(…)")
    if rebuild is None:
        return nullcontext(lambda report: None)
    from .rebuild.rebuilding import begun  # a tenth of what a start takes, and a run without sources needs none

    return begun(rebuild, checks)


def _judged(
    checks: Checks, progress: Progress | None, running: Running | None, seconds: float, back: Callable[[], None]
) -> Report:
    outcomes = []
    for done, id in enumerate(checks.ids, 1):
        if running:
            running(id)
        outcomes.append(checks.run(id))
        if progress:
            progress(done, len(checks.ids))
    report = checks.report(outcomes, seconds)
    back()
    return report
