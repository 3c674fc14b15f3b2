"""What is given as nothing is told as nothing, and what is told gives all that was given: outputs that are right, too."""

from pathlib import Path
from typing import Any

import numpy as np
from planted.ample import AMPLE
from rnnspec.conformance import check
from rnnspec.conformance.report.explained import explained as in_words
from rnnspec.conformance.report.reasons import Explanation
from rnnspec.reference import FUNCTIONS

SLOTS = (Path(__file__).parents[2] / "writings" / "in_slots.py").read_text(encoding="utf-8")


def explained(before: str, after: str, *cases: str) -> tuple[Explanation, ...]:
    """What explains the writing with another text."""
    assert SLOTS.count(before) == 1
    home: dict[str, Any] = {}
    exec(SLOTS.replace(before, after), home)
    functions = {name: home[name] for name in ("rnn_forward", "rnn_backward")}
    return tuple(check(functions, cases=list(cases), explain_seconds=AMPLE).explanations)


def test_a_gradient_that_is_never_written_is_nothing_and_no_other_is() -> None:
    (found,) = explained("dx[:, :, t] = Wx.T @ d", "Wx.T @ d", "rnn_forward", "rnn_backward")

    assert found.difference[1:3] == ("-dx", "+0")
    assert len(found.cases) == found.failing


def without_dk(*args: Any, **options: Any) -> dict[str, Any]:
    found = FUNCTIONS["gated_delta_step_backward"](*args, **options)
    return {**found, "dkt": np.zeros_like(found["dkt"])}


def test_two_terms_that_cancel_are_not_told_for_nothing() -> None:
    functions = {**FUNCTIONS, "gated_delta_step_backward": without_dk}

    (found,) = check(functions, cases=["gated_delta_step_backward"], explain_seconds=AMPLE).explanations

    assert found.difference[-1] == "+0"


def test_a_sign_stands_apart_from_that_of_the_difference() -> None:
    (found,) = explained("Wa @ book[slot] + b)", "Wa @ book[slot] - b)", "rnn_forward")

    assert found.difference[-2:] == ("-ba", "+-ba")
    assert [line.strip() for line in in_words(found)[-2:]] == ["-ba", "+ -ba"]


def of_the_head_alone(name: str) -> Any:
    def backward(*args: Any, **options: Any) -> dict[str, Any]:
        found = FUNCTIONS[name](*args, **options)
        return {n: own if n in ("dWy", "dby") else 0 * np.asarray(own) for n, own in found.items()}

    return backward


def test_a_backward_of_its_head_alone_is_one_mistake() -> None:
    functions = {name: of_the_head_alone(name) for name in ("gru_cell_backward", "gru_backward")}

    cases = ["gru_cell_forward", "gru_forward", *functions]
    found = check({**FUNCTIONS, **functions}, cases=cases, explain_seconds=AMPLE).explanations

    assert {one.operation: one.difference[1:] for one in found} == {
        "gru_cell_backward": ("-dxt, da_prev, dWu, …, dbc", "+0"),
        "gru_backward": ("-dx, da0, dWu, …, dbc", "+0"),
    }
