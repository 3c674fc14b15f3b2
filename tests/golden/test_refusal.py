"""Where exactly a case stops being fit: each limit of the refusals, on either side of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.golden.case import Case
from rnnspec.golden.drawing import draw
from rnnspec.golden.ideas.idea import Idea
from rnnspec.golden.refusal import Refused, refuse, refuse_unbounded, refused_for
from rnnspec.reference import OPERATIONS
from rnnspec.reference.arithmetics.source import Source

LENGTHS = {"n_x": 3, "n_a": 5, "m": 7, "T_x": 4, "n_y": 2}
FIT = np.linspace(0.3, 3, 100)
U16, U32 = 2.0**-11, 2.0**-24
Arrays = dict[str, NDArray[Any]]


def source(met: NDArray[Any] = FIT, *margins: float) -> Source:
    made = Source(1)
    made.preactivations.append(met)
    made.margins.append(np.array(margins))
    return made


def case_of(family: str = "rnn", **idea: Any) -> Case:
    return Case(OPERATIONS[f"{family}_forward"], Idea("tried", "", **{"dims": LENGTHS, **idea}))


def why(case: Case, sensitivity: float = 1.0, y: float = 1.0, found: Source | None = None, **arrays: Any) -> str:
    """What a case is refused for; "" where it is not."""
    drawn = {name: array for group in draw(case) for name, array in group.items()}
    outputs, sensitivities = {"a": np.array([0.0, y])}, {"a": np.array([0.0, sensitivity])}
    try:
        labels = refuse(case, {**drawn, **arrays}, outputs, sensitivities, found or source())
    except Refused as error:
        return str(error)
    assert labels == []
    return ""


def test_chaos_begins_beyond_a_tenth_of_the_element_or_of_1() -> None:
    tenth = 0.1 / U32

    assert why(case_of(), tenth) == ""
    assert why(case_of(), np.nextafter(tenth, np.inf)) != ""
    assert (
        why(case_of(), 1.01 * tenth) == "is chaotic (an element of a may err by 0.1 in float32) and has no such label"
    )
    assert why(case_of(), 7.9 * tenth, y=-8.0) == why(case_of(), 0.9 * tenth, y=0.125) == ""
    assert why(case_of(), 8.1 * tenth, y=-8.0) != ""
    assert why(case_of(), 1.1 * tenth, y=0.125) != ""


def test_one_chaotic_output_among_others_is_found() -> None:
    ones = np.ones(2)
    for chaotic in ("a", "y_pred"):
        sensitivity = {"a": ones, "y_pred": ones, chaotic: ones / U32}
        drawn = {name: array for group in draw(case_of()) for name, array in group.items()}
        with pytest.raises(Refused, match=f"is chaotic .an element of {chaotic} may err by 1 in float32"):
            refuse(case_of(), drawn, {"a": ones, "y_pred": ones}, sensitivity, source())


def parts(inside: float, share: int, rest: float = 1.0) -> Source:
    """So many of 100 pre-activations of one size, half of them negative, the others of another."""
    values = np.array([inside] * share + [rest] * (100 - share))
    return source(np.where(np.arange(100) % 2 == 1, -values, values))


def test_saturation_is_more_than_35_in_100_beyond_3() -> None:
    assert why(case_of(), found=parts(3.01, 35)) == ""
    assert why(case_of(), found=parts(3.0, 100)) == ""
    assert why(case_of(), found=parts(3.01, 36)) == "is saturated (36% of the pre-activations) and has no such label"


def test_tiny_is_more_than_half_below_three_tenths() -> None:
    assert why(case_of(), found=parts(0.29, 50)) == ""
    assert why(case_of(), found=parts(0.3, 100)) == ""
    assert why(case_of(), found=parts(0.29, 51)) == "is tiny (51% of the pre-activations) and has no such label"


def test_where_no_activation_was_met_nothing_is_saturated_or_tiny() -> None:
    assert why(case_of(), found=Source(1)) == ""


def test_a_kink_is_a_comparison_within_two_roundoffs_of_float32() -> None:
    assert why(case_of(), found=source(FIT, 1.0, 2 * U32)) == ""
    assert why(case_of(), found=source(FIT, np.nextafter(2 * U32, 0))).startswith(
        "is kinked (two compared values are 1.2e-07"
    )


@pytest.mark.parametrize("dims", [{"n_y": 7}, {"T_x": 3}])
def test_lengths_that_coincide_are_symmetric(dims: dict[str, int]) -> None:
    case = case_of(dims={**LENGTHS, **dims})

    assert why(case).startswith("is symmetric (lengths coincide: {'n_x': 3,")


def test_one_layer_and_one_direction_coincide_with_nothing_and_one_step_with_one_example() -> None:
    def layers(**dims: int) -> str:
        return why(case_of("rnn_network", dims={"n_l": 1, "n_d": 1, **LENGTHS, **dims}))

    assert layers() == layers(m=1) == ""
    assert layers(n_l=2, n_d=2).startswith("is symmetric (lengths coincide")
    assert layers(m=1, T_x=1).startswith("is symmetric (lengths coincide")


def ramp(rows: int, columns: int) -> NDArray[Any]:
    return 1.0 + np.arange(rows * columns).reshape(rows, columns)


def test_a_matrix_that_equals_its_transpose_is_symmetric() -> None:
    square = ramp(5, 5) + ramp(5, 5).T

    assert why(case_of(), Waa=square) == "is symmetric (Waa equals its transpose) and has no such label"
    assert why(case_of(), Waa=square + np.eye(5, k=1)) == ""
    assert why(case_of(), a0=square) == ""  # a state is multiplied from one side alone
    assert why(case_of("lstm"), Wf=np.hstack([square, ramp(5, 3)])).startswith("is symmetric (Wf equals its transpose)")
    assert why(case_of("lstm"), Wf=np.hstack([ramp(5, 3), square])) == ""
    assert why(case_of(), Waa=np.array([[1.0, 2.0], [2.0, 3.0]])).startswith("is symmetric (Waa equals its transpose)")
    assert why(case_of(), ba=np.array([[2.0]])) == ""
    assert why(case_of(), Waa=np.array([[2.0]])) == ""


def test_an_array_is_constant_zero_or_a_twin() -> None:
    assert why(case_of(), Wax=np.full((5, 3), 2.0)).startswith("is symmetric (Wax is constant)")
    assert why(case_of(), x=np.full((3, 7, 4), -2.0)).startswith("is symmetric (x is constant)")
    assert why(case_of(), by=np.full((2, 1), 2.0)).startswith("is symmetric (by is constant)")
    assert why(case_of(), x=np.zeros((3, 7, 4))).startswith("is symmetric (x is zero)")
    assert why(case_of(zero=("x",)), x=np.zeros((3, 7, 4))) == ""
    assert why(case_of(zero=("data",)), x=np.zeros((3, 7, 4))) == ""
    assert why(case_of(zero=("state",)), x=np.zeros((3, 7, 4))).startswith("is symmetric (x is zero)")
    assert why(case_of(), x=ramp(3, 28).reshape(3, 7, 4) - 1) == ""  # a zero among data is no sign of one
    assert why(case_of(), ba=ramp(5, 1) - 1).startswith("is symmetric (ba has a zero)")
    assert why(case_of(), Wax=ramp(5, 3) - 1).startswith("is symmetric (Wax has a zero)")
    assert why(case_of("lstm"), Wi=ramp(5, 8), Wo=ramp(5, 8)).startswith("is symmetric (Wi equals Wo)")
    assert why(case_of("lstm"), Wf=ramp(5, 8), Wi=ramp(5, 8), Wo=ramp(5, 8)).startswith("is symmetric (Wf equals Wi)")
    assert why(case_of(), x=ramp(5, 7), a0=ramp(5, 7)).startswith("is symmetric (a0 equals x)")


def test_lengths_and_flags_are_no_numbers_that_could_be_constant() -> None:
    assert why(case_of(), lengths=np.zeros(7, np.int64), reverse=np.array(False)) == ""


def test_two_arrays_of_zeros_are_no_twins() -> None:
    zeros = np.zeros((5, 1))

    assert why(case_of(zero=("bias", "state")), a0=np.zeros((5, 7)), ba=zeros, by=zeros) == ""


def test_labels_that_hold_are_told_and_those_that_do_not_are_left_out() -> None:
    def labels(case: Case, found: Source) -> list[str]:
        drawn = {name: array for group in draw(case) for name, array in group.items()}
        return refuse(case, drawn, {"a": np.ones(2)}, {"a": np.ones(2)}, found)

    case = case_of(labels=("tiny", "saturated", "full-precision"))

    assert labels(case, parts(0.1, 90)) == ["full-precision", "tiny"]
    assert labels(case, parts(4.0, 90)) == ["full-precision", "saturated"]
    assert labels(case, source()) == ["full-precision"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_of_a_budget_that_is_none_is_refused_by_name(value: float) -> None:
    good, bad = np.ones(3), np.array([1.0, value, 1.0])

    refuse_unbounded(sensitivity={"a": good}, underflow={"a": good})
    with pytest.raises(Refused, match=r"^the underflow of c, y is not finite: no error would be too large$"):
        refuse_unbounded(sensitivity={"a": good}, underflow={"a": good, "c": bad, "y": bad})


@pytest.mark.parametrize(("dtype", "eps"), [("float64", 2.0**-52), ("float32", 2.0**-23), ("float16", 2.0**-10)])
def test_a_dtype_is_refused_where_a_comparison_is_within_its_eps(dtype: str, eps: float) -> None:
    assert refused_for([dtype], {}, {}, eps) == {}
    assert refused_for([dtype], {}, {}, np.nextafter(eps, 0)) == {
        dtype: f"two compared values are {eps:.2g} apart per roundoff"
    }


def test_float16_is_refused_where_an_element_may_err_by_half() -> None:
    def found(dtypes: str, half: float, y: float, margin: float = np.inf) -> dict[str, str]:
        coarse = {"a": np.array([0.0, half / U16])}
        return refused_for(dtypes.split(), {"a": np.array([0.0, y])}, coarse, margin)

    words = "an element of a may err by {} of its size, or of 1"
    assert found("float64 float16", 0.49, 0.0) == found("float64 float16", 0.49 * 8, -8.0) == {}
    assert found("float64 float16", 0.5, 0.125) == {"float16": words.format(0.5)}
    assert found("float64 float16", 0.5 * 8, -8.0) == {"float16": words.format(0.5)}
    assert found("float64 float16", 0.7, 1.0) == {"float16": words.format(0.7)}
    assert found("float64 float16", np.nan, 1.0) == {"float16": words.format("nan")}
    assert found("float64 float32", 0.7, 1.0) == {}
    assert found("float16", 0.7, 1.0, 2.0**-12) == {"float16": "two compared values are 0.00024 apart per roundoff"}
    assert refused_for(["float16"], {"a": np.ones(2)}, {}, np.inf) == {}


def test_whether_any_output_is_too_wide_for_float16_is_looked_at() -> None:
    ones = np.ones(2)
    for wide in ("a", "y"):
        found = refused_for(["float16"], {"a": ones, "y": ones}, {"a": ones, "y": ones, wide: ones / U16}, np.inf)
        assert found == {"float16": f"an element of {wide} may err by 1 of its size, or of 1"}
