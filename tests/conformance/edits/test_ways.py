"""How a backward goes with its forward is part of what is said: it may compute anew what that had right, or have its states alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.candidate import Unsupported
from rnnspec.conformance.edits.finding import Finding
from rnnspec.conformance.edits.held.case import of_golden, outputs
from rnnspec.conformance.edits.trace.group import Group
from rnnspec.conformance.edits.trace.replaying import Edit
from rnnspec.conformance.edits.trace.ways import ANEW
from rnnspec.conformance.explanation.naming import explain
from rnnspec.conformance.report.reasons import Explanation
from rnnspec.reference import (
    gated_delta_step_backward,
    gated_delta_step_forward,
    lstm_backward,
    lstm_cell_backward,
    lstm_cell_forward,
    lstm_forward,
)


def said(functions: dict[str, Any]) -> dict[str, Explanation]:
    """By operation, of those with a failing case; nothing is left unexplained."""
    outcomes = [outcome for name in functions for outcome in ran(functions, name) if outcome.arrays]
    explanations, localisations = explain(outcomes, "float64", loaded, AMPLE)
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


Step = Callable[..., Any]


def by_steps(ahead: Step, back: Step) -> dict[str, Step]:
    """The gated delta rule, forth by one step and, from the state before each, back by another: a checkpoint at every step."""

    def forward(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None, scale: Any = None) -> Any:
        if g is None:
            raise Unsupported("it decays")
        given = [np.moveaxis(one, -1, 0) for one in (q, k, v, g, beta)]
        states = [np.zeros((len(v), k.shape[1], v.shape[1], v.shape[2])) if S0 is None else S0]
        steps, outputs = [tuple(one[t] for one in given) for t in range(q.shape[-1])], []
        for step in steps:
            o, S, _ = ahead(*step, states[-1], **({} if scale is None else {"scale": scale}))
            outputs.append(o)
            states.append(S)
        o = np.stack(outputs, axis=-1) if outputs else np.zeros_like(v)
        return o, states[-1], (steps, states, scale, S0 is not None, [np.zeros_like(one) for one in (q, k, v, g, beta)])

    def backward(do: Any, caches: Any, *, dS_last: Any = None) -> Any:
        steps, states, scale, is_begun, empty = caches
        dS, found = np.zeros_like(states[-1]) if dS_last is None else dS_last, list[Any]()
        for t in reversed(range(len(steps))):
            *_, cache = back(*steps[t], states[t], **({} if scale is None else {"scale": scale}))
            found.append(gated_delta_step_backward(do[..., t], dS, cache))
            dS = found[-1].pop("dS_prev")
        names = {"dqt": "dq", "dkt": "dk", "dvt": "dv", "dgt": "dg", "dbetat": "dbeta"}
        own = {names[n]: np.stack([one[n] for one in found[::-1]], axis=-1) for n in (found[0] if found else ())}
        return (own or dict(zip(names.values(), empty, strict=True))) | ({"dS0": dS} if is_begun else {})

    return {"gated_delta_forward": forward, "gated_delta_backward": backward}


def twice(q: Any, k: Any, v: Any, g: Any, beta: Any, S: Any, **given: Any) -> Any:
    return gated_delta_step_forward(q, k, v, g, 2 * beta, S, **given)


def test_a_kernel_with_a_checkpoint_at_every_step_is_right() -> None:
    assert said(by_steps(gated_delta_step_forward, gated_delta_step_forward)) == {}


def test_a_backward_that_computes_each_step_anew_from_the_state_before_it_is_said_so() -> None:
    found = said(by_steps(twice, gated_delta_step_forward))

    assert set(found) == {"gated_delta_forward", "gated_delta_backward"}
    words = " in the forward alone, of which the backward has the state before each step"
    assert found["gated_delta_backward"].difference[-1] == words
    assert "2 * beta" in found["gated_delta_backward"].difference[2]


def test_a_mistake_in_what_a_backward_computes_anew_is_said_also_where_it_has_what_that_gives() -> None:
    found = said(by_steps(gated_delta_step_forward, twice))

    assert set(found) == {"gated_delta_backward"}
    assert found["gated_delta_backward"].difference[-1] == " in what the backward computes anew"
    assert "2 * beta" in found["gated_delta_backward"].difference[2]
