"""Noise measures how far roundings reach: against norms derived by hand, for chains where that is possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rnnspec.golden import load
from rnnspec.golden.case import CASES
from rnnspec.golden.proof import sketch
from rnnspec.reference import OPERATIONS
from rnnspec.reference.arithmetics import local_model
from rnnspec.reference.arithmetics import primitives as arithmetic
from rnnspec.reference.arithmetics.noise import RULES, Noise, sketched
from rnnspec.reference.arithmetics.source import DRAWS, FLOAT32, Source
from rnnspec.reference.containers import ContainerOperation
from writings.noisy import BIAS, SLOPE, A, B, C, D, Floats, M, W, constants

SIGMA = np.pi / 2 / np.sqrt(DRAWS)  # of the sketch's logarithm


def dot(left: Floats, right: Floats) -> Floats:
    terms = left[:, :, None] * right[None]
    return local_model.dot(np.abs(terms).sum(1), (terms**2).sum(1), terms.sum(1), left.shape[1])


def repeated(z: Any, step: Callable[[Any], Any], times: int) -> Any:
    for _ in range(times):
        z = step(z)
    return z


def chain_norm(times: int) -> Floats:
    z, norm = A, np.zeros_like(A)
    for _ in range(times):
        product = SLOPE * z
        z, norm = product + BIAS, np.abs(SLOPE) * norm + 2 * np.abs(product) + np.abs(BIAS)
    return norm


def recurrent_norm(times: int) -> Floats:
    """Every step's roundings travel through the product of all later steps, not of their sizes."""
    states = [np.linalg.matrix_power(W, t) @ A for t in range(times)]
    return sum(np.abs(np.linalg.matrix_power(W, times - 1 - t)) @ dot(W, state) for t, state in enumerate(states))


