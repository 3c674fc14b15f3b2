"""The two lines in a project's own tests: a decorator that parametrizes over cases and properties."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from rnnspec.golden import FOLDER

from .candidate import candidate_of
from .checking import DTYPES, check, checks
from .execution import Outcome, Runner
from .rendering import failure
from .report import Report


@dataclass(frozen=True)
class Requirement:
    """One case or property, bound to a candidate; a test calls `verify`."""

    id: str
    runner: Runner
    run: Callable[[], Outcome]

    def verify(self) -> Outcome:
        """Run it: skips what the candidate does not offer, fails with a named bug where one is known."""
        outcome = self.run()
        if outcome.outcome == "unsupported":
            pytest.skip(f"not tested: {outcome.operation}: {outcome.message}")
        if outcome.outcome != "pass":
            pytest.fail(self._explained(outcome), pytrace=False)
        return outcome

    def _explained(self, outcome: Outcome) -> str:
        whole = _whole(self.runner, outcome.operation)  # a bug is named from all cases of an operation
        why = next((reason for reason in whole.reasons if outcome.id in reason.cases), None)
        return failure(outcome, self.runner.candidate.name, self.runner.dtype, why, self.runner.candidate.spelled)

    def __repr__(self) -> str:
        return self.id


@lru_cache(maxsize=64)
def _whole(runner: Runner, operation: str) -> Report:
    return check(runner.candidate, runner.dtype, only=(operation,))


def requirements(
    candidate: Any, dtype: str = "float64", only: Collection[str] = (), folder: Path = FOLDER
) -> list[Requirement]:
    """Every case and property there is for a candidate. Raises as `check` does."""
    if dtype not in DTYPES:
        raise ValueError(f"dtype {dtype!r} is not one of {', '.join(DTYPES)}")
    runner = candidate_of(candidate).runner(dtype)
    return [Requirement(name, runner, run) for name, run in checks(runner, only, folder)]


def parametrize(candidate: Any, dtype: str = "float64", only: Collection[str] = ()) -> Any:
    """Decorate a test that takes `case` and calls `case.verify()`:

        @parametrize(mylstm)
        def test_conforms(case): case.verify()

    Raises as `check` does.
    """
    found = requirements(candidate, dtype, only)
    return pytest.mark.parametrize("case", [pytest.param(r, id=r.id) for r in found])
