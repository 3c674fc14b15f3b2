"""Edits are tried, told and differentiated in other runs than the one that they were made of: what does not fit there gives nothing, and raises nothing."""

from functools import cache

import numpy as np
import pytest
from rnnspec.conformance.edits.finding import Finding
from rnnspec.conformance.edits.generated.generating import edits
from rnnspec.conformance.edits.telling import told
from rnnspec.conformance.edits.trace.differentiating import differentiated
from rnnspec.conformance.edits.trace.outputs import replayed
from rnnspec.conformance.edits.trace.replaying import CannotRun, Edit
from rnnspec.conformance.edits.trace.trace import Trace
from rnnspec.conformance.edits.trace.tracing import traced
from rnnspec.golden import load

RUNS = {
    "gated_linear": ("step_forward/generic", "step_backward/generic", "forward/generic", "backward/ragged"),
    "gru": ("cell_forward/generic", "cell_backward/generic", "forward/generic", "backward/ragged"),
    "mlstm": ("step_forward/generic", "step_backward/generic", "forward/generic", "backward/ragged"),
}
EVERY = 500  # of so many edits one, as there are tens of thousands


@cache
def runs(family: str) -> list[Trace]:
    return [traced(load(f"{family}_{id}")) for id in RUNS[family]]


def tried(trace: Trace, edit: Edit) -> None:
    told(trace, Finding((edit,)))
    if (found := replayed(trace, edit)) is not None:
        for name in found:
            try:
                found[name]
            except CannotRun:
                break
    differentiated(trace, [edit])


@pytest.mark.parametrize("family", RUNS)
def test_an_edit_of_one_run_is_tried_in_another_in_each_of_its_groups(family: str) -> None:
    count = 0
    with np.errstate(all="ignore"):
        for trace in runs(family):
            for edit in [one for one in edits(trace) if not one.source][::EVERY]:
                alike = trace.twins.get(tuple(edit.members(trace)), set()) if edit.partner is None else set()
                for own in (edit, *(edit._replace(group=group) for group in sorted(alike - {edit.group}, key=repr))):
                    for other in runs(family):
                        if own.members(other):
                            tried(other, own)
                            count += 1

    assert count > 500
