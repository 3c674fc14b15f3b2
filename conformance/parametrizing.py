"""The two lines in a project's own tests: a decorator that parametrizes over cases and properties."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from rnnspec.golden import FOLDER, GoldenError
from rnnspec.golden.entry import shown
from rnnspec.reference import OPERATIONS

from .asking import NOT_STORED, asked
from .candidate import DTYPES, Candidate
from .checks import Checks
from .choices import BadChoice
from .finding import candidate_of, is_apart
from .report import known_failures
from .report.failing import reason
from .report.report import Report
from .report.wording import failure
from .run.outcome import Ending, Outcome
from .tally import Nothing

NOTHING = "nothing-to-test"
FEW = 3  # ids in a line
SECONDS = 3.0  # that edits are looked for, an operation: what has three stories at once takes up to 2 on two busy cores


@dataclass
class Conformance:
    """A candidate's checks as tests, and the failures of it that are known."""

    checks: Checks
    known: known_failures.Known | None = None
    ended: dict[str, Ending] = field(default_factory=dict)  # what was verified, and how it ended
    _whole: dict[str, Report] = field(default_factory=dict)
    _ran: dict[str, list[Outcome]] = field(default_factory=dict)

    @cached_property
    def requirements(self) -> "list[Requirement]":
        return [Requirement(id, self) for id in self.checks.ids]

    @property
    def nothing(self) -> Nothing:
        """Why there is no requirement at all."""
        few, more = self.checks.skipped[:FEW], len(self.checks.skipped) - FEW
        ids = f"{', '.join(few)}{f' and {more} more' if more > 0 else ''} {'is' if len(few) == 1 else 'are'}"
        why = f"{ids} not for {self.checks.at}" if few else "the goldens have none of what is asked for"
        return Nothing(f"nothing to test of {shown(self.checks.runner.candidate.name)}: {why}")

    def strangers(self) -> list[str]:
        """What the list of known failures has and no case or property is."""
        return self.known.strangers(self.checks.known) if self.known else []

    def of_operation(self, operation: str) -> Report:
        """All of one operation, and of the forward that it starts from: a bug is named from all of their cases."""
        if operation not in self._whole:
            forward = OPERATIONS[operation].forward
            both = [*(self._outcomes(forward.name) if forward else []), *self._outcomes(operation)]
            self._whole[operation] = self.checks.report(both, SECONDS)
        return self._whole[operation]

    def _outcomes(self, operation: str) -> list[Outcome]:
        if operation not in self._ran:
            ids = [id for id in self.checks.possible if self.checks.known[id] == operation]
            self._ran[operation] = [self.checks.run(id) for id in ids]
        return self._ran[operation]


@dataclass(frozen=True)
class Requirement:
    """One case or property, bound to a candidate; a test calls `verify`."""

    id: str
    of: Conformance = field(repr=False, compare=False)

    @property
    def candidate(self) -> str:
        return self.of.checks.runner.candidate.name

    @property
    def tested(self) -> bool | None:
        """Whether anything was, once it was verified."""
        return self.of.ended[self.id] is not Ending.UNSUPPORTED if self.id in self.of.ended else None

    def verify(self) -> Outcome:
        """Run it: skips what the candidate does not offer, fails with a named bug where one is known."""
        try:
            outcome = self.of.checks.run(self.id)
        except GoldenError as error:
            pytest.fail(str(error), pytrace=False)
        self.of.ended[self.id] = outcome.outcome
        if self.of.known and (problem := self.of.known.problem(outcome)):
            pytest.fail(f"{self.of.known.path}: {problem}", pytrace=False)
        if outcome.outcome is Ending.UNSUPPORTED:
            pytest.skip(f"not tested: {outcome.operation}: {outcome.message}")
        if outcome.failed and self.of.known and self.of.known.covers(outcome):
            pytest.xfail(f"known: {reason(outcome)}")
        if outcome.failed:
            pytest.fail(self._explained(outcome), pytrace=False)
        return outcome

    def _explained(self, outcome: Outcome) -> str:
        why = None
        if outcome.arrays:  # what gave none has nothing to be explained from
            reasons = self.of.of_operation(outcome.operation).reasons
            why = next((reason for reason in reasons if outcome.id in reason.cases), None)
        return failure(outcome, self.candidate, self.of.checks.at, why, self.of.checks.spelled)


def conformance(
    candidate: Candidate,
    dtype: str = DTYPES[0],
    cases: Collection[str] | None = None,
    known_failing: Path | str | None = None,
    goldens: Path | str | None = None,
    precision: str | None = None,
    isolate: bool = False,
) -> Conformance:
    """Every case and property there is for a candidate, which may have a process of its own. Raises as `check` does."""
    folder = Path(goldens or FOLDER).absolute()
    source, names, dtype = asked(folder, dtype, cases, None, False, precision, is_apart(candidate, isolate))
    if known_failing and source is not folder:
        raise BadChoice(NOT_STORED)
    known = known_failures.read(Path(known_failing), dtype) if known_failing else None
    return Conformance(Checks(candidate, dtype, names, source), known)


def parametrize(
    candidate: Any,
    dtype: str = DTYPES[0],
    *,
    cases: Collection[str] | None = None,
    known_failing: Path | str | None = None,
    goldens: Path | str | None = None,
    precision: str | None = None,
) -> pytest.MarkDecorator:
    """Decorate a test that takes `case` and calls `case.verify()`:

        @parametrize(mylstm)
        def test_conforms(case): case.verify()

    Raises as `check` does.
    """
    # from here: a candidate may go elsewhere when it is imported
    listed, folder = (Path(path).absolute() if path else None for path in (known_failing, goldens))
    found = conformance(candidate_of(candidate), dtype, cases, listed, folder, precision)
    return pytest.mark.parametrize("case", params(found))


def params(found: Conformance, takes: Callable[[str], bool] = lambda _: True) -> list[Any]:
    """A parameter for each requirement whose id is taken; one that fails where there is no requirement at all."""
    if not found.requirements:
        return [pytest.param(found.nothing, id=NOTHING)]
    return [pytest.param(r, id=r.id) for r in found.requirements if takes(r.id)]
