"""What a report has besides verdicts: what each case shows, the equations, and, of failing cases, the arrays."""

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from planted.fakes import changed, fake
from rnnspec.conformance import Report, ReportError, check
from rnnspec.conformance.report import arrays
from rnnspec.conformance.report.exhibit import AROUND, MOST
from rnnspec.conformance.verdict.budget import of_golden
from rnnspec.golden import load
from rnnspec.reference import OPERATIONS, sigmoid

ASKED = ["softmax", "lstm_forward"]


def decoded(data: dict[str, Any]) -> NDArray[Any]:
    return np.frombuffer(b64decode("".join(data["base64"])), data["dtype"]).reshape(data["shape"])


def by_id(report: Report) -> dict[str, Any]:
    return {case["id"]: case for case in json.loads(json.dumps(report.as_json()))["cases"]}


def test_of_a_failing_case_all_that_went_in_and_came_out_travels_bit_for_bit() -> None:
    gave: list[NDArray[Any]] = []

    def wrong(returned: Any) -> Any:
        gave.append(returned[0] * 1.5)
        return (gave[-1], *returned[1:])

    report = check(changed("lstm_forward", wrong), cases=["lstm_forward/generic"])

    case, golden = by_id(report)["lstm_forward/generic"], load("lstm_forward/generic")
    for group in ("inputs", "parameters", "outputs"):
        for name, array in getattr(golden, group).items():
            assert np.array_equal(decoded(case["arrays"][f"{group}/{name}"]).astype(array.dtype), array)
    assert case["arrays"]["inputs/x"]["axes"] == "n_x m T_x"
    assert decoded(case["outputs"]["a"]["array"]).tobytes() == gave[0].tobytes()
    budget = decoded(case["arrays"]["budget/a"])
    assert np.allclose(budget, of_golden(golden, "a", "float64"), rtol=1e-6, atol=0)


@pytest.mark.parametrize(
    "array",
    [
        np.array([[np.nan, -0.0, np.inf], [5e-324, 1.0, 0.1]]),
        np.array([1.5, 65504.0, 2.0**-24], np.float16),
        np.array([1.1, 3e38], np.float32),
        np.arange(-3, 3, dtype=np.int64),
        np.array(True),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(4, dtype=">f8"),
        np.zeros((3, 0)),
        np.arange(2000.0),
    ],
    ids=lambda array: f"{array.dtype.str}{array.shape}",
)
def test_an_array_is_encoded_bit_for_bit_in_lines_of_a_bounded_length(array: NDArray[Any]) -> None:
    data = arrays.encoded(array)

    assert data is not None
    assert np.array_equal(decoded(data), array, equal_nan=array.dtype.kind == "f")
    assert np.array_equal(np.signbit(decoded(data)), np.signbit(array)) or array.dtype.kind != "f"
    assert max(map(len, data["base64"]), default=0) <= arrays.LINE
    arrays.check(data, "it")


def test_what_is_no_array_of_numbers_does_not_travel() -> None:
    assert arrays.encoded(np.array([object()])) is None
    assert arrays.encoded(np.zeros(2, complex)) is None
    report = check(fake(softmax=lambda x: None), cases=["softmax/zero"])
    assert "array" not in by_id(report)["softmax/zero"]["outputs"]["p"]


def test_a_budget_too_small_for_float32_keeps_its_size() -> None:
    tiny = np.array([1e-300, 0.0])

    assert np.array_equal(arrays.rounded(tiny), tiny)
    assert arrays.rounded(np.array([1e-16, 0.0])).dtype == np.float32


def test_a_passing_case_has_its_numbers_alone_and_every_case_says_what_it_shows() -> None:
    cases = by_id(check("notebook", cases=["rnn_forward"]))

    passing = [case for case in cases.values() if case["outcome"] == "pass" and case["outputs"]]
    assert passing
    assert not any("arrays" in case or any("array" in one for one in case["outputs"].values()) for case in passing)
    assert cases["rnn_forward/generic"]["shows"] == load("rnn_forward/generic").entry.shows
    assert cases["rnn_forward/generic"]["dims"]["T_x"] == 4
    assert cases["rnn_forward/property/repeatable"]["shows"].startswith("The same")


def test_a_case_that_raises_has_what_went_in() -> None:
    def raises(x: Any) -> Any:
        raise ValueError("no")

    arrays = by_id(check({"softmax": raises}, cases=["softmax/zero"]))["softmax/zero"]["arrays"]

    assert {"inputs/x", "outputs/p"} <= {*arrays}


def test_an_operation_has_the_functions_that_it_is() -> None:
    data = check("reference", cases=["lstm_forward/generic", "softmax/zero"]).as_json()

    lstm = data["operations"]["lstm_forward"]
    assert (lstm["kind"], lstm["equations"][:2]) == ("sequence", ["unroll.forward", "families.lstm.forward"])
    assert "families.lstm.remember" in lstm["equations"]
    assert any("remember(affine" in line for line in data["equations"]["families.lstm.forward"])
    assert {*data["equations"]} == {name for o in data["operations"].values() for name in o["equations"]}


