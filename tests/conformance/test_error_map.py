"""The map of an error: each character is the power of ten that its elements come to, and the map fits a terminal."""

from typing import Any

import numpy as np
import pytest
from planted.fakes import changed, fake
from rnnspec.conformance import check
from rnnspec.conformance.report import wording
from rnnspec.conformance.report.error_map import ErrorMap, error_map, first_failing
from rnnspec.conformance.verdict.budget import of_golden
from rnnspec.golden import load
from rnnspec.reference import FUNCTIONS


def mapped(candidate: Any, name: str, dtype: str = "float64", width: int = 80) -> ErrorMap:
    (outcome,) = check(candidate, dtype, cases=[name]).failures
    found = error_map(outcome, load(name), dtype, width)
    assert found
    return found


def nudged(name: str, at: tuple[int, ...], budgets: float, output: int = 0) -> Any:
    """The reference, with one element of a forward's output off by so many budgets."""
    golden = load(name)
    key = [*golden.outputs][output]
    off = budgets * of_golden(golden, key, "float64")[at]

    def change(returned: Any) -> Any:
        array = returned[output].copy()
        if array.shape == golden.outputs[key].shape:
            array[at] = golden.outputs[key][at] + off
        return (*returned[:output], array, *returned[output + 1 :])

    return changed(golden.entry.operation.name, change)


@pytest.mark.parametrize(
    ("budgets", "sign"),
    [(5, "1"), (-5, "1"), (50, "2"), (5e8, "9"), (5e9, "a"), (5e14, "f"), (5e15, "#"), (np.inf, "!"), (np.nan, "!")],
)
def test_a_character_is_the_power_of_ten_of_the_worst_error_there(budgets: float, sign: str) -> None:
    found = mapped(nudged("lstm_forward/generic", (3, 2, 1), budgets), "lstm_forward/generic")

    assert [label.split() for label, _ in found.rows] == [["unit", str(n)] for n in range(5)]
    assert [cells for _, cells in found.rows] == ["....", "....", "....", f".{sign}..", "...."]
    assert found.title[0] == "the error of a in lstm_forward/generic"
    assert "of every example the worst" in found.below
    assert found.below[-1] == "outside first at step 1, in 1 of 4 steps"


def test_a_ruler_stands_above_its_columns() -> None:
    found = mapped(nudged("lstm_forward/long", (0, 0, 23), 50), "lstm_forward/long")

    ruler, (label, cells) = found.title[1], found.rows[0]
    assert cells.index("2") == 23
    assert (ruler[len(label) :].index("20"), ruler[: len(label)].split()) == (20, ["step"])


@pytest.mark.parametrize(
    "name",
    [
        "rnn_backward/generic",
        "rnn_backward/long",
        "softmax/generic",
        "lstm_cell_forward/generic",
        "pad_sequence/generic",
    ],
)
@pytest.mark.parametrize("width", [80, 40])
def test_a_map_fits_the_terminal(name: str, width: int) -> None:
    operation = load(name).entry.operation.name

    def doubled(returned: Any) -> Any:
        many = returned if isinstance(returned, dict) else None
        if many:
            return {key: 2 * array for key, array in many.items()}
        return (2 * returned[0] + 1, *returned[1:]) if isinstance(returned, tuple) else 2 * returned + 1

    found = mapped(changed(operation, doubled), name, width=width)

    assert max(len(label + cells) for label, cells in found.rows) <= width
    assert max(map(len, str(found).split("\n"))) <= 80
    assert all(set(cells) <= set(".123456789abcdef#!") for _, cells in found.rows)
    assert str(found).isascii()


def test_a_large_array_is_put_together_by_the_worst() -> None:
    golden = load("lstm_forward/wide-state")
    n, T = golden.outputs["a"].shape[0], golden.outputs["a"].shape[2]

    found = mapped(nudged(golden.id, (n - 1, 0, T - 1), 5000), golden.id, width=12 + 1)

    assert n > 128
    assert len(found.rows) <= 32
    assert found.rows[-1][1] == "4"
    assert (found.rows[0][0].split(), found.rows[-1][0].split()) == (["unit", "0-4"], ["unit", f"{n - 1}"])
    assert {cells for _, cells in found.rows[:-1]} == {"."}
    assert found.below[-1] == f"outside first at step {T - 1}, in 1 of {T} steps, a character is {T} of them"


@pytest.mark.parametrize(
    "wrong", [lambda r: (r[0].T, *r[1:]), lambda r: (r[0].astype(np.float32), *r[1:]), lambda r: (None, *r[1:]), lambda r: r[:1]]
)  # fmt: skip
def test_what_is_wrong_in_shape_or_type_has_no_map(wrong: Any) -> None:
    report = check(changed("lstm_forward", wrong), cases=["lstm_forward/generic"])
    (outcome,) = report.failures

    assert error_map(outcome, load(outcome.id), "float64") is None


def test_the_first_failing_case_is_the_one_that_is_told_first() -> None:
    doubled = fake(softmax=lambda x: 2 * FUNCTIONS["softmax"](x))
    report = check(doubled, cases=["sigmoid", "softmax"])

    first, *_ = first_failing(report)

    assert first.id == wording.beginning(report).partition(":")[0] == "softmax/one-row"
    assert [*first_failing(check("reference", cases=["softmax"]))] == []
