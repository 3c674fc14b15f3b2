"""When two arrays are one: within a room, or within a golden's budgets."""

from dataclasses import replace

import numpy as np
import pytest
from rnnspec.conformance.candidate import Foreign
from rnnspec.conformance.verdict.budget import budget, of_golden
from rnnspec.conformance.verdict.nearness import alike, allowed, near, outside, roomy, size, twice, within
from rnnspec.golden import Golden, load

NAN, INF = np.nan, np.inf


def golden() -> Golden:
    return load("lstm_forward/generic")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (4.0, 4.5, True),
        (4.5, 4.0, True),
        (4.0, 4.625, False),
        (4.0, 3.375, False),
        (4.0, -4.0, False),
        (NAN, NAN, True),
        (NAN, 1.0, False),
        (1.0, NAN, False),
        (INF, INF, True),
        (INF, -INF, False),
        (INF, NAN, False),
    ],
)
def test_two_elements_are_alike_within_the_room_and_where_both_are_not_numbers(
    one: float, two: float, same: bool
) -> None:
    assert alike(np.array([one]), np.array([two]), 0.5).tolist() == [same]


def test_room_may_be_one_an_element() -> None:
    assert alike(np.zeros(2), np.ones(2), np.array([1.0, 0.5])).tolist() == [True, False]


def test_arrays_are_one_where_all_elements_are_within_the_room() -> None:
    want = np.array([[1.0, 2.0], [3.0, NAN]])

    assert within(want, want.copy(), 0.0)
    assert within(want, want + 0.25, 0.25)
    assert not within(want, want + np.array([[0, 0.5], [0, 0]]), 0.25)
    assert within(np.array([1.0]), np.array([1]), 0.0)
    assert within(np.array([1.0]), np.array([1], np.uint8), 0.0)
    assert not within(want, want.ravel(), 1.0)
    assert not within(want, want[:1], INF)
    assert not within(want[:1], want, INF)
    assert not within(want, Foreign("a list"), INF)
    assert not within(np.array([1.0]), np.array([True]), 1.0)
    assert not within(np.array([1.0]), np.array(["1"]), 1.0)


def test_a_budget_for_all_elements_has_the_widest_sensitivity_and_loss() -> None:
    known = golden()
    widest, lost = known.sensitivity["a"].max(), known.underflow["a"].max()

    found = roomy(known, "a", 3.0, "float64")

    assert type(found) is float
    assert found == allowed(known, "a", float(widest), 3.0, "float64")
    assert found == float(budget(np.float64(widest), np.float64(lost), np.float64(3), "float64"))
    assert allowed(known, "a", 1.0, 0.0, "float64") == 2.0**-52
    assert allowed(known, "a", 0.0, 0.0, "float64") == 2 * 2.0**-1022 * float(lost) > 0


def test_of_nothing_the_widest_is_0() -> None:
    known = golden()
    empty = np.zeros((0, 7, 4))
    of_nothing = replace(known, sensitivity={"a": empty}, underflow={"a": empty}, outputs={"a": empty})

    assert roomy(of_nothing, "a", 0.0, "float64") == 0
    assert size(empty) == 0
    assert size(np.array([NAN, INF])) == 0


def test_the_size_is_that_of_the_largest_finite_element() -> None:
    assert size(np.array([1.0, -3.0, 2.0, NAN, -INF])) == 3


def test_two_results_may_be_two_budgets_apart() -> None:
    assert np.array_equal(
        twice(golden(), "a", "float32"), of_golden(golden(), "a", "float32") + of_golden(golden(), "a", "float32")
    )


def test_what_is_near_is_within_the_budget_of_the_largest_element() -> None:
    known = golden()
    want = known.outputs["a"]
    room = roomy(known, "a", size(want), "float64")
    by_1, by_2 = np.zeros(want.shape), np.zeros(want.shape)
    by_1[0, 0, 0], by_2[0, 0, 0] = 0.75 * room, 1.5 * room

    assert near(want, want + by_1, known, "a", "float64")
    assert near(want, want + by_2, known, "a", "float32")
    assert not near(want, want + by_2, known, "a", "float64")
    assert outside(want, want + by_2, known, "a", "float64").sum() == 1
    assert not outside(want, want + by_1, known, "a", "float64").any()
    assert not outside(want, want - by_1, known, "a", "float64").any()
    assert outside(want, want - by_2, known, "a", "float64")[0, 0, 0]
    assert not outside(want, want - by_2, known, "a", "float32").any()


def test_where_values_are_only_moved_nothing_else_is_near() -> None:
    known = load("pad_sequence/generic")
    want = known.outputs["padded"]
    other = np.nextafter(want, INF)

    assert near(want, want.copy(), known, "padded", "float64")
    assert not near(want, other, known, "padded", "float64")
    assert not outside(want, want.copy(), known, "padded", "float64").any()
    assert outside(want, other, known, "padded", "float64").all()


def test_what_is_not_finite_is_outside_without_a_warning() -> None:
    known = golden()
    got = known.outputs["a"].copy()
    got[0, 0, 0], got[1, 1, 1] = NAN, INF

    assert np.argwhere(outside(known.outputs["a"], got, known, "a", "float64")).tolist() == [[0, 0, 0], [1, 1, 1]]
