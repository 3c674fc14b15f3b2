"""A bug beside roundings that are wrong, too, is named; roundings alone are not, nor is a bug that hides in more than these."""

from collections.abc import Callable
from typing import Any

import pytest
from planted.judging import judged
from planted.lists import DEVIATING, together
from planted.planting import Functions, Planted, candidate
from rnnspec.conformance import check
from rnnspec.conformance.report.explained import explained
from rnnspec.conformance.report.format import explanation, explanations_of

FORMS = {form.deviation: form for form in together(DEVIATING)}
BUG = FORMS["candidate-of-given-state"]
OPERATION = "min_lstm_forward"
ULP_DOWN = "1 - np.nextafter(np.exp(2 * log_a), log_a.dtype.type({}))"


def off(functions: Functions, by: float) -> Functions:
    """All outputs are a little too large."""

    def larger(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arrays: Any, **options: Any) -> Any:
            *outputs, cache = function(*arrays, **options)
            return *(array * (1 + by) for array in outputs), cache

        return run

    return functions | {OPERATION: larger(functions[OPERATION])}


def test_a_bug_beside_roundings_is_named_and_told_to_be_beside_them() -> None:
    found = judged(off(candidate(BUG), 2.0**-46), OPERATION)

    assert found.explanation
    assert found.explanation.deviations == (BUG.deviation,)
    assert 0 < len(found.explanation.cases) < found.failing
    assert "match but for roundings" in explained(found.explanation)[0]
    assert explanations_of(explanation(found.explanation))[0].roundings == found.explanation.roundings > 0


def test_without_roundings_the_same_bug_is_within_budget() -> None:
    found = judged(candidate(BUG), OPERATION).explanation

    assert found
    assert not found.roundings
    assert "match within budget" in explained(found)[0]


@pytest.mark.parametrize("by", [2.0**-46, 2.0**-30])
def test_roundings_alone_have_no_name(by: float) -> None:
    found = judged(off(candidate(), by), OPERATION)

    assert found.failing
    assert found.explanation is None


def test_a_bug_in_more_than_roundings_has_none() -> None:
    assert judged(off(candidate(BUG), 2.0**-30), OPERATION).explanation is None


@pytest.mark.parametrize("towards", ["0", "2"])
def test_a_cancellation_is_named_whichever_way_a_library_rounds(towards: str) -> None:
    form = FORMS["expm1-by-definition"]
    changes = (("-np.expm1(2 * log_a)", ULP_DOWN.format(towards)),)
    planted = Planted(form.id, form.operations, changes, deviation=form.deviation)

    report = check(candidate(planted), dtype="float32", cases=["rg_lru_forward"])

    assert not report.conformant
    assert [found.deviations for found in report.explanations] == [(form.deviation,)]
    assert report.explanations[0].alternatives == ()
