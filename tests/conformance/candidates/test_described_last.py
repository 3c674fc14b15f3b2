"""Layers that tell their last state alone: each step's is the last of a run that ends there."""

from typing import Any

import pytest
from rnnspec.conformance import check

torch = pytest.importorskip("torch")
from planted.headed import Biasless, FromFirst, ManyToOne  # noqa: E402  it imports torch
from rnnspec.adapt import torch_module  # noqa: E402

BOTH = ["lstm_forward", "lstm_backward"]
WEIGHTS = {"Wx": "cell.weight_ih_l0", "Wh": "cell.weight_hh_l0"}
BIASES = {"bx": "cell.bias_ih_l0", "bh": "cell.bias_hh_l0"}
HEAD = {"Wy": "head.weight", "by": "head.bias"}


def many_to_one(module: Any) -> Any:
    return torch_module(
        module, like="lstm", gates="ifgo", takes="x", returns="logits, h", weights={**WEIGHTS, **BIASES, **HEAD}
    )


def test_a_layer_that_tells_its_last_state_alone_is_judged_at_every_step() -> None:
    report = check(many_to_one(ManyToOne), cases=BOTH)

    assert report.conformant
    assert {"a", "y", "a_last"} <= {*report["lstm_forward/zero-state"].verdicts}
    assert {"dx", "dWf"} <= {*report["lstm_backward/zero-state"].verdicts}


def test_the_first_state_in_place_of_the_last_is_caught() -> None:
    failing = [o.id for o in check(many_to_one(FromFirst), cases=BOTH).failures]

    assert {"lstm_forward/zero-state", "lstm_backward/zero-state"} <= {*failing}


def test_lengths_are_those_of_each_run_where_the_last_state_alone_is_told() -> None:
    class Ragged(Biasless):
        def forward(self, x: Any, state: Any, lengths: Any) -> Any:
            y, (h, _) = self.cell(x, tuple(one[None] for one in state))
            if lengths is None:
                return h[0]
            at = (lengths - 1).clamp(min=0)[:, None, None].expand(-1, 1, y.shape[2])
            return torch.where((lengths > 0)[:, None], y.gather(1, at)[:, 0], state[0])

    takes = {"takes": "x, (h, c), lengths", "returns": "h"}

    report = check(torch_module(Ragged, like="lstm", gates="ifgo", weights=WEIGHTS, **takes), cases=BOTH)

    assert report.conformant
    assert report["lstm_forward/ragged"].outcome == "pass"
    assert report["lstm_backward/ragged"].outcome == "pass"
