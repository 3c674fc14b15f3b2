"""A hunt from its beginning to what is told of it: what was found, made small, explained and ready to be played again."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis.database import ExampleDatabase
from rnnspec.golden import FOLDER

from ..asking import of_policy
from ..at_precision import stored
from ..candidate import DTYPES, Candidate
from ..checks import Checks
from ..choices import EXPLAIN_SECONDS, BadChoice
from ..finding import is_apart
from ..properties.table import property_in
from ..report.report import Report
from ..run.local import Local
from ..run.outcome import Outcome
from ..sources import Estimated, Stored, operations
from ..starting import started
from .found import NEVER, Find, Round
from .problem import OF_MEMORY
from .rounds import ENDED, Hunter, rounds

Heard = Callable[[int], None]  # with how many problems have been judged
BESIDE = 40  # goldens of an operation, at most, whose outcomes tell mistakes apart that one problem cannot

UNTRIED = f"; not tried in a process of its own: {', '.join(OF_MEMORY)}"


@dataclass
class Hunted:
    """What came of a hunt: `judged` problems of so many operations, and a report of those that the candidate fails."""

    candidate: str
    at: str  # the dtype, or the precision
    seed: int
    operations: int
    judged: int = 0
    seconds: float = 0.0
    is_apart: bool = False  # in a process of its own, to which arrays are written
    finds: list[Find] = field(default_factory=list)
    report: Report | None = None

    @property
    def said(self) -> str:
        """How far it went, in words."""
        if not self.operations:
            return f"{self.candidate} offers no operation to hunt"
        where = (
            f"{self.judged} problems of {self.operations} operations, from seed {self.seed}, in {self.seconds:.0f} s"
        )
        nothing = f"nothing found{UNTRIED if self.is_apart else ''}" if self.judged else "none could be judged"
        found = f"{len(self.finds)} found" if self.finds else nothing
        return f"hunted {self.candidate} through {where} [{self.at}]: {found}"

    def through(self, rounds: Iterable[Round], candidate: Candidate, explain_seconds: float) -> "Hunted":
        """With what came of these rounds, and that explained."""
        begun, self.is_apart = time.monotonic(), not isinstance(candidate, Local)
        for done in rounds:
            self.judged += done.judged
            self.finds += done.finds
        self.seconds = time.monotonic() - begun
        if self.finds:
            self.report = report_of(candidate, self.finds, explain_seconds)
        return self


def hunt(
    candidate: Any,
    dtype: str = DTYPES[0],
    *,
    precision: str | None = None,
    seconds: float | None = 60.0,
    count: int | None = None,
    seed: int = 0,
    keep_going: bool = False,
    cases: Collection[str] | None = None,
    database: ExampleDatabase | None = None,
    explain_seconds: float = EXPLAIN_SECONDS,
    heard: Heard = lambda n: None,
    running: Callable[[str], object] = lambda id: None,
    **choices: Any,
) -> Hunted:
    """Hunt a candidate until the first find, for so long or so many problems: what it is, and `choices` of how it is started, as in `check`.

    `cases` are operations and families; the same seed draws the same problems. Raises what `check` raises.
    """
    bounded(seconds, count, seed)
    names = named(cases, dtype)
    dtype, policy = of_policy(dtype, precision, is_apart(candidate, choices.get("isolate", False)))
    with started(candidate, **choices) as found:
        hunter = Hunter(found, dtype, names, ending(seconds), database, running, policy)
        hunted = Hunted(found.name, hunter.at, seed, len(hunter.operations))
        return hunted.through(rounds(hunter, seed, count, keep_going, heard), found, explain_seconds)


def named(cases: Collection[str] | None, dtype: str) -> list[str]:
    """The operations that are meant, none for all. Raises BadChoice for a dtype that is none, UnknownCase for a name."""
    if dtype not in DTYPES:
        raise BadChoice(f"dtype {dtype!r} is not one of {', '.join(DTYPES)}")
    return [operation.name for operation in operations(cases)] if cases else []


def bounded(seconds: float | None, count: int | None, seed: int) -> None:
    """Nothing, where these bound a hunt. Raises BadChoice for one that would be none."""
    if seconds is not None and not (_is(seconds, int | float) and 0 < seconds < NEVER):
        raise BadChoice(f"seconds is {seconds!r}, want a number above 0, or None for no end")
    if count is not None and not (_is(count, int) and count > 0):
        raise BadChoice(f"count is {count!r}, want a whole number above 0, or None for no end")
    if not (_is(seed, int) and seed >= 0):
        raise BadChoice(f"seed is {seed!r}, want a whole number from 0 on")


def _is(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def ending(seconds: float | None) -> float:
    """When so many seconds from now are over."""
    return NEVER if seconds is None else time.monotonic() + seconds


def report_of(candidate: Candidate, finds: Sequence[Find], seconds: float = EXPLAIN_SECONDS) -> Report:
    """A report of the problems that were found in one hunt, explained as any failure is; by goldens of the same operations, too."""
    dtype, policy = finds[0].problem.dtype, finds[0].problem.policy
    goldens, cases = stored(FOLDER, policy), [find.problem.case for find in finds]
    checks = Checks(candidate, dtype, None, Estimated(cases, dtype, policy, goldens.load))
    kept = [find for find in finds if seconds and find.outcome.outcome not in ENDED]  # no array tells of the others
    told = [find.outcome for find in kept if not find.problem.circumstances]
    beside = [
        outcome for name in dict.fromkeys(one.operation for one in told) for outcome in _goldens(checks, goldens, name)
    ]
    return checks.report([find.outcome for find in finds], seconds, [*told, *beside] if told else [])


def _goldens(checks: Checks, goldens: Stored, operation: str) -> Iterator[Outcome]:
    beside = Checks(checks.runner.candidate, checks.runner.dtype, [operation], goldens)
    for id in [id for id in beside.ids if not property_in(id)][:BESIDE]:
        yield beside.run(id)
