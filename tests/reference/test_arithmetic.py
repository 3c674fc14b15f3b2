"""Balls enclose the exact result and round once."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rnnspec.reference.arithmetics.ball import Ambiguous, Ball, Undecided, precision
from rnnspec.reference.arithmetics.dual import Dual

ANY_SIZE = st.floats(allow_nan=False, allow_infinity=False)
AROUND_0 = flint.arb(0, 1)


def fraction(end: Any) -> Fraction:
    mantissa, exponent = end.man_exp()
    return int(mantissa) * Fraction(2) ** int(exponent)


def rounded(value: Fraction) -> float:
    with precision(4096):
        return float(Ball(flint.arb(flint.fmpq(value.numerator, value.denominator))))


def encloses(ball: Ball, low: Fraction, high: Fraction) -> bool:
    return fraction(ball.arb.lower()) <= low and high <= fraction(ball.arb.upper())


@pytest.mark.parametrize("operator", [add, sub, mul, truediv])
@given(x=ANY_SIZE, y=ANY_SIZE, bits=st.integers(2, 100))
def test_a_ball_encloses_the_exact_result(operator: Any, x: float, y: float, bits: int) -> None:
    assume(operator is not truediv or y != 0)
    exact = operator(Fraction(x), Fraction(y))

    with precision(bits):
        ball, reflected = operator(Ball(x), y), -operator(-Ball(x), Ball(y))

    assert encloses(ball, exact, exact)
    if operator in (mul, truediv):
        assert encloses(reflected, exact, exact)


@pytest.mark.parametrize("operator", [add, sub, mul])
@given(x=ANY_SIZE, y=ANY_SIZE)
def test_a_float_may_stand_left_of_a_ball(operator: Any, x: float, y: float) -> None:
    exact = operator(Fraction(x), Fraction(y))

    assert encloses(operator(x, Ball(y)), exact, exact)


@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid", "expm1", "softplus", "log1p", "rsqrt"])
@settings(max_examples=60, deadline=None)  # with fewer than 8 bits some enclosure is the whole line, which has no ends
@given(size=st.floats(-300, 2.8), negative=st.booleans(), bits=st.integers(8, 160))
def test_a_ball_encloses_a_function_of_it(name: str, size: float, negative: bool, bits: int) -> None:
    x = (-1 if negative else 1) * 10.0**size
    assume(x > {"log1p": -1, "rsqrt": 0}.get(name, -np.inf))
    with localcontext() as context:
        context.prec = 400  # tanh cancels 300 digits at the smallest x
        e = Decimal(x).exp()
        value = {
            **{"exp": lambda: e, "tanh": lambda: (e * e - 1) / (e * e + 1), "sigmoid": lambda: e / (1 + e)},
            **{"expm1": lambda: e - 1, "softplus": lambda: (1 + e).ln()},
            **{"log1p": lambda: (1 + Decimal(x)).ln(), "rsqrt": lambda: 1 / Decimal(x).sqrt()},
        }[name]()
    slack = abs(Fraction(value)) / 10**80

    with precision(bits):
        ball = getattr(Ball(x), name)()

    assert encloses(ball, Fraction(value) + slack, Fraction(value) - slack)


def test_a_raw_arb_lies_where_a_ball_is_undecided() -> None:
    lie = np.maximum(np.array([AROUND_0], object), 0)[0]

    assert AROUND_0.contains(flint.arb(0.5))
    assert lie == 0
    with pytest.raises(Undecided):
        np.maximum(np.array([Ball(AROUND_0)], object), np.array([Ball(0)], object))
    with pytest.raises(Undecided):
        np.array([Ball(AROUND_0), Ball(0)], object).max(axis=0)


@pytest.mark.parametrize("comparison", [lt, le, gt, ge, eq, ne, lambda ball, _: bool(ball)])
def test_overlapping_balls_are_never_compared(comparison: Any) -> None:
    with pytest.raises(Undecided):
        comparison(Ball(AROUND_0), Ball(0))


@pytest.mark.parametrize("comparison", [lt, le, gt, ge, eq, ne])
@pytest.mark.parametrize(("x", "y"), [(2, 2), (0, 0), (-1, 2), (2, -1)])
def test_exact_balls_and_duals_compare_like_numbers(comparison: Any, x: int, y: int) -> None:
    assert comparison(Ball(x), Ball(y)) is comparison(x, y)
    assert comparison(Ball(x), y) is comparison(x, y)
    assert comparison(Dual(Ball(x)), Dual(Ball(y))) is comparison(x, y)
    assert comparison(Dual(Ball(x)), y) is comparison(x, y)


def test_the_truth_of_a_ball_or_dual_is_that_of_its_value() -> None:
    assert [bool(Ball(0)), bool(Ball(3))] == [False, True]
    assert [bool(Dual(Ball(0))), bool(Dual(Ball(3)))] == [False, True]


def test_precision_is_restored_after_a_failure() -> None:
    before = flint.ctx.prec

    with pytest.raises(Undecided), precision(999):
        bool(Ball(AROUND_0))

    assert flint.ctx.prec == before


LARGEST_TIE = 2**1024 - 2**970  # halfway between the largest float and what would come next


@given(mantissa=st.integers(-(2**200), 2**200), exponent=st.integers(-1300, 820))
@example(2**53 + 1, -53)  # a tie, and beside it
@example(2**53 + 3, -53)
@example(2**120 + 2**67 + 1, -120)
@example(2**120 + 2**67 - 1, -120)
@example(1, -1075)  # half the smallest subnormal
@example(-3, -1075)
@example(2**120 + 1, -1195)
@example(LARGEST_TIE - 1, 0)
@example(1 - LARGEST_TIE, 0)
def test_a_ball_rounds_once_to_the_nearest_float_ties_to_even(mantissa: int, exponent: int) -> None:
    exact = mantissa * Fraction(2) ** exponent

    got = rounded(exact)

    beside = [Fraction(x) for x in (math.nextafter(got, -math.inf), math.nextafter(got, math.inf)) if math.isfinite(x)]
    gap, nearest = abs(exact - Fraction(got)), min(abs(exact - neighbour) for neighbour in beside)
    assert gap <= nearest
    assert gap < nearest or np.float64(got).view(np.int64) % 2 == 0


def test_a_ball_too_large_for_float64_is_refused() -> None:
    with pytest.raises(OverflowError):
        rounded(Fraction(LARGEST_TIE))


@pytest.mark.parametrize(
    "ball",
    [
        Ball(flint.arb(1, 2.0**-52)),
        Ball(flint.arb(0, 1)),
        Ball(flint.arb(0, float("inf"))),
        Ball(1) / Ball(AROUND_0),
    ],
    ids=["two floats", "both signs", "whole line", "nothing known"],
)
def test_a_ball_whose_ends_differ_is_ambiguous(ball: Ball) -> None:
    with pytest.raises(Ambiguous):
        float(ball)


def test_rounding_by_way_of_float64_lies_in_float32() -> None:
    just_above_a_tie = 1 + Fraction(1, 2**24) + Fraction(1, 2**60)
    direct = np.float32(1 + 2.0**-23)

    twice = np.float32(rounded(just_above_a_tie))

    assert twice == 1
    assert abs(Fraction(float(direct)) - just_above_a_tie) < abs(1 - just_above_a_tie)