P, TANH = np.abs(A * B), np.tanh(A * B)
FAR, COARSE = 1e4, np.abs(A) + np.abs(A + 1e4) + 2e4  # what adding and taking away FAR may lose
SIGMOID = arithmetic.sigmoid(A)
# what is computed from noisy constants, and the L1 norm of its sensitivities, derived by hand
LINEAR: dict[str, tuple[Callable[..., Noise], Floats]] = {
    "sum": (lambda a, b, c, d: a + b, np.abs(A) + np.abs(B)),
    "difference": (lambda a, b, c, d: a - b, np.abs(A) + np.abs(B)),
    "product": (lambda a, b, c, d: a * b, P),
    "quotient": (lambda a, b, c, d: a / b, np.abs(A / B)),
    "quotient of products": (lambda a, b, c, d: (a * b) / (c * d), 3 * np.abs(A * B / (C * D))),
    "negative": (lambda a, b, c, d: -(a * b), P),
    "one minus": (lambda a, b, c, d: 1 - a * b, 1 + 2 * P),
    "minus one": (lambda a, b, c, d: a * b - 1, 1 + 2 * P),
    "twice": (lambda a, b, c, d: 2 * (a * b), 4 * P),
    "two independent errors": (lambda a, b, c, d: a * b + c * d, 2 * (P + np.abs(C * D))),
    "one error twice": (lambda a, b, c, d: (p := a * b) + p, 4 * P),
    "one error cancelled": (lambda a, b, c, d: (p := a * b) - p, 2 * P),
    "square": (lambda a, b, c, d: (p := a * b) * p, 3 * P * P),
    "dot": (lambda a, b, c, d: M @ a, dot(M, A)),
    "dot of products": (lambda a, b, c, d: M @ (a * b), np.abs(M) @ P + dot(M, A * B)),
    "dot by products": (lambda a, b, c, d: (a * b) @ c.T, P @ np.abs(C.T) + dot(A * B, C.T)),
    "sum over the batch": (lambda a, b, c, d: arithmetic.column_sum(a), dot(A, np.ones((6, 1)))),
    "sum over classes": (lambda a, b, c, d: (a * b).sum(axis=0), P.sum(0) + dot((A * B).T, np.ones((4, 1)))[:, 0]),
    "exp": (lambda a, b, c, d: np.exp(a * b), np.exp(A * B) * (P + 8)),
    "tanh": (lambda a, b, c, d: arithmetic.tanh(a * b), (1 - TANH**2) * P + 16),
    "sigmoid": (lambda a, b, c, d: arithmetic.sigmoid(a), np.full_like(A, 16.0)),
    "exp of the coarse": (lambda a, b, c, d: np.exp(a + FAR - FAR), np.exp(A) * (COARSE + 8)),
    "tanh of the coarse": (lambda a, b, c, d: arithmetic.tanh(a + FAR - FAR), (1 - np.tanh(A) ** 2) * COARSE + 16),
    "sigmoid of the coarse": (
        lambda a, b, c, d: arithmetic.sigmoid(a + FAR - FAR),
        SIGMOID * (1 - SIGMOID) * COARSE + 16,
    ),
    "maximum": (lambda a, b, c, d: (a * b).max(axis=0), np.take_along_axis(P, (A * B).argmax(0)[None], 0)[0]),
    "bias over the batch": (lambda a, b, c, d: a * b + BIAS, 2 * P + np.abs(BIAS)),
    "noisy bias over the batch": (lambda a, b, c, d: a + SLOPE * b[:, :1], np.abs(A) + 2 * np.abs(SLOPE * B[:, :1])),
    "row over the units": (lambda a, b, c, d: a * (b * c)[0], 2 * np.abs(A * (B * C)[0])),
    "stacked": (lambda a, b, c, d: np.stack([a * b, c * d]), np.stack([P, np.abs(C * D)])),
    "concatenated": (lambda a, b, c, d: np.concatenate([a * b, c])[:5], np.concatenate([P, np.zeros((1, 6))])),
    "transposed": (lambda a, b, c, d: (a * b).T.copy()[2:], P.T[2:]),
    "concatenated by columns": (lambda a, b, c, d: np.concatenate([a * b, c], axis=1), np.hstack([P, 0 * P])),
    "chosen": (lambda a, b, c, d: np.where(B > 0, a * b, c), P * (B > 0)),
    "chosen by column": (lambda a, b, c, d: np.where(B[0] > 0, a * b, 0), P * (B[0] > 0)),
    "rectified": (lambda a, b, c, d: arithmetic.relu(a * b)[0], P * (A * B > 0)),
    "clipped": (lambda a, b, c, d: arithmetic.clip(a * b, np.full((1, 1), 0.5))[0], P * (P <= 0.5)),
    "log1p": (lambda a, b, c, d: arithmetic.log1p(c * c), C * C / (1 + C * C) + 8 * np.log1p(C * C)),
    "rsqrt": (lambda a, b, c, d: arithmetic.rsqrt(c * c), (0.5 + 2) / np.abs(C)),
    "absolute": (lambda a, b, c, d: arithmetic.absolute(a * b)[0], P),
    "outer": (lambda a, b, c, d: arithmetic.outer(a[None], b[None])[0], np.abs(A[:, None] * B[None])),
    "sixty steps": (lambda a, b, c, d: repeated(a, lambda z: SLOPE * z + BIAS, 60), chain_norm(60)),
    "forty products": (lambda a, b, c, d: repeated(a, lambda z: W @ z, 40), recurrent_norm(40)),
}


@pytest.mark.parametrize("name", LINEAR)
def test_a_sketch_is_within_five_sigma_of_the_norm(name: str) -> None:
    compute, norm = LINEAR[name]

    got = sketched(compute(*constants(11, A, B, C, D)))

    assert got.shape == norm.shape
    assert not got[norm == 0].any()
    assert np.abs(np.log(got[norm > 0] / norm[norm > 0])).max() < 5 * SIGMA


def test_a_sketch_has_no_bias() -> None:
    (ones,) = constants(5, np.ones((50, 40)))

    errors = np.log(sketched(ones * 1.0))

    assert abs(errors.mean()) < 5 * SIGMA / np.sqrt(errors.size)
    assert abs(errors.std() / SIGMA - 1) < 0.1


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    one, same, other = (sketched(np.exp(M @ constants(seed, A)[0])) for seed in (7, 7, 8))

    assert one.tobytes() == same.tobytes()
    assert not (one == other).any()


def test_the_model_says_what_a_primitive_may_lose() -> None:
    source = Source(1, local_model.Underflow)
    a, b = (Noise(array, None, source) for array in (A, B))

    lost = {"product": (a * b, 1), "sum": (a + b, 1), "tanh": (np.tanh(a), 1), "dot of 4": (M @ a, 8)}

    for name, (noise, want) in lost.items():
        assert np.abs(np.log(sketched(noise) / want)).max() < 5 * SIGMA, name


