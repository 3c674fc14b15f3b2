"""What of a pytest run was tested: one in which nothing of a candidate was fails, as the command does.

It stands in every pytest run of every project, so it imports nothing that costs.
"""

import sys
from collections.abc import Generator
from dataclasses import dataclass
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
