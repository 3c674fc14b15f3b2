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
from rnnspec.conformance.verdict.budget import budget, share
from rnnspec.golden import cases, load
from rnnspec.reference import FUNCTIONS, OPERATIONS, Operation
from rnnspec.reference.arithmetics import local_model

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


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_correct_float32_run_stays_within_every_budget(operation: Operation) -> None:
    beyond = []
    entries = [entry for entry in cases() if entry.operation is operation and "float32" in entry.dtypes]
    for entry in entries:
        golden = load(entry.id)
        inputs, parameters = in_float32(golden.inputs), in_float32(golden.parameters)
        got = operation.named(operation.call(FUNCTIONS, inputs, parameters), [*inputs, *parameters])

        for name, want in golden.outputs.items():
            allowed = budget(golden.sensitivity[name], golden.underflow[name], want, "float32")
            exact = np.zeros(want.shape) if entry.bits == 0 else allowed  # what is only moved may not differ
            assert got[name].dtype == (np.float32 if want.dtype.kind == "f" else want.dtype), f"{entry.id}: {name}"
            if share(np.abs(got[name] - want), exact).max() >= 1:
                beyond.append(f"{entry.id}: {name}")

    assert entries
    assert beyond == []


def in_float32(arrays: Any) -> dict[str, NDArray[Any]]:
    return {name: a.astype(np.float32) if a.dtype.kind == "f" else a for name, a in arrays.items()}


FOUND = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
PLATFORMS = {
    "another BLAS kernel": {
        "OPENBLAS_CORETYPE": "ARMV8" if platform.machine() in ("aarch64", "arm64") else "Prescott",
        "OPENBLAS_NUM_THREADS": "1",
    },
    "no SIMD beyond the baseline": {"NPY_DISABLE_CPU_FEATURES": " ".join(FOUND)},
}
PROVE = """
import sys
from rnnspec.golden.regenerate import make
for name in sys.argv[1:]:
    print(name, make(name).entry.digest)
"""


def smallest() -> dict[str, str]:
    """One case an operation, and its digest: proving all is what `rnnspec regenerate --check` is for."""
    ordered = sorted(cases(), key=lambda entry: -sum(np.prod(shape) for shape, _ in entry.shapes().values()))
    chosen = {entry.operation.name: entry for entry in ordered if "symmetric" not in entry.labels}
    return {entry.id: entry.digest for entry in chosen.values()}


@pytest.mark.parametrize("name", PLATFORMS)
def test_another_cpu_proves_the_same_bits(name: str) -> None:
    want = smallest()
    command = [sys.executable, "-c", PROVE, *want]

    done = subprocess.run(command, env={**os.environ, **PLATFORMS[name]}, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert dict(line.split() for line in done.stdout.splitlines()) == want
    assert len(want) == len(OPERATIONS)
