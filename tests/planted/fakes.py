"""Fakes: the reference with functions of it replaced, and what must hold of the report on any of them."""

import json
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from rnnspec.conformance import check
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.report.wording import failures
from rnnspec.conformance.run.outcome import Outcome
from rnnspec.reference import FUNCTIONS

Change = Callable[[Any], Any]
SOUND = "lstm_cell_forward"  # no fake spoils it: it says whether the run went on


def fake(**functions: Any) -> SimpleNamespace:
    """The reference with some functions replaced."""
    return SimpleNamespace(**{**FUNCTIONS, **functions})


def changed(operation: str, change: Change) -> SimpleNamespace:
    """The reference, but what one operation returns is changed."""
    return fake(**{operation: lambda *given, **options: change(FUNCTIONS[operation](*given, **options))})


def all_ids(*names: str, dtype: str = "float64") -> list[str]:
    """What there is to check of these operations, cases and properties, in order."""
    return Checks(candidate_of("reference"), dtype, names or None).ids


def beyond(ids: Iterable[str]) -> list[str]:
    """Those that try a keyword which the contract does not have, and the reference does not either."""
    return [id for id in ids if id.endswith(("/chunked-is-stepwise", "/packed-is-separate"))]


def judged(candidate: Any, operation: str, dtype: str = "float64") -> dict[str, Outcome]:
    """An operation's outcomes by what follows its name, once what holds for every fake is asserted."""
    report = check(candidate, dtype, cases=(operation, SOUND))
    told = failures(report, verbose=True)
    data = json.loads(json.dumps(report.as_json(), allow_nan=False))

    if dtype == "float64":
        assert [outcome.id for outcome in report.cases] == all_ids(operation, SOUND)
    assert {outcome.outcome for outcome in report.cases if outcome.operation == SOUND} == {"pass"}
    assert not [outcome.message for outcome in report.cases if "this kit" in outcome.message]
    assert len(told) == report.totals["fail"] + report.totals["error"]
    assert data["totals"] == report.totals
    return {o.id.removeprefix(f"{operation}/"): o for o in report.cases if o.operation == operation}
