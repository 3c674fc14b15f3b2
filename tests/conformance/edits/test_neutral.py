"""A loop that runs on beyond an example's length, by steps that change nothing."""

import numpy as np
import pytest
from planted.judging import loaded
from rnnspec.conformance.edits.held.case import of_golden
from rnnspec.conformance.edits.trace.neutral import running_on

RUN_ON = ("diagonal", "min_gru", "min_lstm", "rg_lru", "gated_linear", "gated_delta", "dplr", "selective_scan")


@pytest.mark.parametrize("family", RUN_ON)
def test_a_scan_that_runs_on_gives_the_same_states(family: str) -> None:
    trace = of_golden(loaded(f"{family}_forward/ragged")).trace

    found = running_on(trace)

    assert found is not None
    (last,) = (i for name, i in trace.outputs.items() if name.endswith("_last"))
    assert np.allclose(found.tape.values[last], trace.tape.values[last], rtol=1e-12)
    assert any(node.function is not trace.tape.nodes[i].function for i, node in enumerate(found.tape.nodes))


def test_a_memory_whose_steps_all_change_it_has_no_such_loop() -> None:
    assert running_on(of_golden(loaded("slstm_forward/ragged")).trace) is None


def test_without_lengths_there_is_no_padding() -> None:
    assert running_on(of_golden(loaded("diagonal_forward/generic")).trace) is None
