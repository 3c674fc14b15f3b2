"""A precision is named where values are its own results, over every operation, and not for what merely fits its budget."""

from itertools import product

import ml_dtypes
import numpy as np
import pytest
from planted.grids import GRIDS, KINDS, WRITINGS, computed_in, rounded
from planted.judging import judged
from planted.planting import Functions
from rnnspec.conformance.deviations.precision import ARITHMETIC
from rnnspec.conformance.explanation import precision

PRECISIONS = {"float16": "computed-in-f16", "float32": "f64-to-f32"}
NARROW = {*PRECISIONS.values(), "cell-state-dtype", "cell-state-f32"}
Real = tuple[str, str, str]  # dtype, writing, kind of sums

REAL: dict[str, Real] = {f"{d}-{w}-{k}": (d, w, k) for d, w, k in product(PRECISIONS, WRITINGS, KINDS)}
FEW = (
    "sigmoid",
    "rnn_cell_forward",
    "lstm_clipped_cell_backward",
    "rnn_relu_forward",
    "lstm_network_forward",
    "gru_backward",
)
SOME = {name: (real, FEW) for name, real in list(REAL.items())[::3]}
SHOWN = {name: (name, FEW) for name in GRIDS}


def names(functions: Functions, operation: str) -> set[str]:
    with np.errstate(all="ignore"):
        found = judged(functions, operation)
    assert found.failing
    return {
        id
        for ids in ((found.explanation.deviations, *found.explanation.alternatives) if found.explanation else ())
        for id in ids
    }


@pytest.mark.sampled("asked", SHOWN, {name: (name, ARITHMETIC) for name in GRIDS})
def test_what_is_put_on_a_grid_is_not_named_after_a_precision(asked: tuple[str, tuple[str, ...]]) -> None:
    grid, operations = asked
    functions = rounded(GRIDS[grid])

    assert {o: named for o in operations if (named := names(functions, o) & NARROW)} == {}


@pytest.mark.sampled("operations", {"few": FEW}, {"all": ARITHMETIC})
def test_what_is_computed_in_bfloat16_is_not_named_after_float16(operations: tuple[str, ...]) -> None:
    functions = computed_in(ml_dtypes.bfloat16)

    assert {o: named for o in operations if (named := names(functions, o) & NARROW)} == {}


@pytest.mark.sampled("real", SOME, {n: (r, ARITHMETIC) for n, r in REAL.items()})
def test_what_a_precision_computes_is_named_whatever_the_writing_and_the_order_of_sums(
    real: tuple[Real, tuple[str, ...]],
) -> None:
    (dtype, writing, kind), operations = real
    functions = computed_in(dtype, writing, KINDS[kind])

    assert {o: named for o in operations if (named := names(functions, o)) != {PRECISIONS[dtype]}} == {}


ROUNDED = {"float16, but right": "float16", "float32, but right": "float32", "bfloat16": "bfloat16"}


@pytest.mark.parametrize("grid", ROUNDED)
def test_what_is_right_and_then_rounded_is_said_to_be(grid: str) -> None:
    functions = rounded(GRIDS[grid])

    for operation in FEW:
        found = judged(functions, operation).localisation
        assert found
        assert any(line.endswith(f"right, but rounded to {ROUNDED[grid]}") for line in found.lines)


@pytest.mark.parametrize("grid", ["1/128", "int8 in float16", "noise in float16", "12 bits"])
def test_what_is_put_on_another_grid_is_not_said_to_be_rounded(grid: str) -> None:
    found = judged(rounded(GRIDS[grid]), "gru_backward").localisation

    assert found is None or not any("rounded to" in line for line in found.lines)


@pytest.mark.parametrize("grid", ["1/256", "int8 in float16", "noise in float16", "12 bits"])
@pytest.mark.parametrize("operation", ["rnn_cell_forward", "gru_backward"])
def test_what_is_put_on_another_grid_is_no_edit_either(grid: str, operation: str) -> None:
    with np.errstate(all="ignore"):
        assert judged(rounded(GRIDS[grid]), operation, 2.0).explanation is None


RIGHT = np.random.default_rng(0).standard_normal(500)


def computed(got: np.ndarray) -> bool:
    reference = (
        (RIGHT * (1 + 2.0**-12 * np.random.default_rng(1).standard_normal(500))).astype(np.float16).astype(float)
    )
    return precision.computed_in("float16", got, RIGHT, reference)


def test_each_thing_that_is_asked_of_numbers_is_needed() -> None:
    noise = np.random.default_rng(2).standard_normal(500)
    in16 = GRIDS["float16, but right"]

    assert computed(in16(RIGHT * (1 + 2.0**-12 * noise)))
    assert not computed(in16(RIGHT))  # differs nowhere
    assert not computed(in16(RIGHT * (1 + 2.0**-7 * noise)))  # too far off
    assert not computed(GRIDS["10 bits"](RIGHT))  # no last bit
    assert not computed(GRIDS["1/1024"](RIGHT))  # none in the smaller half
    assert not precision.computed_in("float16", np.zeros(0), np.zeros(0), np.zeros(0))


def test_a_dtype_is_narrower_than_a_wider_one_alone() -> None:
    assert precision.narrower("float16", than="float32")
    assert not precision.narrower("float16", than="float16")
    assert not precision.narrower("float32", than="float16")
