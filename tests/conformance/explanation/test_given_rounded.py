"""What is given and is rounded, or a state that is, is named by that, whatever else is computed in full."""

from typing import Any

import numpy as np
import pytest
from planted.judging import loaded, ran
from rnnspec.conformance.edits.generated.grids import rounded
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import FUNCTIONS

NAME = "gru_cell_forward"


def named(**functions: Any) -> list[tuple[str, ...]]:
    outcomes = [outcome for name in functions for outcome in ran(functions, name)]
    return [found.deviations for found in explain(outcomes, "float64", loaded)[0]]


@pytest.mark.parametrize(("format", "digits"), [("bfloat16", 8), ("float16", 11), ("float32", 24)])
def test_inputs_that_are_rounded_are_named(format: str, digits: int) -> None:
    def gru_cell_forward(xt: Any, a_prev: Any, p: Any) -> Any:
        return FUNCTIONS[NAME](rounded(xt, digits), a_prev, p)

    assert named(gru_cell_forward=gru_cell_forward) == [(f"inputs rounded to {format} for xt",)]


def test_parameters_that_are_rounded_are_named() -> None:
    def gru_cell_forward(xt: Any, a_prev: Any, p: Any) -> Any:
        return FUNCTIONS[NAME](xt, a_prev, {name: rounded(W, 8) for name, W in p.items()})

    ((name,),) = named(gru_cell_forward=gru_cell_forward)

    assert name.startswith("parameters rounded to bfloat16 for Wu, ")


def test_the_first_state_kept_in_float32_is_named_where_its_predictions_follow() -> None:
    def lstm_cell_forward(xt: Any, a_prev: Any, c_prev: Any, p: Any) -> Any:
        a, c, _, cache = FUNCTIONS["lstm_cell_forward"](xt, a_prev, c_prev, p)
        a = a.astype(np.float32).astype(float)
        return a, c, FUNCTIONS["softmax"](p["Wy"] @ a + p["by"]), cache

    assert named(lstm_cell_forward=lstm_cell_forward) == [("o * tanh_c in float32 for o * tanh_c",)]
