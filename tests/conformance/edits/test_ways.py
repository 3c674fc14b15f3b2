"""How a backward goes with its forward is part of what is said: it may compute anew what that had right, or have its states alone."""

from typing import Any

import numpy as np
from planted.judging import loaded, ran
from rnnspec.conformance.edits.case import of_golden, outputs
from rnnspec.conformance.edits.finding import Finding
from rnnspec.conformance.edits.trace.group import Group
from rnnspec.conformance.edits.trace.replaying import Edit
from rnnspec.conformance.edits.trace.ways import ANEW
from rnnspec.conformance.explanation.naming import explain
from rnnspec.conformance.report.reasons import Explanation
from rnnspec.reference import lstm_backward, lstm_cell_backward, lstm_cell_forward, lstm_forward


def said(functions: dict[str, Any]) -> dict[str, Explanation]:
    """By operation, of those with a failing case; nothing is left unexplained."""
    outcomes = [outcome for name in functions for outcome in ran(functions, name) if outcome.arrays]
    explanations, localisations = explain(outcomes, "float64", loaded, 60.0)
    assert localisations == []
    return {explanation.operation: explanation for explanation in explanations}


def without(bias: str, parameters: Any) -> Any:
    return {**parameters, bias: 0 * parameters[bias]}


def test_a_mistake_in_what_a_backward_computes_anew_is_said_as_one_of_the_forward_that_is_right() -> None:
    def forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> Any:
        *outputs, _ = lstm_cell_forward(xt, a_prev, c_prev, parameters)
        return *outputs, lstm_cell_forward(xt, a_prev, c_prev, without("bi", parameters))[-1]

    found = said({"lstm_cell_forward": forward, "lstm_cell_backward": lstm_cell_backward})

    assert list(found) == ["lstm_cell_backward"]
    assert "bi" in found["lstm_cell_backward"].difference[1]
    assert found["lstm_cell_backward"].difference[-1] == " in what the backward computes anew"


def test_a_backward_that_has_the_wrong_states_of_its_forward_and_else_what_is_right_is_said_so() -> None:
    def forward(x: Any, a0: Any, parameters: Any) -> Any:
        wrong = without("bf", parameters)
        a, y, c, _ = lstm_forward(x, a0, wrong)
        return a, y, c, (x, a0, a, c, parameters)

    def backward(da: Any, caches: Any) -> Any:
        x, a0, a, c, parameters = caches
        states = [(a0, 0 * a0), *((a[..., t], c[..., t]) for t in range(x.shape[-1]))]
        carried, found, dx = (0 * a0, 0 * a0), dict[str, Any](), []
        for t in reversed(range(x.shape[-1])):
            cache = lstm_cell_forward(x[..., t], *states[t], parameters)[-1]
            step = lstm_cell_backward(da[..., t] + carried[0], carried[1], cache)
            carried = step.pop("da_prev"), step.pop("dc_prev")
            dx.append(step.pop("dxt"))
            found = {name: found.get(name, 0) + gradient for name, gradient in step.items()}
        return {"dx": np.stack(dx[::-1], axis=-1), "da0": carried[0], **found}

    found = said({"lstm_forward": forward, "lstm_backward": backward})

    assert set(found) == {"lstm_forward", "lstm_backward"}
    assert "bf" in found["lstm_forward"].difference[1]
    assert found["lstm_backward"].deviations == found["lstm_forward"].deviations
    assert found["lstm_backward"].difference[-1] == " in the forward alone, whose states the backward has"


def test_a_backward_that_starts_from_what_its_forward_left_is_said_without_a_way() -> None:
    def forward(x: Any, a0: Any, parameters: Any) -> Any:
        return lstm_forward(x, a0, without("bf", parameters))

    found = said({"lstm_forward": forward, "lstm_backward": lstm_backward})

    assert set(found) == {"lstm_forward", "lstm_backward"}
    assert found["lstm_backward"].difference == found["lstm_forward"].difference


def test_what_a_backward_computes_anew_rests_in_each_step_on_the_state_that_its_forward_left() -> None:
    case = of_golden(loaded("diagonal_backward/generic"))
    decayed = next(node for node in case.trace.tape.nodes if node.name == "multiply")
    twice = Edit(Group(decayed.place), lambda r, i: 2 * r.plain(i), "form", lambda r, i: "2 * a * h_prev")

    found, right = outputs(case, Finding((twice,), ANEW)), case.golden.outputs

    assert found is not None
    assert np.allclose(found["dg"], 2 * right["dg"], rtol=1e-12)
    assert np.array_equal(found["dx"], case.right["dx"])
