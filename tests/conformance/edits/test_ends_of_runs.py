"""At which end of a run an edit is, in words: a backward comes to the last step first."""

from collections.abc import Sequence

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.edits.finding import Finding
from rnnspec.conformance.edits.generated.generating import edits
from rnnspec.conformance.edits.generated.texts.masks import of_flipped
from rnnspec.conformance.edits.telling import told
from rnnspec.conformance.edits.trace.group import FIRST, FURTHER, LAST
from rnnspec.conformance.edits.trace.tracing import traced
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import OPERATIONS, network

BACK = {
    FIRST: "at the last step of the run",
    LAST: "at the first step of the run",
    FURTHER: "at every step but the last of the run",
}
FORTH = {FIRST: "at the first step", LAST: "at the last step", FURTHER: "at every step but the first of the run"}


@pytest.mark.parametrize("only", BACK)
def test_an_end_is_that_of_the_run(only: str) -> None:
    trace = traced(loaded("rnn_backward/generic"))
    own = [edit for edit in edits(trace) if edit.group.only == only and edit.members(trace)]

    with np.errstate(all="ignore"):
        lines = {edit: _new(told(trace, Finding((edit,))).difference) for edit in own[::9]}

    for words, is_back in ((FORTH, False), (BACK, True)):
        of_way = [line for edit, line in lines.items() if trace.is_back(edit.members(trace)[0]) is is_back]
        assert of_way
        assert [line for line in of_way if not line.endswith(words[only])] == []


def test_a_mask_that_is_not_turned_with_its_run_is_told_of_networks() -> None:
    """Somebody turns all of a padded batch, and writes nothing beyond the lengths."""
    words = "in a reversed run the mask of T_x - 1 - t, and nothing is returned beyond the lengths"
    changes = dict(of_flipped())[words]
    names = [n for n, o in OPERATIONS.items() if o.family == "rnn" and "network" in n]
    with deviating([Edit(*change) for change in changes]) as functions:
        outcomes = [outcome for name in names for outcome in ran(functions, name)]

    explanations, _ = explain(outcomes, "float64", loaded, AMPLE)

    assert {e.operation for e in explanations} == {o.operation for o in outcomes if o.failed} == {*names}
    assert [e.difference for e in explanations if "the mask of T_x - 1 - t" not in "\n".join(e.difference)] == []
    assert [e.difference for e in explanations if "nothing is returned" not in "\n".join(e.difference)] == []


def test_layers_of_a_network_that_give_nothing_are_said_to_give_0() -> None:
    """Somebody makes a buffer for what each layer gives, and never writes into it."""
    below = "below = np.concatenate([unroll.stacked([s[0] for s in walk.outputs]) for walk in walks[-1]])"
    names = [n for n, o in OPERATIONS.items() if o.family == "rnn" and "network" in n]
    with deviating([Edit(network._forward, below, below.replace("np.concatenate", "0 * np.concatenate"))]) as functions:
        outcomes = [outcome for name in names for outcome in ran(functions, name)]

    explanations, _ = explain(outcomes, "float64", loaded, AMPLE)

    assert {e.operation for e in explanations} == {o.operation for o in outcomes if o.failed} == {*names}
    assert any("0" in line for e in explanations for line in e.difference if line[0] == "+")
    assert [e.difference for e in explanations if "padding" in "\n".join(e.difference)] == []


def _new(difference: Sequence[str]) -> str:
    return next(line for line in difference if line[0] == "+")
