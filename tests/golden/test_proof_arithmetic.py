"""The arithmetic of a proof: when two derivatives agree, along what they are taken, and how a sensitivity is rounded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flint import arb
from rnnspec.golden.case import CASES
from rnnspec.golden.proof import _agree, _directions, _exponents, _up
from rnnspec.golden.refusal import Refused
from rnnspec.reference.arithmetics.ball import Ball, Undecided, precision

SMALL, MANY = (
    CASES[f"rnn_{name}"] for name in ("cell_backward/huge", "network_backward/levels-short-three-layers-two-directions")
)


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
