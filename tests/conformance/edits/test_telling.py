"""Every edit can be told; what several fit is told with a case that parts them; a story comes with an edit, whatever the family."""

from itertools import islice
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from planted.mutated import mutated
from rnnspec.conformance import check
from rnnspec.conformance.edits.explaining import explained as all_explained
from rnnspec.conformance.edits.finding import Finding
from rnnspec.conformance.edits.generated.generating import edits
from rnnspec.conformance.edits.telling import told
from rnnspec.conformance.edits.trace.outputs import replayed
from rnnspec.conformance.edits.trace.tracing import traced
from rnnspec.conformance.edits.trace.wording import of_node
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.conformance.report.explained import explained
from rnnspec.golden.sized import Size
from rnnspec.reference import FUNCTIONS

GOLDENS = (
    "gru_forward/reverse",
    "rnn_network_backward/generic",
    "gru_reset_after_network_forward/bidirectional",
    "lstm_peephole_cell_backward/generic",
    "rnn_relu_backward/generic",
)


@pytest.mark.sampled("every", {"one of five": 5}, {"all": 1})
@pytest.mark.parametrize("golden", GOLDENS)
def test_every_edit_that_runs_can_be_told(golden: str, every: int) -> None:
    trace = traced(loaded(golden))

    with np.errstate(all="ignore"):
        tried = islice(edits(trace), 0, None, every)
        run = [edit for edit in tried if edit.source or replayed(trace, edit) is not None]

    assert len(run) > 5000 / every
    assert all(told(trace, Finding((edit,))).difference for edit in run)


def said(mistake: str, *cases: str) -> str:
    report = check(SimpleNamespace(**mutated(mistake)), cases=list(cases) or None, explain_seconds=AMPLE)
    return "\n".join(line for found in report.explanations for line in explained(found))


def test_what_the_cases_cannot_tell_apart_is_said_with_a_case_that_can() -> None:
    one = said("gate missing", "lstm_forward/dims-one")

    assert "these inputs cannot tell it from `stack(tanh_c) for stack(a_next)`; lstm_forward/" in one
    assert one.endswith(" would")


def test_a_story_comes_with_an_edit() -> None:
    assert "remember: another operation" in said("plus for times", "lstm_cell_forward")


def test_what_is_read_is_no_state_that_is_carried() -> None:
    def gru_forward(x: Any, a0: Any, p: Any) -> Any:
        return FUNCTIONS["gru_forward"](np.where(np.arange(len(x))[:, None, None] < 16, x, 0), a0, p)

    report = check(
        SimpleNamespace(gru_forward=gru_forward), cases=["gru_forward"], at=Size({"n_x": 17}), explain_seconds=AMPLE
    )

    assert "steps: what each step is given is another" in "\n".join(explained(report.explanations[0]))


def test_what_is_returned_is_no_state_that_is_carried() -> None:
    def gru_forward(x: Any, a0: Any, p: Any) -> Any:
        a, y, cache = FUNCTIONS["gru_forward"](x, a0, p)
        return np.where(np.arange(a.shape[1])[:, None] < 32, a, 0), y, cache

    report = check(
        SimpleNamespace(gru_forward=gru_forward), cases=["gru_forward"], at=Size({"m": 33}), explain_seconds=AMPLE
    )

    assert "stacked: what is returned of all steps is another" in "\n".join(explained(report.explanations[0]))


@pytest.mark.parametrize("number", [3.0, 10.0, 1e-3])
def test_a_number_in_the_place_of_a_limit_is_told(number: float) -> None:
    def lstm_clipped_cell_forward(xt: Any, a: Any, c: Any, p: Any) -> Any:
        return FUNCTIONS["lstm_clipped_cell_forward"](xt, a, c, {**p, "clip": number + 0 * p["clip"]})

    outcomes = ran({"lstm_clipped_cell_forward": lstm_clipped_cell_forward}, "lstm_clipped_cell_forward")
    held = {"lstm_clipped_cell_forward": Evidence(outcomes, "float64", loaded)}

    assert all_explained(held).named["lstm_clipped_cell_forward"].difference[1:] == ("-clip", f"+{number:g}")


@pytest.mark.parametrize("family", ["rnn", "rnn_relu"])
def test_what_is_kept_under_a_name_of_its_own_is_told_by_that(family: str) -> None:
    trace = traced(loaded(f"{family}_backward/two-steps"))
    added = {of_node(trace, i) for i, node in enumerate(trace.tape.nodes) if node.place[0].function == "accumulated"}

    assert added == {"dWax + dWax", "dWaa + dWaa", "dba + dba"}


def test_passing_cases_are_counted() -> None:
    assert "failing and 1 of 1 passing cases match" in said("state's gradient lost", "lstm_backward")


def test_what_is_as_it_is_without_another_edit_is_told_so_whatever_brackets_it_stands_in() -> None:
    def zeroed(name: str) -> Any:
        def backward(*given: Any, **options: Any) -> Any:
            found = FUNCTIONS[name](*given, **options)
            return {key: value if key in ("dWy", "dby") else 0 * value for key, value in found.items()}

        return backward

    cells, layers = (["gru_cell_forward", "gru_cell_backward"], ["gru_forward", "gru_backward"])
    given = {name: FUNCTIONS[name] for name in (cells[0], layers[0])}
    given |= {name: zeroed(name) for name in (cells[1], layers[1])}

    report = check(SimpleNamespace(**given), cases=[*cells, *layers], explain_seconds=AMPLE)

    assert report.explanations
    for one in report.explanations:
        pairs = zip(one.difference, one.difference[1:], strict=False)
        assert not [new for old, new in pairs if (old[0], new[0]) == ("-", "+") and new[1:] == f"({old[1:]})"]
