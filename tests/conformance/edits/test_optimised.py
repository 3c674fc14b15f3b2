"""What is done to gradients as an optimiser does it is said, and by which axis a mean is one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.reference import FUNCTIONS

Gradients = dict[str, Any]


def weights(found: Gradients) -> list[str]:
    return [name for name in found if name[1] in "Wb"]


def clipped(found: Gradients) -> Gradients:
    norm = np.sqrt(sum(np.sum(found[name] ** 2) for name in weights(found)))
    return {n: g * min(1, 1 / norm) if n in weights(found) else g for n, g in found.items()}


def clipped_each(found: Gradients) -> Gradients:
    return {n: g * min(1, 0.5 / (np.linalg.norm(g) + 1e-6)) if n in weights(found) else g for n, g in found.items()}


DONE: dict[str, tuple[Callable[[Gradients], Gradients], str]] = {
    "norm": (clipped, "each scaled to a norm of at most 1 of all together"),
    "norms": (clipped_each, "each scaled to a norm of at most 0.5 of its own, by the norm + 1e-06"),
    "over steps": (lambda found: {**found, "dx": found["dx"] / found["dx"].shape[2]}, "+dx / T_x"),
    "over examples": (lambda found: {**found, "dx": found["dx"] / found["dx"].shape[1]}, " / m)"),
}


def said(backward: Callable[..., Any], name: str = "lstm_backward") -> str:
    outcomes = ran({**FUNCTIONS, name: backward}, name)
    found = explained({name: Evidence(outcomes, "float64", loaded)}, AMPLE).named
    return "\n".join(found[name].difference) if name in found else ""


@pytest.mark.parametrize("done", DONE)
def test_what_is_done_to_gradients_is_said(done: str) -> None:
    change, words = DONE[done]

    assert words in said(lambda *given, **options: change(FUNCTIONS["lstm_backward"](*given, **options)))


def test_a_share_of_the_weights_is_said() -> None:
    kept: list[Any] = []

    def forward(x: Any, a0: Any, parameters: Any, **options: Any) -> Any:
        kept[:] = [{f"d{name}": array for name, array in parameters.items()}]
        return FUNCTIONS["gru_forward"](x, a0, parameters, **options)

    def backward(*given: Any, **options: Any) -> Any:
        found = FUNCTIONS["gru_backward"](*given, **options)
        return {n: g + 0.01 * kept[0][n] if n in kept[0] and n not in ("dWy", "dby") else g for n, g in found.items()}

    outcomes = ran({**FUNCTIONS, "gru_forward": forward, "gru_backward": backward}, "gru_backward")
    found = explained({"gru_backward": Evidence(outcomes, "float64", loaded)}, AMPLE).named

    assert "each with 0.01 * its parameter added" in "\n".join(found["gru_backward"].difference)
