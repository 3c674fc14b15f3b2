"""What the equations have found, and what is looked for in the source for all that."""

from types import SimpleNamespace
from typing import Any

import pytest
from rnnspec.conformance import check
from rnnspec.conformance.repair.joining import joined, unexplained
from rnnspec.conformance.report.reasons import CHANGE, EDIT, Explanation, Told
from rnnspec.conformance.report.report import Report
from rnnspec.reference import FUNCTIONS

SOME, MORE = ("lstm_backward/generic",), ("lstm_backward/generic", "lstm_backward/one-step")


def of_report(report: Report) -> set[str]:
    return unexplained(report.failures, report.explanations, report.localisations)


def ignoring(ends: bool) -> Any:
    """A backward without the gradient into the last cell state, which raises, or not, where there is none."""

    def lstm_backward(da: Any, cache: Any, dy: Any = None, da_last: Any = None, dc_last: Any = None) -> Any:
        if ends and dc_last is None and len(da) > 1:
            raise IndexError("beyond the end")
        return FUNCTIONS["lstm_backward"](da, cache, dy=dy, da_last=da_last)

    return SimpleNamespace(lstm_forward=FUNCTIONS["lstm_forward"], lstm_backward=lstm_backward)


def of(kind: str, cases: tuple[str, ...]) -> Explanation:
    return Explanation("lstm_backward", ("it",), cases, len(MORE), told=(Told("it", kind, "what it does", ""),))


@pytest.mark.parametrize("ends", [False, True])
def test_what_raises_beside_what_has_a_story_is_looked_for(ends: bool) -> None:
    report = check(ignoring(ends), cases=["lstm_backward"])

    (told,) = report.explanations
    assert told.deviations == ("dcT-upstream-ignored",)
    assert of_report(report) == ({"lstm_backward"} if ends else set())


@pytest.mark.parametrize(
    ("found", "repaired", "is_kept"),
    [
        (of("bug", SOME), of(CHANGE, MORE), False),
        (of("bug", MORE), of(CHANGE, MORE), True),
        (of("bug", MORE), of(CHANGE, SOME), True),
        (of(EDIT, MORE), of(CHANGE, MORE), False),
    ],
    ids=["a story of less", "a story of as much", "a story of more", "an edit"],
)
def test_what_is_told_of_both(found: Explanation, repaired: Explanation, is_kept: bool) -> None:
    assert joined([found], [], [repaired]) == ([found if is_kept else repaired], [])
