"""A deviation is told by what it does: an edit of the equations that does the same has its story, whatever the reference's text is."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import pytest
from planted.judging import judged, loaded
from planted.lists import DEVIATING, together
from planted.planting import candidate
from rnnspec.conformance.deviations import deviant, effects
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.deviations.deviation import Clash, Edit
from rnnspec.conformance.explanation.admitted import admitted
from rnnspec.conformance.explanation.evidence import Evidence, Hypothesis
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.run.outcome import Ending, Outcome
from rnnspec.conformance.run.runner import Runner
from rnnspec.golden import cases

FORMS = {form.deviation: form for form in together(DEVIATING)}
TOLD = {
    "gate-if-swapped": "lstm_cell_forward",
    "hard-sigmoid-default": "gru_cell_forward",
    "db-mean-over-batch": "rnn_cell_backward",
    "state-not-carried": "lstm_forward",
    "no-da-carry": "gru_backward",
    "softmax-no-max": "softmax",
    "peephole-o-uses-cprev": "lstm_peephole_cell_forward",
    "hn-layer-dir-order": "rnn_network_forward",
}


@pytest.fixture
def reworded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference says all of it in other words: no deviation finds its text."""
    running = deviant.deviating

    @contextmanager
    def clashing(edits: Iterable[Edit]) -> Iterator[Mapping[str, Any]]:
        if tuple(edits):
            raise Clash("it is written otherwise")
        with running(()) as functions:
            yield functions

    monkeypatch.setattr(deviant, "deviating", clashing)


@pytest.mark.usefixtures("reworded")
@pytest.mark.parametrize("id", TOLD)
def test_another_wording_of_the_reference_breaks_no_story(id: str) -> None:
    said = judged(candidate(FORMS[id]), TOLD[id], seconds=20.0)

    assert said.explanation
    assert said.explanation.deviations == (id,)
    assert said.explanation.told[0].summary == CATALOGUE[id].summary
    assert said.explanation.difference


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("id", TOLD)
def test_what_a_deviation_gave_admits_it_and_few_others(id: str, dtype: str) -> None:
    runner = Runner(candidate_of(candidate(FORMS[id])), dtype)
    goldens = (loaded(case.id) for case in cases() if case.operation.name == TOLD[id] and dtype in case.dtypes)
    evidence = Evidence([o for golden in goldens if (o := runner.case(golden)).arrays], dtype, loaded)
    known = [d for d in CATALOGUE.values() if TOLD[id] in d.affects]

    found = [h.ids[0] for h in admitted(evidence, (h for d in known for h in Hypothesis.of(d, evidence.operation)))]
    unrecorded = [d.id for d in known if d.dtype or d.id in effects.TOO_SMALL]

    assert id in found
    assert len({*found} - {*unrecorded, id}) <= 1


def test_numbers_whose_sums_are_none_deny_nothing() -> None:
    golden = loaded("sigmoid/generic")
    largest = {name: np.full_like(array, np.finfo(float).max) for name, array in golden.outputs.items()}
    gave = Outcome(golden.id, "sigmoid", Ending.FAIL, arrays=largest)
    recorded = [
        Hypothesis.of(CATALOGUE[e.deviation], golden.entry.operation)[0] for e in effects.of_operation("sigmoid")
    ]

    assert [*admitted(Evidence([gave], "float64", loaded), recorded)] == recorded


def test_what_is_recorded_is_what_the_deviations_do() -> None:
    assert list(effects.differing(cache(loaded))) == []


def test_a_deviation_that_does_something_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = effects.of_operation("softmax")
    other = [effect._replace(sums=tuple(1.001 * one for one in effect.sums)) for effect in recorded[:1]]
    monkeypatch.setattr(effects, "of_operation", lambda name: [*other, *recorded[1:]] if name == "softmax" else [])

    assert f"softmax: {recorded[0].deviation}" in list(effects.differing(cache(loaded)))


@pytest.mark.parametrize("factor", [1.0, 1.0 + 1e-7, -1.0])
def test_what_no_deviation_does_has_no_story(factor: float) -> None:
    def gives(case: str) -> Mapping[str, Any]:
        return {name: factor * np.asarray(array) for name, array in loaded(case).outputs.items()}

    assert effects.told_by("lstm_forward", gives) == []
    assert effects.told_by("lstm_forward", lambda case: None) == []
