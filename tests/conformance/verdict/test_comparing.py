"""What comparing says of one output: which check fails first, where, how bad; and where exactly a budget ends."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from rnnspec.conformance.candidate import Foreign
from rnnspec.conformance.verdict.budget import of_golden
from rnnspec.conformance.verdict.comparing import Verdict, compare, place
from rnnspec.golden import Golden, load

SHAPE = (5, 7, 4)


def of_zeros() -> Golden:
    """A golden whose wanted values are 0, so that a value is its error."""
    golden = load("lstm_forward/generic")
    return replace(golden, outputs={**golden.outputs, "a": np.zeros(SHAPE)})


def test_what_is_right_passes_and_says_how_near_it_came() -> None:
    golden = load("lstm_forward/generic")

    verdict = compare(golden, "a", golden.outputs["a"].copy(), "float64")

    assert verdict.passed
    assert (verdict.problem, verdict.worst, verdict.outside, verdict.size) == ("", 0, 0, 140)
    assert (verdict.at, verdict.place, verdict.shape) == ((0, 0, 0), "[unit=0, example=0, step=0]", SHAPE)
    assert verdict.got == verdict.want == golden.outputs["a"][0, 0, 0]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_budget_is_allowed_and_more_is_not(dtype: str) -> None:
    golden, at = of_zeros(), (2, 3, 1)
    allowed = float(np.dtype(dtype).type(of_golden(golden, "a", dtype)[at]))
    errors = np.zeros(SHAPE, dtype)

    errors[at] = -np.nextafter(errors.dtype.type(allowed), errors.dtype.type(0))
    within = compare(golden, "a", errors.copy(), dtype)
    errors[at] = 1.25 * allowed
    beyond = compare(golden, "a", errors.copy(), dtype)

    assert within.passed
    assert within.worst == pytest.approx(1, rel=1e-6)
    assert (beyond.passed, beyond.problem, beyond.outside) == (False, "a is outside its budget", 1)
    assert beyond.worst == pytest.approx(1.25, rel=1e-6)
    assert (beyond.at, beyond.place) == (at, "[unit=2, example=3, step=1]")
    assert (beyond.got, beyond.want, beyond.size, beyond.shape) == (float(errors[at]), 0, 140, SHAPE)


def test_exactly_a_budget_is_within_it() -> None:
    golden = of_zeros()

    assert compare(golden, "a", of_golden(golden, "a", "float64"), "float64") == replace(
        compare(golden, "a", -of_golden(golden, "a", "float64"), "float64"),
        got=float(of_golden(golden, "a", "float64")[0, 0, 0]),
    )
    assert compare(golden, "a", of_golden(golden, "a", "float64"), "float64").worst == 1
    assert compare(golden, "a", of_golden(golden, "a", "float64"), "float64").passed


def test_the_worst_element_is_told_and_the_others_are_counted() -> None:
    golden, errors = of_zeros(), np.zeros(SHAPE)
    allowed = of_golden(golden, "a", "float64")
    errors[0, 1, 2], errors[4, 6, 3] = 2 * allowed[0, 1, 2], -8 * allowed[4, 6, 3]

    verdict = compare(golden, "a", errors, "float64")

    assert (verdict.outside, verdict.worst, verdict.at) == (2, 8, (4, 6, 3))
    assert verdict.got == errors[4, 6, 3]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_first_element_that_is_not_finite_is_told_and_all_are_counted(value: float) -> None:
    golden = load("lstm_forward/generic")
    got = golden.outputs["a"].copy()
    got[1, 2, 3] = got[3, 0, 0] = value
    got[0, 0, 0] += 1  # what is not finite is said before what is outside

    verdict = compare(golden, "a", got, "float64")

    assert (verdict.passed, verdict.problem, verdict.worst) == (False, "a is not finite", None)
    assert (verdict.at, verdict.place) == ((1, 2, 3), "[unit=1, example=2, step=3]")
    assert repr(verdict.got) == repr(value)
    assert verdict.want == golden.outputs["a"][1, 2, 3]
    assert (verdict.outside, verdict.size, verdict.shape) == (2, 140, SHAPE)


def test_what_is_no_array_of_the_shape_and_dtype_is_named_and_not_measured() -> None:
    golden = load("lstm_forward/generic")
    right = golden.outputs["a"]
    of_lists = compare(golden, "a", Foreign("a list"), "float64")
    flat = compare(golden, "a", right.ravel(), "float64")
    single = compare(golden, "a", right.astype(np.float32), "float64")

    assert of_lists == Verdict("a", "a is a list, want an array (5, 7, 4)")
    assert flat == Verdict("a", "a has shape (140,), want (5, 7, 4) (n_a m T_x)", shape=(140,))
    assert single == Verdict("a", "a has dtype float32, want float64", shape=SHAPE)
    assert compare(golden, "a", right.astype(np.float32), "float32").passed
    assert compare(golden, "a", right.astype(np.dtype("f8", metadata={"made": "apart"})), "float64").passed


@pytest.mark.parametrize("shape", [(5, 7, 3), (5, 7, 5), (4, 7, 4), (6, 7, 4), (5, 7), (5, 1, 4), (1, 1, 1), (), (0,)])
def test_another_shape_is_named_though_it_could_be_stretched(shape: tuple[int, ...]) -> None:
    verdict = compare(of_zeros(), "a", np.zeros(shape), "float64")

    assert verdict == Verdict("a", f"a has shape {shape}, want (5, 7, 4) (n_a m T_x)", shape=shape)


def test_integers_are_integers_in_every_dtype() -> None:
    golden = load("pad_packed_sequence/generic")
    lengths = golden.outputs["lengths"]

    for dtype in ("float64", "float32"):
        assert compare(golden, "lengths", lengths.copy(), dtype).passed
        assert (
            compare(golden, "lengths", lengths.astype(float), dtype).problem == "lengths has dtype float64, want int64"
        )
        assert compare(golden, "lengths", lengths + 1, dtype).worst == np.inf


def test_a_verdict_that_says_nothing_else_is_a_pass_of_nothing() -> None:
    verdict = Verdict("a")

    assert (verdict.passed, verdict.outside, verdict.size, verdict.worst) == (True, 0, 0, None)
    with pytest.raises(FrozenInstanceError):
        verdict.problem = "another"  # type: ignore[misc]


def test_an_index_is_told_by_the_names_of_its_axes() -> None:
    assert place((3, 0), "n_a 1", (5, 1)) == "[unit=3]"
    assert place((3, 0), "n_a 1", (5, 2)) == "[unit=3]"
    assert place((1, 2), "n_y L", (5, 1)) == "[class=1, L=2]"
    assert place((0,), "m", (1,)) == "[example=0]"
    assert place((), "", ()) == "[]"
