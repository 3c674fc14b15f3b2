"""What must be refused: each is a call that has to raise."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..candidate import Raised, Unsupported
from .trial import Trial, says

UNKNOWN = "no_such_option"


@says("Lengths that rise are refused where sorting is enforced.")
def refuses_unsorted(trial: Trial) -> str:
    for lengths in ([1, 3, 2, 4], [4, 2, 3, 1]):
        words = f"lengths {lengths}, where sorting is enforced"
        if accepted := _accepted(trial, _with_lengths(trial, np.array(lengths)), words):
            return accepted
    return ""


@says("A sequence without steps is refused.")
def refuses_empty(trial: Trial) -> str:
    return _accepted(trial, _with_lengths(trial, np.array([3, 2, 1, 0])), "a sequence of length 0")


@says("A total length below the longest sequence is refused.")
def refuses_short_total(trial: Trial) -> str:
    inputs, _ = trial.arrays()
    return _accepted(trial, {**inputs, "total_length": np.array(2)}, "a total_length below the longest sequence")


@says("A keyword that nobody knows is refused, and does not vanish.")
def refuses_unknown_keyword(trial: Trial) -> str:
    trial.plain()  # what declines to compute, at a dtype or in all, refuses nothing by that
    wider = replace(trial.operation, options={**trial.operation.options, UNKNOWN: ""})
    if trial.runner.calls.lacks(wider, [UNKNOWN]):
        return ""
    inputs, parameters = trial.arrays()
    try:
        trial.runner.call(wider, {**inputs, UNKNOWN: np.array(1)}, parameters)
    except (Raised, Unsupported):
        return ""
    return f"the keyword {UNKNOWN}: accepted and ignored, want an error: what is misspelt changes nothing"


def _with_lengths(trial: Trial, lengths: Any) -> dict[str, Any]:
    inputs, _ = trial.arrays()
    if "lengths" in inputs:
        return {**inputs, "lengths": lengths}
    drawn = np.concatenate(list(inputs.values()))
    return {f"sequences[{i}]": drawn[:length] for i, length in enumerate(lengths)}


def _accepted(trial: Trial, inputs: dict[str, Any], words: str) -> str:
    try:
        trial.runner.call(trial.operation, inputs, {})
    except Raised:
        return ""
    return f"{words}: accepted, want an error"