def test_every_operation_has_an_equation() -> None:
    from rnnspec.conformance.deviations import equations

    assert [name for name, operation in OPERATIONS.items() if not all(equations.of(operation).values())] == []


def test_an_explanation_has_its_edit_as_lines_of_a_difference_of_that_operation() -> None:
    (found,) = check("notebook", cases=["lstm_cell_forward"]).as_json()["explanations"]

    assert found["deviations"] == ["sigmoid-summed", "softmax-over-everything"]
    assert "+    return 1 / (1 + np.sum(np.exp(-x)))" in found["difference"]
    assert not any("lstm_coupled" in line for line in found["difference"])
    assert [each["exposed_by"] for each in found["told"]] == ["any array of more than one element", "a batch of two or more examples"]  # fmt: skip


def halved(names: list[str]) -> dict[str, Any]:
    def half(returned: Any) -> Any:
        return tuple(0.5 * part if isinstance(part, np.ndarray) else part for part in returned)

    return {name: vars(changed(name, half))[name] for name in names}


def test_arrays_take_no_more_than_the_bound_and_of_each_operation_the_plainest_case_is_there() -> None:
    names = ["lstm_forward", "gru_forward", "rnn_forward", "lstm_network_forward", "gru_reset_after_forward"]

    report = check(halved(names), cases=names)

    found = report.exhibit.arrays
    size = sum(AROUND + arrays.length(array) for known in found.values() for array in known.values())
    assert MOST * 0.8 < size <= MOST
    assert {f"{name}/generic" for name in names} <= {*found} < {o.id for o in report.failures}
    assert len(json.dumps([case.get("arrays") for case in report.as_json()["cases"]])) < 1.1 * MOST


def test_parts_of_a_run_that_are_put_together_keep_theirs_within_one_bound() -> None:
    one, other = check("notebook", cases=["softmax"]), check("notebook", cases=["lstm_forward"])

    merged = Report.merge([one, other])

    assert {*merged.exhibit.arrays} == {*one.exhibit.arrays, *other.exhibit.arrays} != set()
    assert {*merged.exhibit.operations} == {"softmax", "lstm_forward"}
    assert "lstm_forward/generic" not in one.exhibit.arrays
    other.exhibit.arrays["lstm_forward/generic"]["got/a"] = {"dtype": "|u1", "shape": [MOST], "base64": ["A" * MOST]}
    assert "lstm_forward/generic" not in Report.merge([one, other]).exhibit.arrays


def test_an_array_of_another_length_than_its_shape_is_refused(tmp_path: Path) -> None:
    data = check("notebook", cases=["softmax"]).as_json()
    (id, *_) = [case["id"] for case in data["cases"] if "arrays" in case]
    next(case for case in data["cases"] if case["id"] == id)["arrays"]["inputs/x"]["shape"] = [1 << 20, 1 << 20]
    (tmp_path / "report.json").write_text(json.dumps(data))

    with pytest.raises(ReportError, match=rf"report\.json: {id}: inputs/x has \d+ characters, want \d+"):
        Report.load(tmp_path / "report.json")


def test_an_empty_array_of_any_length_is_refused(tmp_path: Path) -> None:
    data = check("notebook", cases=["softmax"]).as_json()
    array = next(case["arrays"]["inputs/x"] for case in data["cases"] if "arrays" in case)
    array |= {"shape": [0, 1 << 40], "base64": []}
    (tmp_path / "report.json").write_text(json.dumps(data))

    with pytest.raises(ReportError, match=r"inputs/x has an axis of length 1099511627776"):
        Report.load(tmp_path / "report.json")


def test_a_report_of_the_first_schema_is_read(tmp_path: Path) -> None:
    report = check("notebook", cases=["softmax"])
    data = replace(report, exhibit=type(report.exhibit)()).as_json() | {"schema": "1.0"}
    for key in ("operations", "equations"):
        del data[key]
    for found in data["explanations"]:
        del found["difference"]
        for each in found["told"]:
            del each["exposed_by"]
    (tmp_path / "report.json").write_text(json.dumps(data))

    loaded = Report.load(tmp_path / "report.json")

    assert [(o.id, o.outcome) for o in loaded] == [(o.id, o.outcome) for o in report]
    assert loaded.explanations[0].deviations == report.explanations[0].deviations
    assert (loaded.exhibit.arrays, loaded.exhibit.operations) == ({}, {})


def test_a_wrong_shape_travels_as_it_was_given() -> None:
    report = check({"sigmoid": lambda x: sigmoid(x).T}, cases=["sigmoid/generic"])

    case = by_id(report)["sigmoid/generic"]
    assert case["outputs"]["s"]["array"]["shape"] == case["arrays"]["outputs/s"]["shape"][::-1]
