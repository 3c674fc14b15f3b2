"""What all logits of a head have in common changes nothing: no golden of a layer has an example whose logits are all far below 0."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import check
from rnnspec.reference import FUNCTIONS

NAMES = ("rnn_cell_forward", "lstm_forward")
PROPERTIES = {f"{name}/property/logits-together" for name in NAMES}
BIAS = {"rnn_cell_forward": ("Wya", "by"), "lstm_forward": ("Wy", "by")}


def exact(z: Any) -> Any:
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def from_zero(z: Any) -> Any:
    """Whose largest logit is sought from 0 on."""
    e = np.exp(z - np.maximum(z.max(axis=0), 0))
    return e / e.sum(axis=0)


def unshifted(z: Any) -> Any:
    e = np.exp(z)
    return e / e.sum(axis=0)


def by_logarithms(z: Any) -> Any:
    most = z.max(axis=0)
    return np.exp(z - (most + np.log(np.exp(z - most).sum(axis=0))))


def with_softmax(softmax: Any) -> SimpleNamespace:
    """A cell and a sequence whose predictions are made by it."""

    def of(name: str) -> Any:
        def forward(*given: Any, **options: Any) -> Any:
            a, right, *rest = FUNCTIONS[name](*given, **options)
            parameters = next(one for one in given if isinstance(one, dict))
            W, b = (parameters[part] for part in BIAS[name])
            logits = np.einsum("ya,a...->y...", W, a) + b.reshape(-1, *[1] * (a.ndim - 1))
            y = np.where(np.any(right != 0, axis=0), softmax(logits), 0)  # nothing beyond the lengths
            return (a, y.astype(a.dtype), *rest)

        return forward

    return SimpleNamespace(**{name: of(name) for name in NAMES})


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("softmax", [from_zero, unshifted])
def test_a_softmax_that_takes_logits_as_they_are_fails(softmax: Any) -> None:
    found = check(with_softmax(softmax), cases=["logits-together"], explain_seconds=0)

    assert {outcome.id for outcome in found.failures} == PROPERTIES
    assert all("added to every logit differs from y" in outcome.message for outcome in found.failures)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_largest_logit_that_is_sought_from_zero_is_seen_by_no_golden() -> None:
    found = check(with_softmax(from_zero), cases=[*NAMES], explain_seconds=0)

    assert {outcome.id for outcome in found.failures} == PROPERTIES


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("softmax", [exact, by_logarithms])
def test_a_softmax_in_another_writing_passes(softmax: Any, dtype: str) -> None:
    found = check(with_softmax(softmax), dtype=dtype, cases=["logits-together"], explain_seconds=0)

    assert {outcome.id for outcome in found if outcome.outcome == "pass"} == PROPERTIES
