"""Keras's mixed precision: layers of float32 variables that compute in bfloat16 pass as such, and are as they were behind it."""

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

CASES = [
    "lstm_cell_forward/generic",
    "lstm_cell_backward/generic",
    "lstm_forward/ragged",
    "rnn_network_forward/generic",
]
ASKED = """
import json, sys
import numpy as np
import rnnspec

name, cases, runs = json.loads(sys.argv[1])
told = []
for choices in runs:
    report = rnnspec.check(name, cases=cases, explain_seconds=0, **choices)
    told.append([report.totals, report.closest.worst if report.closest else 0.0, [one.message for one in report.failures]])
print(json.dumps(told))
"""
FLOAT, MIXED = {"dtype": "float32"}, {"precision": "amp-bf16"}


def told(name: str, cases: list[str], *runs: dict[str, str]) -> list[Any]:
    """What checks in one process of its own give: how many of each outcome, the closest, and what failures say."""
    if not all(find_spec(part) for part in name.split("_")):
        pytest.skip("it is not installed")
    command = [sys.executable, "-c", ASKED, json.dumps([name, cases, runs])]
    return list(json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout))


@pytest.mark.parametrize("name", ["keras_torch", "keras_jax"])
def test_a_mixed_policy_passes_as_what_it_is_and_is_left_behind(name: str) -> None:
    plain, mixed, again = told(name, CASES, FLOAT, MIXED, FLOAT)

    assert [totals["pass"] for totals, *_ in (plain, mixed, again)] == [len(CASES)] * 3
    assert plain == again
    assert mixed[1] > 0.01  # what computes in float32 is nearer


def test_what_keras_cannot_do_in_mixed_precision_on_jax_is_told() -> None:
    ((totals, _, messages),) = told("keras_jax", ["gru_reset_after_forward/generic"], MIXED)

    assert totals["error"] == 1
    assert "carry input and carry output must have equal types" in messages[0]
