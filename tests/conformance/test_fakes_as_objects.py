"""Candidates that are odd before anything is called: attributes that raise, names that are no text, mocks."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from planted.fakes import all_ids, fake
from rnnspec.conformance import check
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.conformance.report.wording import conclusion, failures


class Untold:
    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize("version", [np.arange(3), (1, 2), Untold()], ids=["array", "tuple", "untold"])
def test_an_odd_version_is_no_obstacle(version: Any) -> None:
    report = check(fake(__version__=version), cases=("sigmoid",))

    assert report.conformant
    assert isinstance(report.version, str)


def test_an_odd_name_is_no_obstacle() -> None:
    report = check(fake(__name__=3, sigmoid=lambda x: None), cases=("sigmoid",))

    assert isinstance(report.candidate, str)
    assert report.candidate in conclusion(report)
    assert "s is None, want an array" in failures(report)[0]


class Hostile:
    """Raises at one attribute."""

    @property
    def sigmoid(self) -> Any:
        raise RuntimeError("not today")


class HostileThroughout:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("not today")


class HostileClass:
    def __init__(self) -> None:
        raise RuntimeError("not today")


class HostileMapping(dict[str, Any]):
    def get(self, name: str, default: Any = None) -> Any:
        raise RuntimeError("not today")


@pytest.mark.parametrize("make", [Hostile, HostileThroughout, HostileMapping, lambda: HostileClass])
def test_a_candidate_that_cannot_be_asked_did_not_start(make: Callable[[], Any]) -> None:
    with pytest.raises(BrokenCandidate) as error:
        check(make(), cases=("sigmoid",))

    assert re.search(
        r"^\w+ did not start: RuntimeError: not today \(test_fakes_as_objects.py, line \d+\)$", str(error.value)
    )


class Anything:
    """Has every attribute and takes every call, as a mock does."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self


def test_an_object_that_answers_to_everything_fails_everywhere() -> None:
    report = check(Anything(), cases=("sigmoid", "rnn_forward", "rnn_backward"))

    assert [outcome.id for outcome in report.cases] == all_ids("sigmoid", "rnn_forward", "rnn_backward")
    assert {outcome.outcome for outcome in report.cases} == {"fail"}
    assert report["sigmoid/generic"].message.startswith("s is an Anything that gives no array (")
    assert report["sigmoid/generic"].message.endswith("), want an array (5, 7)")
    assert all("[Anything, float64]" in text for text in failures(report))
    assert json.dumps(report.as_json())
