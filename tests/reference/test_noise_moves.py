"""What Noise moves it moves with its draws, and what it does not know it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rnnspec.reference.arithmetics.noise import Noise
from rnnspec.reference.arithmetics.source import DRAWS
from writings.noisy import A, B, constants


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
@pytest.mark.parametrize("reduce", [Noise.sum, Noise.max])
def test_axes_are_those_of_the_values(reduce: Any, axis: int) -> None:
    a, b = constants(4, A, B)

    got = reduce(a * b, axis=axis)

    assert got.draws.shape == (*got.value.shape, DRAWS)


@pytest.mark.parametrize("key", [(..., 0), (0, ...), (slice(None), 0), (None, 1), 2, slice(1, 3)], ids=str)
def test_an_index_takes_the_same_of_values_and_draws(key: Any) -> None:
    a, b = constants(4, A, B)

    got = (a * b)[key]

    assert np.array_equal(got.value, (A * B)[key])
    assert got.draws is not None
    assert got.draws.shape == (*got.value.shape, DRAWS)


UNKNOWN: dict[str, Callable[[Noise], Any]] = {
    "another ufunc": np.sin,
    "cube root": np.cbrt,
    "maximum": lambda a: np.maximum(a, 0),
    "another comparison": lambda a: a >= 0,
    "equality": lambda a: a == a.copy() * 1.0,
    "where by a keyword": lambda a: np.where(condition=A > 0, x=a, y=a),
    "power": lambda a: a**2,
    "reduction by a ufunc": np.add.reduce,
    "ufunc with where": lambda a: np.add(a, 1.0, where=True),
    "ufunc with dtype": lambda a: np.add(a, 1.0, dtype=np.float32),
    "another function": np.mean,
    "dot": lambda a: np.dot(a, a),
    "concatenation by a positional axis": lambda a: np.concatenate([a, a], 1),
    "stack by a positional axis": lambda a: np.stack([a, a], 1),
    "zeros of another dtype": lambda a: np.zeros_like(a, np.float32),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_noise_does_not_know_is_refused(name: str) -> None:
    (a,) = constants(1, A)

    with pytest.raises(TypeError):
        UNKNOWN[name](a)


def test_what_is_joined_along_an_axis_keeps_its_draws_or_is_refused() -> None:
    a, b = constants(4, A, B)
    wrong = []
    for join in (np.concatenate, np.stack):
        for axis in (0, 1, -1, -2):
            try:
                got = join([a * b, a], axis=axis)
            except TypeError:
                continue
            assert np.array_equal(got.value, join([A * B, A], axis=axis))
            if got.draws.shape != (*got.value.shape, DRAWS):
                wrong.append((join.__name__, axis))

    assert wrong == []
