"""The proof itself: what it establishes again, bit for bit, where it doubts, and where exactly its limits are."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from rnnspec.golden import load, proof, running
from rnnspec.golden.case import CASES
from rnnspec.golden.drawing import draw
from rnnspec.golden.proof import certified, corroborate, moved, prove
from rnnspec.golden.refusal import Refused
from rnnspec.reference import OPERATIONS
from rnnspec.reference.arithmetics import local_model
from rnnspec.reference.arithmetics.ball import precision
from rnnspec.reference.families import rnn

GROUPS = ("inputs", "parameters", "outputs", "sensitivity", "sensitivity16", "underflow")
# between them: every option of a backward, ragged, of no step and reversed; few inputs and many; every dtype refused
AGAIN = (
    "rnn_backward/every-option",
    "lstm_backward/levels-no-a0-reverse-dy-da-last-dc-last-zeros-wide",
    "lstm_backward/levels-c0-zeros-one-step",
    "lstm_backward/levels-da-last-dc-last-rising",
    "rnn_backward/levels-no-a0-dy-da-last-zeros-wide",
    "rnn_backward/levels-no-a0-reverse-dy-da-last-ties-short-wide",
    "rnn_cell_backward/huge",
    "rnn_cell_backward/full-precision",
    "rnn_network_backward/levels-short-three-layers-two-directions",
    "rnn_network_backward/levels-da-last-zeros-one-step-wide",
    "rnn_relu_backward/generic",
    "lstm_clipped_forward/generic",
    "softmax/huge",
    "sigmoid/generic",
    "pad_sequence/generic",
)
SMALL = CASES["rnn_cell_backward/huge"]  # takes 2048 bits
MANY = CASES["rnn_network_backward/levels-short-three-layers-two-directions"]


@pytest.mark.parametrize("name", AGAIN)
def test_a_case_is_proven_again_to_the_bit(name: str) -> None:
    golden, found = load(name), prove(CASES[name])

    for group in GROUPS:
        got, want = getattr(found, group), getattr(golden, group)
        assert {*got} == {*want}
        for key, array in got.items():
            assert (array.dtype, array.shape, array.tobytes()) == (
                want[key].dtype,
                want[key].shape,
                want[key].tobytes(),
            )
    entry = golden.entry
    assert (found.labels, found.refused, found.bits) == (entry.labels, entry.refused, entry.bits)
    assert [*filter(None, [found.corroborated])] == entry.corroborated
    with pytest.raises(FrozenInstanceError):
        found.bits = 1  # type: ignore[misc]


def test_what_is_moved_has_no_bits_and_no_budget() -> None:
    case = CASES["pad_sequence/generic"]

    found = moved(replace(case, idea=replace(case.idea, labels=("tiny", "kinked"))), draw(case)[0])

    assert (found.bits, found.corroborated, found.labels) == (0, "", ["kinked", "tiny"])
    assert not any(array.any() for array in found.sensitivity.values())


def test_precision_grows_to_its_limit_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    assert certified(SMALL.operation, *draw(SMALL))[1] == 2048
    monkeypatch.setattr(proof, "LAST_PRECISION", 2048)
    outputs, bits = certified(SMALL.operation, *draw(SMALL))
    assert bits == 2048

    with pytest.raises(Refused, match=r"^backward and the forward derivative cannot be told apart with 2048 bits$"):
        corroborate(SMALL, *draw(SMALL), outputs, bits)
    assert corroborate(SMALL, *draw(SMALL), outputs, 1024) == "each of 38 partial derivatives"
    monkeypatch.setattr(proof, "LAST_PRECISION", 1024)
    with pytest.raises(
        Refused, match=r"^not decided with 1024 bits: two compared values are equal, or a result is a tie$"
    ):
        certified(SMALL.operation, *draw(SMALL))


def test_what_cannot_be_told_is_looked_at_with_more_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    used = []
    monkeypatch.setattr(proof, "precision", lambda bits: used.append(bits) or precision(bits))
    outputs, _ = certified(SMALL.operation, *draw(SMALL))
    assert used == [128, 256, 512, 1024, 2048]
    used.clear()

    assert corroborate(SMALL, *draw(SMALL), outputs, 32)

    assert used[0] == 64
    assert len(used) > 1
    assert all(two == 2 * one for one, two in pairwise(used))


def test_what_no_precision_tells_is_refused_after_16384_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[int] = []
    monkeypatch.setattr(proof, "precision", lambda bits: used.append(bits) or precision(bits))
    monkeypatch.setattr(running, "FUNCTIONS", {"sigmoid": lambda x: np.maximum(x / 3 * 3 - x, 0)})

    with pytest.raises(Refused, match=r"^not decided with 16384 bits: "):
        certified(OPERATIONS["sigmoid"], {"x": np.ones((1, 1))}, {})
    assert used == [2**n for n in range(7, 15)]


def test_what_is_beyond_float64_is_refused() -> None:
    case = CASES["rnn_relu_cell_forward/generic"]
    inputs, parameters = draw(case)
    large = {name: np.abs(array) * 2.0**1020 for name, array in parameters.items()}

    with pytest.raises(Refused, match=r"^a result is beyond float64$"):
        certified(case.operation, {name: np.abs(array) * 2.0**9 for name, array in inputs.items()}, large)


def test_a_zero_has_no_sign() -> None:
    operation = OPERATIONS["softmax"]
    cell = OPERATIONS["rnn_cell_backward"]
    inputs, parameters = draw(CASES["rnn_cell_backward/generic"])
    least = {**inputs, "da_next": -np.full_like(inputs["da_next"], 2.0**-1074)}

    outputs, _ = certified(cell, {**least, "xt": np.abs(inputs["xt"]) / 2**9}, parameters)

    zeros = np.concatenate([array[array == 0] for array in outputs.values()])
    assert zeros.size
    assert not np.signbit(zeros).any()
    assert certified(operation, {"x": np.zeros((2, 1))}, {})[0]["p"].tolist() == [[0.5], [0.5]]


def test_a_wrong_backward_is_noticed_along_few_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    backward = rnn.FAMILY.backward
    monkeypatch.setattr(rnn.FAMILY, "backward", lambda dstate, *rest: backward((3 * dstate[0],), *rest))

    with pytest.raises(Refused, match=r"^backward and the forward derivative differ along direction 0: "):
        prove(MANY)


def sketching(monkeypatch: pytest.MonkeyPatch, of_model: dict[Any, float]) -> None:
    """Every element is as sensitive to a model's roundings as said here."""
    sketch = proof.sketch

    def told(case: Any, inputs: Any, parameters: Any, model: Any, *rest: Any, **more: Any) -> Any:
        found, source = sketch(case, inputs, parameters, model, *rest, **more)
        return {n: np.full(a.shape, of_model[model]) if model in of_model else a for n, a in found.items()}, source

    monkeypatch.setattr(proof, "sketch", told)


