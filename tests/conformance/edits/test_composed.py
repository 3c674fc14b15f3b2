"""Functions in another order, terms inside of functions, factors elsewhere: each is found as an edit, without the catalogue."""

import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from planted.lists import DEVIATING, together
from planted.planting import candidate
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence

WORDS = {
    "softplus-by-definition": "+log(1 + exp(z)) as it is written",
    "softplus-identity-above-20": "+z where z > 20, else softplus(z)",
    "limits-before-softplus": "+softplus(z within the limits)",
    "eps-as-least-length": "+max(sqrt((x * x).sum(axis=1)), eps)",
    "eps-in-the-floor": "+max(abs(dot), least + eps)",
    "candidate-of-given-state": "+positive(h0)",
    "stabiliser-from-minus-infinity": "+the last state at minus infinity, not at 0, where none is given",
    "scale-on-key": "+(1 / sqrt(3)) * kt, and qt for (1 / sqrt(3)) * qt",
    "bonus-written": "+running > kt + u",
}


@pytest.mark.parametrize("deviation", WORDS)
def test_is_found_without_a_story(deviation: str) -> None:
    form = next(form for form in together(DEVIATING) if form.deviation == deviation)
    operation = form.operations[0]
    outcomes = ran(candidate(form), operation)
    assert any(outcome.failed for outcome in outcomes)
    found = explained({operation: Evidence(outcomes, "float64", loaded)}, AMPLE).named
    assert WORDS[deviation] in found[operation].difference