def test_constants_and_their_moves_add_nothing() -> None:
    a, b = constants(1, A, B)

    moved = [a, a.T, a[1:], -a, a.copy(), a.max(axis=0), np.concatenate([a, b]), np.stack([a, b]), np.zeros_like(a)]
    moved += [np.where(A > 0, a, b), np.zeros_like(a, shape=(3, 1))]

    assert [sketched(noise).any() for noise in moved] == [False] * len(moved)


def test_adding_in_place_is_adding() -> None:
    (a, b), (c, d) = constants(2, A, B), constants(2, A, B)
    before = a

    a += b

    assert sketched(a).tobytes() == sketched(c + d).tobytes()
    assert np.array_equal(before.value, A)


def test_a_comparison_notes_how_far_it_is_from_equality() -> None:
    a, b, c = constants(9, A, B, C)

    above, below = a * b > c, a * b < c

    assert np.array_equal(above, A * B > C)
    assert np.array_equal(below, A * B < C)
    for margins in a.source.margins:
        assert np.abs(np.log(margins / (np.abs(A * B - C) / P).ravel())).max() < 5 * SIGMA
    assert a.source.margin == min(margins.min() for margins in a.source.margins) > 0
    assert Source(1).margin == np.inf


def test_a_product_of_two_zeros_may_err_by_what_both_may() -> None:
    a, b, c, d = constants(12, A, B, C, D)

    got = sketched(((p := a * b) - p) * ((q := c * d) - q))

    want = FLOAT32 * 2 * P * 2 * np.abs(C * D)
    assert np.abs(np.log(got / want)).max() < 5 * np.sqrt(3) * SIGMA  # of three sketches


def test_a_matrix_product_of_zeros_may_err_by_what_both_may() -> None:
    a, b = constants(13, A, B)
    zero = (p := a * b) - p

    got = sketched(zero @ zero.T)

    want = FLOAT32 * (2 * P) @ (2 * P).T
    assert np.abs(np.log(got / want)).max() < 5 * np.sqrt(3) * SIGMA


def test_a_quotient_may_also_err_by_what_both_may() -> None:
    source = Source(14, coarsest=2.0**20)  # so coarse that nothing else is left
    a, b, c, d = (Noise(array, None, source) for array in (A, B, C, D))

    got = sketched((a * b) / (c * d))

    want = 2.0**20 * np.abs(C * D) * (P + np.abs(A * B / (C * D)) * np.abs(C * D)) / (C * D) ** 2
    assert np.abs(np.log(got / want)).max() < 5 * np.sqrt(3) * SIGMA


COMPARING = (np.greater, np.less)
OF_ELEMENTS: dict[Any, Any] = {
    arithmetic.sigmoid_of_elements: arithmetic.sigmoid,
    arithmetic.softplus_of_elements: arithmetic.softplus,
    arithmetic.rsqrt_of_elements: arithmetic.rsqrt,
}


@pytest.mark.parametrize("ufunc", [u for u in RULES if u not in COMPARING], ids=lambda ufunc: ufunc.__name__)
def test_values_are_those_of_the_ufunc(ufunc: Any) -> None:
    plain = OF_ELEMENTS.get(ufunc, ufunc)
    operands = (A, B)[: ufunc.nin] if ufunc is not np.matmul else (W, A)
    if ufunc in (np.sqrt, np.log1p, arithmetic.rsqrt_of_elements):
        operands = (A * A,)

    got = ufunc(*constants(1, *operands)).value

    np.testing.assert_allclose(got, plain(*operands), rtol=2**-50, atol=2**-50)


COMPUTING = [name for name, operation in OPERATIONS.items() if not isinstance(operation, ContainerOperation)]


@pytest.mark.parametrize("operation", COMPUTING)
def test_every_operation_that_computes_runs_over_noise(operation: str) -> None:
    case = CASES[f"{operation}/generic"]
    golden = load(case.id)

    sensitivity, _ = sketch(case, golden.inputs, golden.parameters, local_model)

    assert {n: a.shape for n, a in sensitivity.items()} == {n: a.shape for n, a in golden.outputs.items()}
