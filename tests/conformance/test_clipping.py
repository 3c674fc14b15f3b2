"""A value that is clipped where no equation clips is caught: what is given, what is handed on, and gradients."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check
from rnnspec.reference import FUNCTIONS, OPERATIONS

GIVEN = {
    "lstm_forward": "c0",
    "gru_forward": "a0",
    "lstm_backward": "da",
    "lstm_network_backward": "da_last",
    "lstm_peephole_cell_forward": "c_prev",
    "gru_cell_backward": "da_next",
    "gated_delta_forward": "S0",
    "slstm_backward": "dc_last",
    "diagonal_step_forward": "h_prev",
}
GRADIENTS = {"rnn_backward": "dWaa", "lstm_cell_backward": "dc_prev", "gru_backward": "dx", "dplr_backward": "dS0"}


def with_given(operation: str, name: str, limit: float) -> Callable[..., Any]:
    """The reference, which clips what it is given."""
    right, takes = FUNCTIONS[operation], inspect.signature(FUNCTIONS[operation])

    def clipped(*values: Any, **options: Any) -> Any:
        given = takes.bind(*values, **options)
        if given.arguments.get(name) is not None:
            given.arguments[name] = np.clip(given.arguments[name], -limit, limit)
        return right(*given.args, **given.kwargs)

    return clipped


@pytest.mark.parametrize("limit", [5, 10, 40])
@pytest.mark.parametrize(("operation", "name"), GIVEN.items())
def test_what_is_given_is_not_clipped(operation: str, name: str, limit: float) -> None:
    assert failing(operation, with_given(operation, name, limit))


@pytest.mark.parametrize("limit", [5, 10, 16])
@pytest.mark.parametrize(("operation", "name"), GRADIENTS.items())
def test_no_gradient_is_clipped(operation: str, name: str, limit: float) -> None:
    def clipped(*values: Any, **options: Any) -> Any:
        gradients = FUNCTIONS[operation](*values, **options)
        return {**gradients, name: np.clip(gradients[name], -limit, limit)}

    assert failing(operation, clipped)


def failing(operation: str, function: Callable[..., Any]) -> list[str]:
    """The cases of an operation that fail where this function is in its place."""
    forward = OPERATIONS[operation].forward
    own = {forward.name: FUNCTIONS[forward.name]} if forward else {}
    report = check({**own, operation: function}, cases=[operation], explain_seconds=0)
    return [outcome.id for outcome in report.failures if outcome.id.startswith(operation)]


@pytest.mark.parametrize(
    ("operation", "name", "limit"), [("lstm_forward", "c0", 50), ("lstm_cell_backward", "da_next", 10)]
)
def test_what_clips_is_named_with_its_limit(operation: str, name: str, limit: int) -> None:
    report = check(
        {**FUNCTIONS, operation: with_given(operation, name, limit)}, cases=[operation], explain_seconds=AMPLE
    )

    assert [explanation.deviations for explanation in report.explanations] == [(f"clip({name}, ± {limit}) for {name}",)]
