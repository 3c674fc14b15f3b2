"""What automatic differentiation makes of an edited forward: nearly every edit has gradients."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from planted.judging import loaded
from rnnspec.conformance.edits.generated.generating import edits
from rnnspec.conformance.edits.generated.making import functions
from rnnspec.conformance.edits.generated.making.forms import Form
from rnnspec.conformance.edits.trace.differentiating import differentiated
from rnnspec.conformance.edits.trace.outputs import replayed
from rnnspec.conformance.edits.trace.tape import Tape, Traced
from rnnspec.conformance.edits.trace.tracing import traced

OF_EDITS = ("gru_cell_backward/generic", "lstm_peephole_cell_backward/generic", "rnn_network_backward/no-state")
WITHOUT = {
    "precision",
    "axes",
    "order",
}  # roundings have no slope; other axes and orders of time are no primitives of the tape
WITH_GRADIENTS = 0.97


@pytest.mark.parametrize(
    "form", [*functions.FUNCTIONS, *functions.RELUS, *functions.SOFTPLUSES], ids=lambda form: form.text
)
def test_a_function_is_taken_of_what_is_on_a_tape(form: Form) -> None:
    """As of numbers; an array of what is on it has no number in it, and no gradient."""
    tape, z = Tape(placed=False), np.linspace(-2.0, 30.0, 8).reshape(4, 2)

    with np.errstate(all="ignore"):
        found, plain = form.of(tape.leaf(z, "z")), form.of(z)

    if found is not None:  # which cannot be
        assert isinstance(found, Traced)
        np.testing.assert_array_equal(found.value, plain)


@pytest.mark.parametrize("id", OF_EDITS)
def test_an_edit_of_a_forward_has_gradients(id: str) -> None:
    trace = traced(loaded(id))
    with np.errstate(all="ignore"):
        own = [edit for edit in edits(trace) if any(map(trace.is_ahead, edit.members(trace)))]
        running = [edit for edit in own[::7] if edit.kind not in WITHOUT and replayed(trace, edit) is not None]
        differing = [edit for edit in running if differentiated(trace, [edit]) is not None]

    assert len(running) > 100
    assert len(differing) / len(running) >= WITH_GRADIENTS


def test_what_a_forward_exchanges_has_the_gradients_of_that() -> None:
    """Of a value that comes behind the other, too: all of its inputs count, by finite differences."""
    behind, ahead = (loaded(f"gru_reset_after_cell_{way}/generic") for way in ("backward", "forward"))
    own = (edit for edit in edits(traced(behind)) if edit.kind == "exchanged" and edit.members(traced(ahead)))
    found, h = 0, 2.0**-20

    def loss(edit: Any, inputs: dict[str, Any]) -> float:
        outputs = replayed(traced(replace(ahead, inputs=inputs, parameters=behind.parameters)), edit)
        return float((outputs["a_next"] * behind.inputs["da_next"]).sum()) if outputs else np.nan

    for edit in (edit for edit in own if edit.members(traced(behind))[0] < traced(behind).begun):
        gradients = differentiated(traced(behind), [edit])
        x = behind.inputs["xt"]
        step = np.zeros_like(x)
        step[0, 0] = h
        ends = [
            loss(edit, {**ahead.inputs, "xt": x + way * step, "a_prev": behind.inputs["a_prev"]}) for way in (1, -1)
        ]
        if gradients is not None and np.isfinite(ends).all():
            found += 1
            assert gradients["dxt"][0, 0] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-8)

    assert found >= 3
