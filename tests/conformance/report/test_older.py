"""Reports of an earlier minor schema, or from elsewhere, lack what the schema does not require: they are read, or refused in words."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from planted.browsing import odd_lstm
from rnnspec.conformance import Report, check
from rnnspec.conformance.report.format import ReportError
from rnnspec.conformance.report.scoreboard import scoreboard

Place = tuple[Any, ...]


def keys(data: Any, place: Place = ()) -> Iterator[Place]:
    """Where each key of some data stands, of lists the first two elements."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield (*place, name)
            yield from keys(value, (*place, name))
    elif isinstance(data, list):
        for at, value in enumerate(data[:2]):
            yield from keys(value, (*place, at))


def without(data: Any, place: Place) -> Any:
    inner = found = deepcopy(data)
    for part in place[:-1]:
        inner = inner[part]
    del inner[place[-1]]
    return found


@pytest.mark.parametrize("of", ["notebook", "odd lstm"])
def test_any_key_may_lack_and_what_is_read_is_shown(of: str) -> None:
    data = (check("notebook", cases=["softmax"]) if of == "notebook" else odd_lstm()).as_json()
    data["cases"] = [next(c for c in data["cases"] if c["outcome"] == outcome) for outcome in ("fail", "pass")]
    read = 0

    for place in keys(data):
        try:
            report = Report.of_json(without(data, place))
        except ReportError:
            continue
        read += 1
        assert dict(scoreboard([("a.json", report)]))
        assert report.compare(report).lines() == []

    assert read > 30
    assert len([*keys(data)]) > 100


def test_a_case_that_does_not_say_what_its_budget_is_has_a_proven_one() -> None:
    data = check("reference", cases=["softmax/zero"]).as_json()

    report = Report.of_json(without(without(data, ("cases", 0, "budget")), ("precision",)))

    assert (report.cases[0].budget, report.precision) == ("proven", "")
