"""What a report of cases of a size was held against is not made a second time to explain it or to draw a map."""

import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

import numpy as np
import pytest
from planted.planting import Planted, candidate
from rnnspec.conformance import check, explain
from rnnspec.conformance.asking import of_report
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.report.report import Report
from rnnspec.conformance.run.outcome import Ending, Outcome, attempt
from rnnspec.conformance.sources import at
from rnnspec.golden import FOLDER
from rnnspec.golden.estimated import estimate
from rnnspec.golden.sized import Size
from rnnspec.tools.mapping import show

WRONG = Planted("sum", ("lstm_forward",), (("i * g + f * c_prev", "(i + g) + f * c_prev"),))
SIZES = {"small": Size({"n_a": 20, "m": 9}), "large": Size({"n_a": 200, "n_x": 90})}


@contextmanager
def calls_of(function: Callable[..., Any]) -> Iterator[list[Any]]:
    """The arguments of all calls of a function meanwhile."""
    made: list[Any] = []

    def heard(frame: Any, event: str, _: Any) -> None:
        if event == "call" and frame.f_code is function.__code__:
            made.append(frame.f_locals["case"])

    before = sys.getprofile()
    sys.setprofile(heard)
    try:
        yield made
    finally:
        sys.setprofile(before)


def failing(size: Size, **choices: Any) -> Report:
    return check(candidate(WRONG), at=size, cases=["lstm_forward"], **choices)


def test_a_call_is_heard() -> None:
    with calls_of(estimate) as made:
        failing(SIZES["small"], explain_seconds=0)

    assert [case.id for case in made] == ["lstm_forward/n_a=20,m=9,seed=0"]


@pytest.mark.parametrize("size", SIZES)
def test_explained_behind_the_run_and_mapped_without_another(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    report = failing(SIZES[size], explain_seconds=0)

    with calls_of(estimate) as made:
        explained = explain(report)
        show(explained, FOLDER)

    assert made == []
    assert bool(explained.explanations) == (size == "small")  # what is large is not searched
    assert "the error of a in lstm_forward" in capsys.readouterr().out


def test_what_passed_and_is_small_is_kept_for_an_explanation() -> None:
    right = check("reference", at=SIZES["small"], cases=["gru_cell_forward", "lstm_forward"], explain_seconds=0)
    large = check("reference", at=SIZES["large"], cases=["lstm_cell_forward"], explain_seconds=0)

    assert {*right.truths} == {outcome.id for outcome in right.cases}
    assert large.truths == {}


def test_a_report_of_a_file_is_held_against_what_is_made_anew() -> None:
    report = failing(SIZES["small"], explain_seconds=0)

    read = Report.of_json(report.as_json())

    (id,) = report.truths
    assert read.truths == {}
    assert read == report
    made = of_report(FOLDER, read).load(id)
    assert made.outputs["a"].tolist() == report.truths[id].outputs["a"].tolist()


def test_parts_put_together_have_the_truths_of_all() -> None:
    parts = [failing(SIZES[size], explain_seconds=0) for size in SIZES]

    assert {*Report.merge(parts).truths} == {id for part in parts for id in part.truths}


def test_a_report_is_still_pickled() -> None:
    report = check("reference", at=SIZES["small"], cases=["lstm_forward"])

    assert pickle.loads(pickle.dumps(report)) == report


@pytest.mark.parametrize(
    ("size", "planted", "is_kept"), [("large", None, False), ("large", WRONG, True), ("small", None, True)]
)
def test_what_is_large_and_passes_is_held_no_longer(size: str, planted: Planted | None, is_kept: bool) -> None:
    source = at(SIZES[size], ["lstm_forward"], "float64")
    checks = Checks(candidate_of(candidate(planted) if planted else candidate()), goldens=source)
    truth = ref(source.load(checks.ids[0]))

    outcome = checks.run(checks.ids[0])

    assert outcome.failed == bool(planted)
    assert (truth() is not None) == is_kept


def test_where_the_kit_has_no_memory_left_there_is_no_verdict() -> None:
    outcome = attempt(Outcome("sigmoid/n=3", "sigmoid"), lambda: np.empty(2**45))

    assert outcome.outcome is Ending.UNSUPPORTED
    assert outcome.message.startswith("no verdict here: it takes more memory than there is: Unable to allocate")
