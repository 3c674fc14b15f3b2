"""Loops that are written otherwise are right; mistakes of networks, which are lists of these loops, are said of every operation."""

from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit, changed
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.edits.generated.texts.loops import of_loops
from rnnspec.conformance.edits.held.written import WRITTEN, changes_of
from rnnspec.conformance.edits.trace.tracing import traced
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.reference import network, unroll

CLOSE = 1e-9
STATE = "state = carried(valid[t], state_t, state)"
RAGGED = ("lstm_forward/ragged-reverse", "lstm_backward/every-option", "gru_reset_after_network_backward/deep-ragged")
# the function, its text, what stands there, and words of what has to be said
MISTAKES: dict[str, tuple[Any, str, str, str]] = {
    "one direction's weights": (
        network._forward,
        "state, p, given",
        "state, directions[0], given",
        "the first direction's for each",
    ),
    "states of the first layer alone": (
        network._forward,
        'given.get(f"{s}0")',
        'given.get(f"{s}0") if layer == 0 else None',
        "initial states of the first layer alone",
    ),
    "no reversed layer but the first": (
        network._forward,
        "reverse=d == 1",
        "reverse=d == 1 and layer == 0",
        "reversed in the first layer alone",
    ),
}


@pytest.mark.parametrize("case", RAGGED)
@pytest.mark.parametrize("loop", WRITTEN)
def test_a_loop_that_is_written_otherwise_is_right(loop: str, case: str) -> None:
    golden = loaded(case)
    with deviating(changes_of(loop)) as functions:
        returned = golden.entry.operation.call(functions, golden.inputs, golden.parameters)
        found = golden.entry.operation.named(returned, [*golden.inputs, *golden.parameters])

    assert {n for n, want in golden.outputs.items() if not np.allclose(found[n], want, rtol=CLOSE, atol=CLOSE)} == set()


@pytest.mark.parametrize(
    "case", ["lstm_backward/every-option", "lstm_network_backward/deep-ragged", "gru_forward/generic"]
)
def test_every_edit_of_the_text_finds_its_text_and_makes_another(case: str) -> None:
    edits = [*of_loops(traced(loaded(case)))]
    texts = [tuple(changed(change.function, [(change.old, change.new)]) for change in edit.source) for edit in edits]

    assert len(edits) > 100
    assert len({*texts}) == len(texts)


@pytest.mark.drawn("mistake", MISTAKES)
def test_a_mistake_of_a_network_is_said_in_every_operation_that_it_makes_wrong(mistake: str) -> None:
    function, old, new, words = MISTAKES[mistake]
    names = ("gru_reset_after_network_forward", "gru_reset_after_network_backward")
    with deviating([Edit(function, old, new)]) as functions:
        outcomes = {name: ran(functions, name) for name in names}
    failing = {name: Evidence(own, "float64", loaded) for name, own in outcomes.items() if any(o.failed for o in own)}

    said = {name: "\n".join(found.difference) for name, found in explained(failing, AMPLE).named.items()}

    assert set(said) == set(failing) == set(names)
    assert [name for name, lines in said.items() if words not in lines] == []


def test_what_the_loop_of_one_family_does_is_not_told_of_another_without_being_asked() -> None:
    skipped = "if {where}:\n            outputs[t] = tuple(0 * o for o in outputs[t])\n        else:\n            "
    outcomes = {}
    for name, where in (("rnn_forward", "t == order[0]"), ("gru_forward", "t == len(order) - 1")):
        with deviating([Edit(unroll.forward, STATE, f"{skipped.format(where=where)}{STATE}")]) as functions:
            outcomes[name] = ran(functions, name)

    told = explained({name: Evidence(own, "float64", loaded) for name, own in outcomes.items()}, AMPLE).named

    said = {name: found.difference[1] for name, found in told.items()}
    assert said == {"rnn_forward": "+the first step is not taken", "gru_forward": "+t = T_x - 1 is not taken"}
