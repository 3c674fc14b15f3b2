"""What automatic differentiation makes of an edited forward: nearly every edit has gradients."""

import numpy as np
import pytest
from planted.judging import loaded
from rnnspec.conformance.edits.generated.generating import edits
from rnnspec.conformance.edits.trace.differentiating import differentiated
from rnnspec.conformance.edits.trace.outputs import replayed
from rnnspec.conformance.edits.trace.tracing import traced

OF_EDITS = ("gru_cell_backward/generic", "lstm_peephole_cell_backward/generic", "rnn_network_backward/no-state")
WITHOUT = {
    "precision",
    "axes",
    "order",
}  # roundings have no slope; other axes and orders of time are no primitives of the tape
WITH_GRADIENTS = 0.97


@pytest.mark.parametrize("id", OF_EDITS)
def test_an_edit_of_a_forward_has_gradients(id: str) -> None:
    trace = traced(loaded(id))
    with np.errstate(all="ignore"):
        own = [edit for edit in edits(trace) if any(map(trace.is_ahead, edit.members(trace)))]
        running = [edit for edit in own[::7] if edit.kind not in WITHOUT and replayed(trace, edit) is not None]
        differing = [edit for edit in running if differentiated(trace, [edit]) is not None]

    assert len(running) > 100
    assert len(differing) / len(running) >= WITH_GRADIENTS
