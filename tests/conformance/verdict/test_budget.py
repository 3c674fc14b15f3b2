"""The arithmetic of budgets: 2 u H + 2 eta E + u |y|, each term by itself and in each dtype."""

import numpy as np
import pytest
from rnnspec.conformance.verdict.budget import budget, of_golden, share
from rnnspec.golden import load

U = {"float64": 2.0**-53, "float32": 2.0**-24, "float16": 2.0**-11}
ETA = {"float64": 2.0**-1022, "float32": 2.0**-126, "float16": 2.0**-14}
by_dtype = pytest.mark.parametrize("dtype", U)


@by_dtype
@pytest.mark.parametrize(
    ("sensitivity", "underflow", "want", "in_u", "in_eta"),
    [(3, 0, 0, 6, 0), (0, 5, 0, 0, 10), (0, 0, 7, 7, 0), (0, 0, -7, 7, 0), (3, 0, -7, 13, 0), (0, 0, 0, 0, 0)],
)
def test_each_term_of_a_budget_is_what_it_says(
    dtype: str, sensitivity: float, underflow: float, want: float, in_u: float, in_eta: float
) -> None:
    given = (np.full((2, 1), value, np.float32) for value in (sensitivity, underflow, want))

    found = budget(*given, dtype)

    assert found.dtype == np.float64
    assert np.array_equal(found, np.full((2, 1), in_u * U[dtype] + in_eta * ETA[dtype]))


def test_the_terms_are_added() -> None:
    found = budget(np.array([2.0**-10]), np.array([2.0]), np.array([-(2.0**-9)]), "float16")

    assert found.tolist() == [2 * 2.0**-21 + 4 * 2.0**-14 + 2.0**-20]


@pytest.mark.parametrize(
    ("error", "allowed", "found"), [(0.0, 0.0, 0.0), (0.0, 2.0, 0.0), (3.0, 2.0, 1.5), (2.0, 0.0, np.inf), (1e300, 1e-300, np.inf)]
)  # fmt: skip
def test_an_error_is_a_share_of_its_budget(error: float, allowed: float, found: float) -> None:
    assert share(np.array([error]), np.array([allowed])).tolist() == [found]


@by_dtype
def test_the_budget_of_a_goldens_output_is_that_of_its_elements(dtype: str) -> None:
    golden = load("lstm_forward/generic")
    sensitivity = golden.sensitivity16 if dtype == "float16" else golden.sensitivity

    found = of_golden(golden, "a", dtype)

    assert np.array_equal(found, budget(sensitivity["a"], golden.underflow["a"], golden.outputs["a"], dtype))
    assert (found > 0).all()


def test_where_values_are_only_moved_no_error_is_allowed() -> None:
    golden = load("pad_sequence/generic")

    assert golden.entry.exact
    assert np.array_equal(of_golden(golden, "padded", "float64"), np.zeros(golden.outputs["padded"].shape))
