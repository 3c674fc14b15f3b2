"""A perturbed run is the reference's but for what its primitives err by: at random, in one direction, or where they compare."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rnnspec.golden import load
from rnnspec.golden.case import CASES
from rnnspec.golden.drawing import draw
from rnnspec.reference import FUNCTIONS, OPERATIONS
from rnnspec.reference.arithmetics import local_model, primitives
from rnnspec.reference.arithmetics.perturbed import SHARE, WIDTH, Perturbation, Perturbed, typical_dot
from rnnspec.reference.containers import ContainerOperation
from writings.noisy import A, B, M

COMPUTING = [name for name, operation in OPERATIONS.items() if not isinstance(operation, ContainerOperation)]
MANY = np.ones((300, 400))
U = 2.0**-30


def run(operation: str, by: Perturbation) -> dict[str, Any]:
    of = OPERATIONS[operation]
    lifted = [
        {name: Perturbed(array, by) if array.dtype.kind == "f" else array for name, array in arrays.items()}
        for arrays in draw(CASES[f"{operation}/generic"])
    ]
    outputs = of.named(of.call(FUNCTIONS, *lifted), [*lifted[0], *lifted[1]])
    return {name: getattr(got, "value", got) for name, got in outputs.items()}


@pytest.mark.parametrize("operation", COMPUTING)
def test_a_run_without_errors_gives_what_the_reference_gives(operation: str) -> None:
    want = load(f"{operation}/generic").outputs

    got = run(operation, Perturbation())

    assert [*got] == [*want]
    for name, array in want.items():
        np.testing.assert_allclose(got[name], array, rtol=1e-12, atol=1e-12)


def test_what_is_drawn_has_a_mean_of_zero_and_a_variance_of_one() -> None:
    by = Perturbation(seed=3, roundoff=1.0)

    drawn = (Perturbed(MANY, by) * 1.0).value - 1

    assert abs(drawn.mean()) < 5 / np.sqrt(drawn.size)
    assert abs(drawn.var() - 1) < 5 * np.sqrt(0.8 / drawn.size)  # of a uniform number to the fourth: 1.8
    assert WIDTH * 0.999 < np.abs(drawn).max() <= WIDTH
    neighbours = np.corrcoef(drawn[:, 1:].ravel(), drawn[:, :-1].ravel())[0, 1]
    assert abs(neighbours) < 5 / np.sqrt(drawn.size)


def test_a_seed_gives_the_same_bits_and_another_others() -> None:
    one, same, other = (run("lstm_forward", Perturbation(seed, U))["a"] for seed in (1, 1, 2))

    assert one.tobytes() == same.tobytes()
    assert not (one == other).any()


TYPICAL: dict[str, tuple[Any, Any]] = {
    "sum": (lambda a, b: a + b, np.abs(A) + np.abs(B)),
    "difference": (lambda a, b: a - b, np.abs(A) + np.abs(B)),
    "product": (lambda a, b: a * b, np.abs(A * B)),
    "quotient": (lambda a, b: a / b, np.abs(A / B)),
    "negative": (lambda a, b: -a, np.zeros_like(A)),
    "dot": (lambda a, b: M @ a, typical_dot(M**2 @ A**2, M @ A, M.shape[1])),
    "column sum": (lambda a, b: a.sum(axis=1), typical_dot((A**2).sum(1), A.sum(1), A.shape[1])),
    "tanh": (lambda a, b: np.tanh(a), np.full_like(A, local_model.ACTIVATION / SHARE)),
    "rsqrt": (lambda a, b: primitives.rsqrt(primitives.absolute(a)[0]), 1 / np.sqrt(np.abs(A))),
    "absolute": (lambda a, b: primitives.absolute(a)[0], np.zeros_like(A)),
    "outer": (lambda a, b: primitives.outer(a[None], b[None])[0], np.abs(A[:, None] * B[None])),
    "exp": (lambda a, b: np.exp(a), local_model.EXPONENTIAL / SHARE * np.exp(A)),
}


@pytest.mark.parametrize("name", TYPICAL)
def test_a_primitive_errs_by_what_is_typical_of_it(name: str) -> None:
    compute, want = TYPICAL[name]

    def off(seed: int) -> Any:
        by, exact = Perturbation(seed, U), Perturbation()
        return (
            compute(*(Perturbed(x, by) for x in (A, B))).value - compute(*(Perturbed(x, exact) for x in (A, B))).value
        )

    root = np.sqrt(np.mean([off(seed) ** 2 for seed in range(400)], axis=0)) / U

    np.testing.assert_allclose(root, want, rtol=5 * np.sqrt(0.2 / 400), atol=1e-6)


def test_a_function_that_is_moved_is_off_by_what_it_may_and_nothing_else_is() -> None:
    functions = {
        "tanh": (np.tanh, np.tanh, local_model.activation),
        "sigmoid": (primitives.sigmoid, primitives.sigmoid, local_model.activation),
        "softplus": (primitives.softplus, primitives.softplus, local_model.exponential),
        "exp": (np.exp, np.exp, local_model.exponential),
        "expm1": (np.expm1, np.expm1, lambda z: local_model.exponential(z)),
        "log1p": (lambda z: np.log1p(z * z), lambda z: np.log1p(z * z), local_model.exponential),
    }
    for name, (function, plain, allowed) in functions.items():
        by = Perturbation(0, U, moved={name: 1.0})
        moved, exact = function(Perturbed(A, by)).value, plain(A)
        np.testing.assert_allclose(moved - exact, U * allowed(exact), rtol=1e-6, err_msg=name)
        others = [other for other in functions if other != name]
        assert [o for o in others if (functions[o][0](Perturbed(A, by)).value != functions[o][1](A)).any()] == []
        assert by.met == set(functions)
        assert (M @ (Perturbed(A, by) * B + B)).value.tobytes() == (M @ (A * B + B)).tobytes()


def test_functions_of_float16_are_off_by_what_its_model_allows() -> None:
    by = Perturbation(0, U, moved={"tanh": 1.0, "exp": 1.0}, model=local_model.Half)

    moved = np.tanh(Perturbed(A, by)).value - np.tanh(A), np.exp(Perturbed(A, by)).value - np.exp(A)

    np.testing.assert_allclose(moved[0], U * local_model.ACTIVATION_16, rtol=1e-6)
    np.testing.assert_allclose(moved[1], U * local_model.EXPONENTIAL_16 * np.exp(A), rtol=1e-6)


def test_a_run_notes_the_functions_that_it_comes_by() -> None:
    by = Perturbation()
    run("lstm_backward", by)

    assert by.met == {"tanh", "sigmoid", "exp"}  # exp of the head


def one_by_one(terms: Any) -> Any:
    total = np.zeros(terms.shape[1:], np.float32)
    for term in terms:
        total = total + term
    return total


@pytest.mark.parametrize("kind", ["both signs", "one sign"])
@pytest.mark.parametrize("n", [10, 200, 2000])
def test_a_sum_one_by_one_errs_by_no_more_than_is_typical(n: int, kind: str) -> None:
    a, b = np.random.default_rng(n).normal(size=(2, n, 500)).astype(np.float32)
    if kind == "one sign":
        a, b = np.abs(a), np.abs(b)
    exact = a.astype(np.float64) * b
    z, squares = exact.sum(0), (exact**2).sum(0)

    off = one_by_one(a * b) - z

    typical = typical_dot(squares, z, n)
    share = np.sqrt(np.mean((off / 2.0**-24) ** 2) / np.mean(typical**2))
    assert 0.15 < share < 1.0


GROWING = {"as much at each step": 0.0, "more at each step": 0.4, "less at each step": -0.4}


@pytest.mark.parametrize("mean", [0, 2])
@pytest.mark.parametrize("way", ["step by step", "from the other end", "example by example"])
@pytest.mark.parametrize("growth", GROWING)
def test_a_chain_errs_by_no_more_than_is_typical(growth: str, way: str, mean: float) -> None:
    T_x, m, many = 24, 300, 400
    terms = (
        np.random.default_rng(0).normal(mean, 1, (T_x, m, many))
        * np.exp(GROWING[growth] * np.arange(T_x))[:, None, None]
    )
    terms = terms.astype(np.float32).astype(np.float64)
    total, *others = (Perturbed(step, Perturbation(chains=True)).sum(axis=0) for step in terms)
    for step in others:
        total += step
    ordered = {
        "step by step": terms.reshape(-1, many),
        "from the other end": terms[::-1].reshape(-1, many),
        "example by example": terms.transpose(1, 0, 2).reshape(-1, many),
    }

    off = one_by_one(ordered[way].astype(np.float32)) - terms.sum((0, 1))

    assert total.chain
    share = off / 2.0**-24 / total.chain.typical(total.value)
    assert (
        0.1 < np.sqrt(np.mean(share**2)) < np.sqrt(2)
    )  # a rounding is 0.58 and not 0.41 of what is just above a power of two
    assert np.abs(share).max() < 5.0


def test_a_comparison_can_be_turned() -> None:
    plain = Perturbation()
    assert np.array_equal(Perturbed(A, plain) > Perturbed(B, plain), A > B)
    assert np.array_equal(Perturbed(A, plain) < 0.5, A < 0.5)
    assert [x.tolist() for x in plain.compared] == [(A - B).tolist(), (0.5 - A).tolist()]

    near = np.zeros(A.shape, bool)
    near[0, 0] = True
    turned = Perturbation(turned=[near, ~near])
    first, second = Perturbed(A, turned) > Perturbed(B, turned), Perturbed(A, turned) < 0.5

    assert np.array_equal(first != (A > B), near)
    assert np.array_equal(second != (A < 0.5), ~near)


def test_what_a_run_has_no_rule_for_is_refused() -> None:
    with pytest.raises(TypeError):
        np.sin(Perturbed(A, Perturbation()))
    with pytest.raises(TypeError):
        np.linalg.norm(Perturbed(A, Perturbation()))
