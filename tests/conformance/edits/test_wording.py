"""What an edit computes is told in the symbols of the contract: no ellipsis for what has a name, no index of a step, no comprehension."""

from typing import Any

import numpy as np
import pytest
from planted.judging import loaded, ran
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.edits.finding import Finding
from rnnspec.conformance.edits.generated.generating import edits
from rnnspec.conformance.edits.telling import told
from rnnspec.conformance.edits.trace.outputs import replayed
from rnnspec.conformance.edits.trace.trace import Trace
from rnnspec.conformance.edits.trace.tracing import traced
from rnnspec.conformance.edits.trace.wording import of_node
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.reference import FUNCTIONS


def texts(trace: Trace, function: str) -> list[str]:
    nodes = trace.tape.nodes
    return [of_node(trace, i) for i, node in enumerate(nodes) if node.name and node.place[0].function == function]


def test_what_is_given_over_time_is_at_a_step_what_operations_of_a_step_call_it() -> None:
    trace, back = traced(loaded("mlstm_forward/levels-one-step")), traced(loaded("lstm_backward/loss-on-predictions"))

    assert "-softplus(-ft)" in texts(trace, "log_sigmoid")
    assert "e / e.sum(axis=0) * dy_t" in texts(back, "head_backward")


def test_a_mask_is_asked_of_step_t() -> None:
    trace = traced(loaded("lstm_backward/ragged"))
    masks = {of_node(trace, i) for i, node in enumerate(trace.tape.nodes) if node.name in ("greater", "less")}

    assert masks == {"lengths > t"}


def test_names_stand_at_any_depth() -> None:
    assert "tanh(Waa @ a_prev + Wax @ xt + ba)" in texts(traced(loaded("rnn_cell_forward/generic")), "forward")


def test_a_place_in_a_comprehension_is_its_function() -> None:
    nodes = traced(loaded("lstm_cell_backward/generic")).tape.nodes

    assert any(node.place[0].function == "affine_backward" for node in nodes)
    assert not [node.place for node in nodes if any("<" in one.function for one in node.place)]


def test_what_is_done_to_all_gates_is_told_apart_from_what_is_done_to_one() -> None:
    trace = traced(loaded("lstm_cell_backward/generic"))
    own = edits(trace, lambda group: group.place[0].function == "affine_backward")
    found = [told(trace, Finding((edit,))) for edit in own if replayed(trace, edit) is not None]
    sums = {one.difference for one in found if one.difference[1:3] == ("-dzf.sum(axis=1)", "+-dzf.sum(axis=1)")}

    assert {difference[3:] for difference in sums} == {
        (" in dbf",),
        (" and so for dzi.sum(axis=1), dzo.sum(axis=1)",),
        (" and so for dzi.sum(axis=1), dzc.sum(axis=1), dzo.sum(axis=1)",),
        (" as the head and other steps get it, and as it is returned",),
    }


@pytest.mark.parametrize("number", [1.702, 0.79788])
def test_a_factor_of_several_digits_is_found(number: float) -> None:
    def gru_cell_forward(xt: Any, a: Any, p: Any) -> Any:
        return FUNCTIONS["gru_cell_forward"](xt, a, {**p, "Wu": number * p["Wu"], "bu": number * p["bu"]})

    outcomes = ran({"gru_cell_forward": gru_cell_forward}, "gru_cell_forward")
    named = explained({"gru_cell_forward": Evidence(outcomes, "float64", loaded)}).named

    assert named["gru_cell_forward"].difference[1:] == ("-Wu @ v + bu", f"+{number:g} * (Wu @ v + bu)")


def test_a_mask_is_no_number() -> None:
    trace = traced(loaded("mlstm_forward/levels-one-step"))
    own = edits(trace, lambda group: group.place[0].function == "larger")
    with np.errstate(all="ignore"):
        found = {told(trace, Finding((edit,))).difference[1:] for edit in own if replayed(trace, edit) is not None}

    assert ("-running > it", "+everywhere") in found
    assert not [line for difference in found for line in difference if " where ft," in line or " where it," in line]
