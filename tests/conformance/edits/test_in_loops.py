"""What people get wrong who write a layer by loops, as in C: rows by tiles, where loops begin and end, buffers that are written in place."""

from typing import Any

import numpy as np
import pytest
from planted.in_loops import MISTAKES, in_loops
from planted.judging import loaded, ran
from planted.planting import Functions
from rnnspec.conformance import Explanation, check
from rnnspec.conformance.explanation.naming import explain


def test_it_is_right_without_a_mistake() -> None:
    assert check(in_loops(), cases=["lstm"]).conformant


@pytest.mark.parametrize("mistake", MISTAKES)
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
    explanations, _ = explain(outcomes, "float64", loaded, 60)
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
