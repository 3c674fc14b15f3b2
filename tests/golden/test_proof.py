"""The proof itself: what it establishes again, bit for bit, where it doubts, and where exactly its limits are."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import arb
from rnnspec.golden import load, proof
from rnnspec.golden.case import CASES
from rnnspec.golden.drawing import draw
from rnnspec.golden.proof import _agree, _directions, _exponents, _up, certified, corroborate, moved, prove
from rnnspec.golden.refusal import Refused
from rnnspec.reference import OPERATIONS
from rnnspec.reference.arithmetics.ball import Ball, Undecided, precision
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


def of(*values: Any) -> list[Ball]:
    return [Ball(value) for value in values]


def test_two_derivatives_agree_to_64_bits_of_their_size() -> None:
    with precision(2048):
        _agree(of(1, -1, 8), of(1 + arb(2) ** -64, -1 - arb(2) ** -64, 8 - 8 * arb(2) ** -64))
        _agree(of(0, 0), of(0, arb(2) ** -1064))
        for one, two in (
            (1, 1 + 1.001 * arb(2) ** -64),
            (-8, -8 + 8.001 * arb(2) ** -64),
            (0, arb(2) ** -1063),
            (1, -1),
        ):
            with pytest.raises(Refused, match=r"differ along direction 1: .* against "):
                _agree(of(1, one), of(1, two))


@pytest.mark.parametrize("wide", [(1, arb(1, 2.0**-60)), (arb(1, 2.0**-60), 1), (arb(0, 1), 0)])
def test_what_may_agree_or_not_is_undecided(wide: tuple[Any, Any]) -> None:
    one, two = wide
    with precision(2048), pytest.raises(Undecided, match=" against "):
        _agree(of(1, one), of(1, two))


def test_as_many_derivatives_as_directions_are_compared() -> None:
    with pytest.raises(ValueError, match="shorter"):
        _agree(of(1, 1), of(1))


def test_up_to_520_inputs_each_derivative_is_taken_by_itself() -> None:
    variables = {"W": np.zeros((20, 25)), "b": np.zeros((20, 1))}
    gradients = {f"d{name}": np.ones(array.shape) for name, array in variables.items()}

    along, count, words = _directions(MANY, variables, gradients)

    assert (count, words) == (520, "each of 520 partial derivatives")
    assert along["W"].shape == (20, 25, 520)
    assert np.array_equal(np.concatenate([along["W"].reshape(500, 520), along["b"].reshape(20, 520)]), np.eye(520))


def test_of_more_there_are_8_directions_each_component_as_large_as_its_gradient_is_small() -> None:
    variables = {"W": np.zeros((20, 26)), "b": np.zeros((1, 1))}
    gradients = {"dW": np.full((20, 26), 1.0), "db": np.full((1, 1), 2.0**-40)}

    along, count, words = _directions(MANY, variables, gradients)
    again, *_ = _directions(MANY, variables, gradients)
    other, *_ = _directions(SMALL, variables, gradients)

    assert (count, words) == (8, "derivatives along 8 seeded directions")
    assert (along["W"].shape, along["b"].shape) == ((20, 26, 8), (1, 1, 8))
    assert np.array_equal(along["W"], again["W"])
    assert not np.array_equal(along["W"], other["W"])
    small, large = np.abs(along["W"]) * 2.0**1, np.abs(along["b"]) * 2.0**-39
    for found in (small, large):
        assert found.min() >= 0.5
        assert found.max() <= 31.5
        assert np.array_equal(found % 1, np.full(found.shape, 0.5))
    assert np.unique(along["W"]).size == 64
    assert abs(np.sign(along["W"]).mean()) < 0.1


@pytest.mark.parametrize(
    ("gradient", "exponents"),
    [
        ([1.0, -1.0, 1.5, 2.0], [1, 1, 1, 2]),
        ([1.0, 2.0**-5, 0.0, -(2.0**-9)], [1, -4, -8, -8]),
        ([2.0**900, 2.0**-1000, 0.0], [900, -900, -900]),
        ([8.0, 0.0], [4, 0]),
        ([0.0, 0.0], [0, 0]),
    ],
)
def test_an_element_has_the_exponent_of_its_gradient(gradient: list[float], exponents: list[int]) -> None:
    assert _exponents(np.array(gradient)).tolist() == exponents


@pytest.mark.parametrize(
    ("bits", "value", "found"),
    [
        *[(4, n / 8, n / 8) for n in range(8, 17)],
        *[(4, np.nextafter(n / 8, np.inf), (n + 1) / 8) for n in range(8, 16)],
        *[(1, 2.0**n, 2.0**n) for n in (-9, 0, 9)],
        *[(1, 1.0001 * 2.0**n, 2.0 ** (n + 1)) for n in (-9, 0, 9)],
        (4, 0.0, 0.0),
        (4, 2.0**-149, 2.0**-149),
        (4, 2.0**-200, 2.0**-149),
        (1, 1.25 * 2.0**-149, 2.0**-148),
        (4, 1.0625 * 2.0**-149, 2.0**-148),
    ],
)
def test_what_a_budget_is_made_of_is_rounded_up_and_no_further(bits: int, value: float, found: float) -> None:
    rounded = _up({"a": np.array([1.0, value])}, bits)["a"]

    assert rounded.dtype == np.float32
    assert rounded.tolist() == [1, found]


def test_a_budget_that_is_unbounded_once_it_is_rounded_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sketch = proof.sketch

    def unbounded(case: Any, inputs: Any, parameters: Any, model: Any, *rest: Any) -> Any:
        found, source = sketch(case, inputs, parameters, model, *rest)
        much = {name: np.full(array.shape, 1e39) for name, array in found.items()}
        return (much if model is proof.local_model.Underflow else found), source

    monkeypatch.setattr(proof, "sketch", unbounded)

    with np.errstate(over="ignore"), pytest.raises(Refused, match=r"^the underflow of a_next, yt_pred is not finite: "):
        prove(CASES["rnn_cell_forward/generic"])