@pytest.mark.parametrize(
    ("found", "fine", "coarse"), [(1.0, 1.0, 1.0), (1.0625, 1.125, 2.0), (1.125, 1.125, 2.0), (0.75, 0.75, 1.0)]
)
def test_sensitivities_have_4_bits_and_underflow_has_1(
    monkeypatch: pytest.MonkeyPatch, found: float, fine: float, coarse: float
) -> None:
    models = (local_model, local_model.Half, local_model.Underflow)
    sketching(monkeypatch, dict.fromkeys(models, found))

    proven = prove(CASES["rnn_cell_forward/generic"])

    for group, kept in ((proven.sensitivity, fine), (proven.sensitivity16, fine), (proven.underflow, coarse)):
        assert {name: np.unique(array).tolist() for name, array in group.items()} == {
            "a_next": [kept],
            "yt_pred": [kept],
        }


@pytest.mark.parametrize(
    ("model", "much", "group"), [(local_model, np.inf, "sensitivity"), (local_model.Underflow, 1e39, "underflow")]
)
def test_a_budget_that_is_unbounded_once_it_is_rounded_is_refused(
    monkeypatch: pytest.MonkeyPatch, model: Any, much: float, group: str
) -> None:
    case = CASES["rnn_cell_forward/generic"]
    chaotic = replace(
        case, idea=replace(case.idea, labels=("chaotic",))
    )  # which says that it may be large, not that it may be all
    sketching(monkeypatch, {model: much})

    with np.errstate(over="ignore"), pytest.raises(Refused, match=f"^the {group} of a_next, yt_pred is not finite: "):
        prove(chaotic)
