"""What of a pytest run was tested: one in which nothing of a candidate was fails, as the command does.

It stands in every pytest run of every project, so it imports nothing that costs.
"""

import sys
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SUITE = "rnnspec.conformance"
TOLD = "rnnspec_tested"  # on a test's report, which a worker of pytest-xdist hands over: (place, candidate, whether)


@dataclass(frozen=True)
class Nothing:
    """What a test gets where there is nothing to test, and why: without a test nothing would fail."""

    why: str

    def verify(self) -> None:
        pytest.fail(self.why, pytrace=False)


class Tally:
    """A plugin that counts, by test function and candidate, what came of its cases and properties."""

    def __init__(self) -> None:
        self._tested: dict[tuple[str, str], bool] = {}
        self._run = ExitStack()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: Any) -> None:
        """From here on, whoever leaves a session that has a candidate's cases leaves with a failure; so does what is left at its end."""
        if any(map(_has_cases, session.items)):
            from .run.guard import held

            self._run.callback(_ended, session)
            self._run.enter_context(held())

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        self._run.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, Any]:
        report = yield
        parametrizing = sys.modules.get(f"{SUITE}.parametrizing")
        if parametrizing and hasattr(item, "callspec"):  # at each of its phases: a fixture may verify, too
            place = SUITE if "rnnspec_case" in item.fixturenames else item.nodeid.partition("[")[0]
            given = [r for r in item.callspec.params.values() if isinstance(r, parametrizing.Requirement)]
            found = [[place, r.candidate, r.tested] for r in given if r.tested is not None]
            setattr(report, TOLD, found)
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        for place, candidate, tested in getattr(report, TOLD, ()):
            self._tested[place, candidate] = tested or self._tested.get((place, candidate), False)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: Any) -> None:
        if self._nothing() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for place, candidate in self._nothing():
            words = f"rnnspec: nothing tested by {place}: {candidate} offers none of the operations asked for"
            terminalreporter.write_line(words, red=True)

    def _nothing(self) -> list[tuple[str, str]]:
        return [key for key, tested in self._tested.items() if not tested]


def _has_cases(item: Any) -> bool:
    parametrizing = sys.modules.get(f"{SUITE}.parametrizing")
    given = item.callspec.params.values() if parametrizing and hasattr(item, "callspec") else ()
    return any(isinstance(one, parametrizing.Requirement) for one in given)  # type: ignore[union-attr]


def _ended(session: Any) -> None:
    from .run.guard import left_with

    if _of_a_command() and session.exitstatus:
        left_with(int(session.exitstatus))


def _of_a_command() -> bool:
    """Whether pytest's exit code is the process's own, not one that a script asked for."""
    own = sys.modules["__main__"]
    return own.__package__ == "pytest" or Path(getattr(own, "__file__", None) or "").stem in ("pytest", "py.test")
