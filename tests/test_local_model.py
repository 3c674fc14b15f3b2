"""The local model bounds the roundings of real code, in any order and on any CPU."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.conformance.budget import budget, share
from rnnspec.golden import cases, load
from rnnspec.reference import FUNCTIONS, local_model

ROUNDOFF = Fraction(1, 2**24)
LONGEST = 150  # no golden has a dot of more terms


def in_sequence(terms: NDArray[np.float32]) -> np.float32:
    total = np.float32(0)
    for term in terms:
        total = np.float32(total + term)
    return total


def in_pairs(terms: NDArray[np.float32]) -> np.float32:
    half = len(terms) // 2
    return terms[0] if half == 0 else np.float32(in_pairs(terms[:half]) + in_pairs(terms[half:]))


ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "sequential": lambda a, b: in_sequence(a * b),
    "reversed": lambda a, b: in_sequence((a * b)[::-1]),
    "pairwise": lambda a, b: in_pairs(a * b),
    "descending": lambda a, b: in_sequence(np.sort(a * b)[::-1]),
    "numpy": lambda a, b: a @ b,
}


def terms_of(kind: str, n: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n)).astype(np.float32)
    if kind == "same sign":
        return np.abs(a), np.abs(b)
    if kind == "cancelling":
        half = n // 2
        a[half : 2 * half], b[half : 2 * half] = a[:half], -b[:half]
    return a, b


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", ["random", "same sign", "cancelling"])
@pytest.mark.parametrize("n", [1, 2, 3, 8, 33, LONGEST])
def test_the_dot_bound_holds_in_any_order(order: str, kind: str, n: int) -> None:
    for seed in range(10):
        a, b = terms_of(kind, n, seed)
        terms = [Fraction(float(x)) * Fraction(float(y)) for x, y in zip(a, b, strict=True)]
        exact, absolute, squares = sum(terms), sum(map(abs, terms)), sum(t * t for t in terms)
        bound = local_model.dot(*(np.float64(float(q)) for q in (absolute, squares, exact)), n)

        error = abs(Fraction(float(ORDERS[order](a, b))) - exact)

        assert error <= ROUNDOFF * Fraction(float(bound)) * (1 + n * ROUNDOFF)


def test_a_correct_float32_run_stays_within_every_budget() -> None:
    for entry in cases():
        if "float32" not in entry.dtypes:
            continue
        golden, operation = load(entry.id), entry.operation
        arrays = [{n: a.astype(np.float32) for n, a in g.items()} for g in (golden.inputs, golden.parameters)]
        got = operation.named(operation.call(FUNCTIONS, *arrays), golden.inputs)

        for name, want in golden.outputs.items():
            allowed = budget(golden.sensitivity[name], golden.underflow[name], want, "float32")
            assert share(np.abs(got[name] - want), allowed).max() < 1, f"{entry.id}: {name}"


FOUND = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
PLATFORMS = {
    "another BLAS kernel": {
        "OPENBLAS_CORETYPE": "ARMV8" if platform.machine() in ("aarch64", "arm64") else "Prescott",
        "OPENBLAS_NUM_THREADS": "1",
    },
    "no SIMD beyond the baseline": {"NPY_DISABLE_CPU_FEATURES": " ".join(FOUND)},
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_another_cpu_regenerates_the_same_bits(name: str) -> None:
    command = [sys.executable, "-c", "from rnnspec.tools import main; main()", "regenerate", "--check"]

    done = subprocess.run(command, env={**os.environ, **PLATFORMS[name]}, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing to change" in done.stdout
