"""Scales of other lengths, what is put outside of a root, and a factor that reaches too much are edits, of whatever family."""

import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from planted.lists import DEVIATING, together
from planted.planting import candidate
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence

FORMS = {form.deviation: form for form in reversed(together(DEVIATING))}
DIFFERENCES = {
    "scale-given-ignored": "-scale\n+1 / sqrt(n_k)",
    "scale-by-values": "+n_v",
    "decay-after-write": "+exp(gt)[:, :, None] * (S_prev + kt[:, :, None] * vt[:, None])",
    "eps-outside-root": "+sqrt((x * x).sum(axis=1)) + eps",
}


@pytest.mark.parametrize("id", DIFFERENCES)
def test_it_is_found_without_the_catalogue(id: str) -> None:
    operation = FORMS[id].operations[0]
    outcomes = [outcome for outcome in ran(candidate(FORMS[id]), operation) if outcome.arrays]

    named = explained({operation: Evidence(outcomes, "float64", loaded)}, AMPLE).named

    assert DIFFERENCES[id] in "\n".join(named[operation].difference)
