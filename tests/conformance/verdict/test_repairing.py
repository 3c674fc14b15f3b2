"""Axes that are wrong and keep the elements: named, never forgiven, and the values judged behind them."""

import numpy as np
import pytest
from rnnspec.conformance.verdict.comparing import compare
from rnnspec.conformance.verdict.repairing import repaired
from rnnspec.golden import load

RNN, CELL = load("rnn_forward/generic"), load("rnn_cell_backward/generic")
A, DBA = RNN.outputs["a"], CELL.outputs["dba"]


def problem(array: np.ndarray, golden=RNN, output: str = "a", dtype: str = "float64") -> str:
    verdict = compare(golden, output, array, dtype)
    assert not verdict.passed
    assert verdict.shape == array.shape
    return verdict.problem


def test_a_missing_axis_is_named_and_the_values_are_judged() -> None:
    one = "dba has shape (5,), want (5, 1) (n_a 1): the same elements, without the last axis; the values are"

    assert problem(DBA[:, 0], CELL, "dba") == f"{one} right"
    assert problem(DBA[:, 0] * 2, CELL, "dba") == f"{one} wrong: dba is outside its budget"
    assert "the same elements, without axis 1; the values are right" in problem(
        load("rnn_forward/batch-of-one").outputs["a"][:, 0], load("rnn_forward/batch-of-one")
    )


def test_an_axis_more_is_named() -> None:
    assert "the same elements, with an axis of length 1 more; the values are right" in problem(A[..., None])


@pytest.mark.parametrize("order", [(1, 2, 0), (0, 2, 1), (2, 1, 0), (2, 0, 1), (1, 0, 2)])
def test_another_order_of_axes_is_named_and_the_values_are_judged(order: tuple[int, ...]) -> None:
    names = ("n_a", "m", "T_x")
    given = ", ".join(names[k] for k in order)
    one = f"a is ({given}), want (n_a, m, T_x): the axes are in another order; in the contract's, the values are"

    assert problem(A.transpose(order)) == f"{one} right"
    assert problem(-A.transpose(order)) == f"{one} wrong: a is outside its budget"
    assert problem(A.transpose(order).astype("f4")) == f"{one} wrong: a has dtype float32, want float64"


def test_wrong_values_are_measured_in_the_contracts_order() -> None:
    spoilt = A.copy()
    spoilt[1, 2, 3] += 1

    verdict = compare(RNN, "a", spoilt.transpose(2, 0, 1), "float64")

    assert (verdict.place, verdict.outside) == ("[unit=1, example=2, step=3]", 1)
    assert verdict.got == spoilt[1, 2, 3]


def test_a_column_for_a_row_is_a_transpose() -> None:
    found = repaired("dba", DBA.T, DBA.shape, "n_a 1")

    assert found
    assert found.words.startswith("dba is (1, n_a), want (n_a, 1)")
    assert np.array_equal(found.array, DBA)


def test_lengths_that_are_equal_are_not_guessed() -> None:
    found = repaired("a", np.zeros((4, 5, 4)), (4, 4, 5), "n_a m T_x")

    assert found
    assert found.array is None
    assert "the axes are in another order, and lengths that are equal do not tell in which" in found.words


def test_axes_of_length_one_may_stand_anywhere() -> None:
    found = repaired("a", np.arange(5.0).reshape(1, 5, 1), (5, 1, 1), "n_a m T_x")

    assert found
    assert np.array_equal(found.array, np.arange(5.0).reshape(5, 1, 1))


@pytest.mark.parametrize("shape", [(5, 7, 3), (140,), (35, 4), (10, 7, 2), (0, 7, 4), ()])
def test_other_elements_are_not_repaired(shape: tuple[int, ...]) -> None:
    assert repaired("a", np.zeros(shape), A.shape, "n_a m T_x") is None
