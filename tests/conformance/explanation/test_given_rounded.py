"""What is given and is rounded, or a state that is, is named by that, whatever else is computed in full."""

from typing import Any

import numpy as np
import pytest
from planted.judging import loaded, ran
from rnnspec.conformance.edits.generated.making.grids import rounded
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


def rounding(x: Any) -> Any:
    return rounded(x, 8)


def rnn_cell_forward(xt: Any, a_prev: Any, p: Any) -> Any:
    z = rounding(p["Wax"]) @ rounding(xt) + rounding(p["Waa"]) @ rounding(a_prev)
    a = np.tanh(z + p["ba"])
    return a, FUNCTIONS["softmax"](p["Wya"] @ a + p["by"]), (xt, a_prev, a, p)


def backward(of: Any) -> Any:
    def rnn_cell_backward(da_next: Any, cache: Any) -> Any:
        xt, a_prev, a, p = cache
        dz = da_next * (1 - a * a)
        products = {"dxt": (p["Wax"].T, dz), "da_prev": (p["Waa"].T, dz), "dWax": (dz, xt.T), "dWaa": (dz, a_prev.T)}
        found = {name: of(one) @ of(two) for name, (one, two) in products.items()}
        return found | {"dba": dz.sum(axis=1, keepdims=True)}

    return rnn_cell_backward


@pytest.mark.parametrize("of", [np.asarray, rounding], ids=["the forward alone", "both"])
def test_products_that_are_rounded_in_all_but_the_head_are_one_edit_of_both_ways(of: Any) -> None:
    """No second edit stands in the first one's places: what it hides would be told as if it were done."""
    found = named(rnn_cell_forward=rnn_cell_forward, rnn_cell_backward=backward(of))

    assert found == [("inputs of products but the head's rounded to bfloat16",)] * 2
