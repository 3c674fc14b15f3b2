"""How far elements may be off, from few draws: against closed forms, and against populations whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.golden.spread import FEW, LARGEST, digamma, quantile, spread, trigamma

Floats = NDArray[np.float64]
Shape = tuple[int, ...]
Population = Callable[..., Floats]
EULER = 0.5772156649015329
SHAPE = (24, 6, 20)


@pytest.mark.parametrize(("freedom", "want"), [(4, 8.6103), (8, 5.0413), (30, 3.6460)])
def test_the_quantile_is_that_of_students_t(freedom: float, want: float) -> None:
    assert quantile(0.001, freedom) == pytest.approx(want, rel=1e-4)


def test_the_quantile_of_much_is_that_of_a_normal_number() -> None:
    assert quantile(1e-9, 1e6) == pytest.approx(6.1094, rel=1e-4)
    assert quantile(1e-9, 4.0) == pytest.approx(math.sqrt(2) * math.sqrt(math.sqrt(3 / 2 / 1e-9)), rel=0.05)  # its tail


def test_digamma_and_trigamma_are_their_closed_forms() -> None:
    assert digamma(1.0) == pytest.approx(-EULER, rel=1e-9)
    assert digamma(2.0) == pytest.approx(1 - EULER, rel=1e-9)
    assert digamma(0.5) == pytest.approx(-EULER - 2 * math.log(2), rel=1e-9)
    assert trigamma(1.0) == pytest.approx(math.pi**2 / 6, rel=1e-8)
    assert trigamma(2.0) == pytest.approx(math.pi**2 / 6 - 1, rel=1e-8)
    assert trigamma(0.5) == pytest.approx(math.pi**2 / 2, rel=1e-8)


def typical(sigma: Floats, draws: int, seed: int = 0) -> Floats:
    rng = np.random.default_rng(seed)
    return sigma * np.sqrt(np.mean([rng.normal(size=sigma.shape) ** 2 for _ in range(draws)], axis=0))


def alike(rng: Any, shape: Shape = SHAPE) -> Floats:
    return np.full(shape, 3.0)


def structured(rng: Any, shape: Shape = SHAPE) -> Floats:
    row, column = np.exp(rng.normal(size=(shape[0], *[1] * (len(shape) - 1)))), np.exp(2 * rng.normal(size=shape[-1]))
    return row * column * np.ones(shape)


def unlike(worth: float) -> Population:
    """Variances of which others are worth so many draws: scaled inverse chi-square."""
    return lambda rng, shape=SHAPE: np.sqrt(worth / rng.chisquare(worth, shape))


def heavy(rng: Any, shape: Shape = SHAPE) -> Floats:
    return structured(rng, shape) * unlike(2.5)(rng, shape)


POPULATIONS = {"alike": alike, "structured": structured, "unlike": unlike(6.0), "heavy-tailed": heavy}


def test_where_elements_are_alike_the_others_are_worth_much() -> None:
    found = spread(typical(alike(None), 4), 4)

    assert found.worth > 50
    np.testing.assert_allclose(found.scale, 3.0, rtol=0.3)


@pytest.mark.parametrize("worth", [2.0, 6.0, 20.0])
@pytest.mark.parametrize("draws", [4, 16])
def test_where_elements_are_unlike_the_others_are_worth_what_they_are(worth: float, draws: int) -> None:
    found = [spread(typical(unlike(worth)(np.random.default_rng(seed)), draws, 50 + seed), draws) for seed in range(9)]

    assert worth / 1.4 < np.median([one.worth for one in found]) < worth * 1.4


def test_what_rows_and_columns_differ_by_is_found() -> None:
    sigma = structured(np.random.default_rng(2))

    found = spread(typical(sigma, 4), 4)

    assert sigma.max() / sigma.min() > 1000
    assert found.worth > 30
    assert np.abs(np.log(found.scale / sigma)).mean() < 0.1


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("draws", [4, 16])
def test_one_draw_more_is_beyond_as_seldom_as_it_is_said(name: str, draws: int) -> None:
    beyond = []
    for seed in range(40):
        rng = np.random.default_rng(100 + seed)
        sigma = POPULATIONS[name](rng)
        found = spread(typical(sigma, draws, seed), draws)
        fresh = sigma * rng.normal(size=SHAPE)
        beyond.append(np.mean(np.abs(fresh) > found.beyond(0.01) * found.scale))

    assert 0.004 < np.mean(beyond) <= 0.013


@pytest.mark.parametrize("name", POPULATIONS)
def test_so_it_is_where_a_term_rests_on_few(name: str) -> None:
    beyond = []
    for seed in range(200):
        rng = np.random.default_rng(900 + seed)
        sigma = POPULATIONS[name](rng, (16, 16))
        found = spread(typical(sigma, 4, seed), 4)
        fresh = np.abs(sigma * rng.normal(size=(20, 16, 16))) / found.scale
        beyond.append([np.mean(fresh > found.beyond(chance)) / chance for chance in (0.01, 1e-4)])

    assert np.mean(beyond, axis=0).max() <= 2.0
    assert np.mean(beyond, axis=0)[0] <= 1.3


def test_what_never_moved_has_no_spread() -> None:
    sigma = np.ones(SHAPE)
    sigma[3], sigma[:, :, 5] = 0.0, 0.0

    found = spread(typical(sigma, 4), 4)

    assert not found.scale[sigma == 0].any()
    assert (found.scale[sigma > 0] > 0.7).all()
    assert spread(np.zeros((3, 4)), 4).scale.tolist() == np.zeros((3, 4)).tolist()


def test_it_is_of_one_measure_however_small_or_large() -> None:
    rows = np.full(SHAPE, 1.0)
    rows[:, 1] = 3.0
    found = spread(typical(rows, 4), 4)

    for power in (-700, -300, 400):
        scaled = spread(np.ldexp(typical(rows, 4), power), 4)
        assert scaled.worth == pytest.approx(found.worth, rel=1e-6)
        np.testing.assert_allclose(np.ldexp(scaled.scale, -power), found.scale, rtol=1e-9)


def test_where_there_are_too_few_the_others_are_worth_little() -> None:
    assert spread(typical(np.ones((3, 2)), 4), 4).worth == FEW
    assert spread(np.zeros(0), 4).scale.shape == (0,)
    assert spread(np.full(SHAPE, 2.0), 4).worth == LARGEST
