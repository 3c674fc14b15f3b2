"""What one asks of a report: its outcomes, its rows, another run, the parts of a run; and a file that keeps it."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planted.fakes import changed, fake
from rnnspec.conformance import Ending, Explanation, Localisation, Report, ReportError, check
from rnnspec.conformance.report.report import Record
from rnnspec.reference import sigmoid

ASKED = ["sigmoid", "softmax", "rnn_cell_forward"]


def mostly_right(returned: Any) -> Any:
    """The third step of one unit is off, in a way that nobody has a name for."""
    a = returned[0].copy()
    a[-1, :, 2:3] *= 1.001
    return (a, *returned[1:])


def odd(value: Any) -> Callable[[Any], Any]:
    return lambda returned: np.where(np.arange(returned.size).reshape(returned.shape) == 0, value, returned)


WRONG: dict[str, tuple[Any, list[str]]] = {
    "notebook": ("notebook", ["softmax", "lstm_forward", "lstm_backward", "rnn_cell_backward"]),
    "NaN": (changed("softmax", odd(np.nan)), ["softmax"]),
    "infinity": (changed("softmax", odd(-np.inf)), ["softmax"]),
    "infinitely many budgets": (changed("pad_sequence", odd(2.0)), ["pad_sequence"]),
    "None": (fake(softmax=lambda x: None), ["softmax"]),
    "an object": (fake(softmax=lambda x: object()), ["softmax"]),
    "an array of objects": (changed("softmax", lambda p: p.astype(object)), ["softmax"]),
    "a bug that has no name": (changed("rnn_forward", mostly_right), ["rnn_forward"]),
    "nothing at all": ({}, ["softmax"]),
}


@cache
def wrong(name: str) -> Report:
    candidate, asked = WRONG[name]
    return check(candidate, cases=asked)


@cache
def right() -> Report:
    return check("reference", cases=ASKED)


def without_softmax_and_worse() -> Report:
    functions: dict[str, Any] = {"sigmoid": lambda x: 1.01 * sigmoid(x), "rnn_cell_forward": fake().rnn_cell_forward}
    return check(functions, cases=ASKED)


def test_a_report_is_its_outcomes() -> None:
    report = right()

    assert [outcome.id for outcome in report] == [outcome.id for outcome in report.cases]
    assert len(report) == len(report.cases) > 30
    assert report["softmax/zero"].outcome is Ending.PASS
    with pytest.raises(KeyError, match=rf"no case or property 'softmax/nine' among the {len(report)} of this report"):
        report["softmax/nine"]


def test_failures_and_what_was_not_tested_are_told_apart() -> None:
    report = wrong("notebook")

    assert {o.id for o in report.failures} == {o.id for o in report if o.outcome is Ending.FAIL} != set()
    assert {o.operation for o in report.untested if o.message == "not defined"} == {"lstm_backward"}
    assert report.totals["fail"] + report.totals["pass"] + report.totals["unsupported"] == len(report)
    assert (report.conformant, report.accepted, right().conformant, right().accepted) == (False, False, True, True)


def test_a_repr_is_two_lines_with_the_verdict_and_the_counts() -> None:
    first, second = repr(wrong("notebook")).splitlines()
    totals = wrong("notebook").totals

    assert first == "<Report of notebook [float64]: not conformant, a part"
    assert second == f" {totals['pass']} pass, {totals['fail']} fail, {totals['unsupported']} unsupported>"
    assert repr(right()).startswith("<Report of reference [float64]: conformant, a part\n")
    assert repr(Report("x", "", "float64", "")) == "<Report of x [float64]: not conformant\n no outcomes>"


def test_rows_are_one_an_output_and_one_for_what_has_none() -> None:
    rows = wrong("notebook").rows()
    (zero,) = [row for row in rows if row["id"] == "softmax/zero"]
    of_lstm = [row for row in rows if row["id"] == "lstm_forward/generic"]
    (absent,) = [row for row in rows if row["id"] == "lstm_backward/generic"]
    (held,) = [row for row in rows if row["id"] == "softmax/property/repeatable"]

    assert {(*row,) for row in rows} == {("id", "operation", "outcome", "message", "output", "worst", "at", "got", "want", "passed")}  # fmt: skip
    assert (zero["operation"], zero["output"], zero["outcome"], zero["passed"]) == ("softmax", "p", "fail", False)
    assert (zero["got"], zero["want"]) == (1 / 12, 1 / 3)
    assert zero["at"].startswith("[row=")
    assert zero["worst"] > 1e9
    assert [row["output"] for row in of_lstm] == ["a", "y", "c"]
    assert (absent["outcome"], absent["output"], absent["passed"]) == ("unsupported", None, None)
    assert (held["outcome"], held["output"], held["passed"]) == ("pass", None, True)


def test_reports_are_equal_where_they_say_the_same() -> None:
    again = check("reference", cases=ASKED)

    assert again == right()
    assert again != wrong("notebook")
    assert again != replace(right(), cases=right().cases[:-1])
    assert again != again.as_json()
    with pytest.raises(TypeError, match="unhashable"):
        hash(again)


@pytest.mark.parametrize("name", WRONG)
def test_what_is_saved_is_loaded(tmp_path: Path, name: str) -> None:
    report = wrong(name)

    report.save(tmp_path / "report.json")
    loaded = Report.load(str(tmp_path / "report.json"))

    assert loaded == report
    assert [(o.id, o.outcome, o.message) for o in loaded] == [(o.id, o.outcome, o.message) for o in report]
    assert repr(loaded.rows()) == repr(report.rows())
    assert loaded.reasons == report.reasons
    assert (repr(loaded), loaded.environment, loaded.record) == (repr(report), report.environment, report.record)


def test_the_reports_that_are_saved_have_all_that_a_report_can() -> None:
    assert {type(reason) for name in WRONG for reason in wrong(name).reasons} == {Explanation, Localisation}
    assert repr(wrong("NaN")["softmax/zero"].verdicts["p"].got) == "nan"
    assert wrong("infinity")["softmax/zero"].verdicts["p"].got == -np.inf
    assert wrong("infinitely many budgets")["pad_sequence/generic"].worst == np.inf
    assert wrong("None")["softmax/zero"].verdicts["p"].shape is None
    assert wrong("nothing at all").tested == 0


def test_a_comparison_finds_what_changed_since() -> None:
    found = right().compare(without_softmax_and_worse())
    back = without_softmax_and_worse().compare(right())

    unasked = {"sigmoid/property/every-bit"}  # of what is wrong on few bits
    assert {*found.gone} == {o.id for o in right() if o.operation == "softmax"} | unasked == {*back.new}
    assert {*found.newly_failing} == {*back.fixed}
    assert {id.partition("/")[0] for id in found.newly_failing} == {"sigmoid"}
    assert (found.new, found.fixed, back.gone, back.newly_failing) == ((), (), (), ())
    assert (found.worse, back.worse, right().compare(right()).worse) == (True, False, False)


def test_a_comparison_says_what_came_nearer_to_its_budget_the_largest_change_first() -> None:
    two = check({"sigmoid": lambda x: 0.5 * (1 + np.tanh(0.5 * x))}, cases=["sigmoid"])
    one = check("reference", cases=["sigmoid"])

    found, back = one.compare(two), two.compare(one)

    assert found.nearer
    assert all(n.before == one[n.id].worst < n.after == two[n.id].worst <= 1 for n in found.nearer)
    assert all(n.before > n.after for n in found.farther)
    changes = [n.after - n.before for n in found.nearer]
    assert changes == sorted(changes, reverse=True)
    assert [n.id for n in back.farther] == [n.id for n in found.nearer]


def test_what_fails_for_the_first_time_where_it_was_not_tested_is_newly_failing() -> None:
    found = wrong("nothing at all").compare(wrong("NaN"))

    assert "softmax/zero" in found.newly_failing
    assert {*found.newly_failing} <= {*found.new}


@cache
def ran(name: str, candidate: str) -> Report:
    return check(candidate, cases=[name])


def part(name: str, candidate: Any = "notebook") -> Report:
    return replace(ran(name, candidate)) if isinstance(candidate, str) else check(candidate, cases=[name])


def test_parts_of_a_run_are_put_together() -> None:
    whole = check("notebook", cases=["softmax", "lstm_forward", "rnn_cell_backward"])
    first, *others = parts = [part("softmax"), part("lstm_forward"), part("rnn_cell_backward")]
    before = [replace(each) for each in parts]

    merged = Report.merge(parts)

    assert {o.id: o.outcome for o in merged} == {o.id: o.outcome for o in whole}
    assert merged.totals == whole.totals
    assert {e.operation for e in merged.explanations} == {e.operation for e in whole.explanations}
    assert Report.merge(iter([merged, first, *others])) == merged
    assert Report.merge([first]) == first
    assert parts == before


OTHER = {"goldens": "0" * 32, "candidate": "another", "version": "2", "dtype": "float32"}


@pytest.mark.parametrize("name", OTHER)
def test_parts_of_different_runs_are_not_put_together(name: str) -> None:
    one = part("softmax")
    other = replace(one, **{name: OTHER[name]})

    with pytest.raises(ReportError, match=rf"^reports of different {name}: .* and {OTHER[name]}$"):
        Report.merge([one, one, other])


def test_parts_that_contradict_each_other_are_not_put_together() -> None:
    one, other = part("softmax", fake()), part("softmax", fake(softmax=lambda x: None))

    with pytest.raises(ReportError, match=r"^softmax/\S+ came to pass in one report, fail in another$"):
        Report.merge([one, other])


def test_no_part_is_no_report() -> None:
    with pytest.raises(ReportError, match="there is no report to merge"):
        Report.merge([])


def test_what_is_on_record_against_a_part_is_against_the_whole() -> None:
    good, bad = part("sigmoid", "reference"), part("softmax", "reference")
    bad.record = Record(["softmax/zero: passes now"], ["a note"])

    for parts in ([good, bad], [bad, good]):
        merged = Report.merge(parts)
        assert (merged.record.problems, merged.record.notes) == (["softmax/zero: passes now"], ["a note"])
        assert not merged.accepted
    assert good.accepted


def test_a_part_whose_failures_are_known_excuses_no_other_part() -> None:
    known, unknown = part("softmax"), part("lstm_forward")
    known.record = Record(excused=True)

    assert known.accepted
    assert not Report.merge([known, unknown]).accepted
    assert not Report.merge([unknown, known]).accepted
