"""What people get wrong who write a layer by loops, as in C: rows by tiles, where loops begin and end, buffers that are written in place."""

from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.in_loops import MISTAKES, in_loops
from planted.judging import loaded, ran
from planted.planting import Functions
from rnnspec.conformance import Explanation
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import FUNCTIONS


def test_it_is_right_without_a_mistake() -> None:
    functions = in_loops()

    assert {outcome.outcome for operation in functions for outcome in ran(functions, operation)} == {"pass"}


@pytest.mark.drawn("mistake", MISTAKES)
def test_it_is_said_in_every_operation_that_it_makes_wrong(mistake: str) -> None:
    *_, of_forwards, of_backwards = MISTAKES[mistake]

    failing, said = told(in_loops(mistake))

    wanted = {operation: of_backwards if operation.endswith("backward") else of_forwards for operation in failing}
    assert failing
    assert all(wanted.values())
    assert {
        name for name, words in wanted.items() if not any(w in said.get(name, "") for w in words.split("|"))
    } == set()


def told(functions: Functions) -> tuple[set[str], dict[str, str]]:
    """The operations with failing cases, and what is said of each."""
    outcomes = [outcome for operation in functions for outcome in ran(functions, operation)]
    explanations, _ = explain(outcomes, "float64", loaded, AMPLE)
    return {o.operation for o in outcomes if o.failed}, {one.operation: _words(one) for one in explanations}


def _words(one: Explanation) -> str:
    return "\n".join((*one.deviations, *one.difference))


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt: Any, a_prev: Any, parameters: Any) -> Any:
    """Whose state is overwritten unit by unit, and read by those that follow."""
    a, p = a_prev.copy(), parameters
    for k in range(len(a)):
        a[k] = np.tanh(p["Waa"][k] @ a + p["Wax"][k] @ xt + p["ba"][k])
    return a, softmax(p["Wya"] @ a + p["by"]), (a, a_prev, xt, p)


def rnn_cell_backward(da_next: Any, cache: Any) -> Any:
    a, a_prev, xt, p = cache
    dz = da_next * (1 - a * a)
    found = {"dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": dz.sum(axis=1, keepdims=True)}
    return {"dxt": p["Wax"].T @ dz, "da_prev": p["Waa"].T @ dz, **found}


def test_a_state_that_is_overwritten_while_it_is_read_is_said_in_forward_and_backward() -> None:
    functions = {"rnn_cell_forward": rnn_cell_forward, "rnn_cell_backward": rnn_cell_backward}

    failing, said = told(functions)

    assert failing == {*functions}
    assert all("states are overwritten unit by unit" in said[operation] for operation in failing)


def last_term(A: Any, B: Any) -> Any:
    """A product whose sum is overwritten by each of its terms."""
    return A[:, -1:] @ B[-1:]


def last_terms_forward(xt: Any, a_prev: Any, parameters: Any) -> Any:
    p = parameters
    a = np.tanh(last_term(p["Waa"], a_prev) + last_term(p["Wax"], xt) + p["ba"])
    return a, softmax(last_term(p["Wya"], a) + p["by"]), (a, a_prev, xt, p)


def last_terms_backward(da_next: Any, cache: Any) -> Any:
    a, a_prev, xt, p = cache
    dz = da_next * (1 - a * a)
    found = {"dWax": last_term(dz, xt.T), "dWaa": last_term(dz, a_prev.T), "dba": dz.sum(axis=1, keepdims=True)}
    return {"dxt": last_term(p["Wax"].T, dz), "da_prev": last_term(p["Waa"].T, dz), **found}


def test_products_of_which_the_last_terms_stay_are_said_in_forward_and_backward() -> None:
    functions = {"rnn_cell_forward": last_terms_forward, "rnn_cell_backward": last_terms_backward}

    failing, said = told(functions)

    assert failing == {*functions}
    assert all("the last term alone of each product A @ B" in said[operation] for operation in failing)


LSTM_CELL_FORWARD, LSTM_CELL_BACKWARD = (FUNCTIONS[f"lstm_cell_{way}"] for way in ("forward", "backward"))


def test_a_value_that_is_added_to_that_of_the_example_before_is_said() -> None:
    def forward(xt: Any, a_prev: Any, parameters: Any) -> Any:
        p = parameters
        a = np.cumsum(np.tanh(p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"]), axis=1)
        return a, softmax(p["Wya"] @ a + p["by"]), None

    failing, said = told({"rnn_cell_forward": forward})

    assert failing == {"rnn_cell_forward"}
    assert "added to that of the example before" in said["rnn_cell_forward"]


def test_an_element_that_a_copy_of_weights_leaves_out_is_said() -> None:
    def forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> Any:
        Wf = parameters["Wf"].copy()
        Wf[0, 0] = 0
        return LSTM_CELL_FORWARD(xt, a_prev, c_prev, {**parameters, "Wf": Wf})

    failing, said = told({"lstm_cell_forward": forward})

    assert failing == {"lstm_cell_forward"}
    assert "Wf, 0 at its first element" in said["lstm_cell_forward"]


def test_a_backward_has_of_its_forwards_mistakes_those_that_reach_it() -> None:
    """Weights that a forward reads by columns, those of the head too, of which a cell's backward knows nothing."""

    def by_columns(W: Any) -> Any:
        return W.reshape(W.shape[::-1]).T

    def forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> Any:
        turned = {name: by_columns(W) if name[0] == "W" else W for name, W in parameters.items()}
        *outputs, cache = LSTM_CELL_FORWARD(xt, a_prev, c_prev, turned)
        return (*outputs, cache._replace(parameters=parameters))

    failing, said = told({"lstm_cell_forward": forward, "lstm_cell_backward": LSTM_CELL_BACKWARD})

    assert failing == {"lstm_cell_forward", "lstm_cell_backward"}
    assert all("kept row by row, read column by column" in words for words in said.values())
    assert {*said} == failing
    assert "in the forward alone" in said["lstm_cell_backward"]
