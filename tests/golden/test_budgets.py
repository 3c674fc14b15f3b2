"""No right implementation is outside a budget: activations off by what the model allows, sums in any order, every golden."""

import numpy as np
import pytest
from rnnspec.conformance.deviations import deviant
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.golden import Golden, cases, load
from writings.legal import SIGNS, off_by, shuffled

GENEROUS = 15.0  # of the 16 roundoffs that an activation may be off by


def goldens(dtype: str) -> list[Golden]:
    return [load(entry.id) for entry in cases() if dtype in entry.dtypes and not entry.exact]


def outside(dtype: str, edits: tuple[Edit, ...] = (), **how: object) -> list[tuple[str, float]]:
    margins = {g.id: deviant.margin(g, deviant.outputs(g, dtype, edits, **how), dtype) for g in goldens(dtype)}  # type: ignore[arg-type]
    return [(name, margin) for name, margin in margins.items() if not margin <= 1]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("roundoffs", [1.0, GENEROUS])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_activations_off_by_what_is_allowed_raise_no_alarm(dtype: str, roundoffs: float, sign: str) -> None:
    assert outside(dtype, off_by(roundoffs, sign)) == []


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("roundoffs", [1.0, 2.0])
def test_activations_of_float16_are_off_by_less(roundoffs: float, sign: str) -> None:
    assert outside("float16", off_by(roundoffs, sign)) == []


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_sums_in_any_order_raise_no_alarm(dtype: str) -> None:
    assert outside(dtype, nudge=shuffled) == []


def test_an_activation_that_is_off_by_more_does() -> None:
    assert len(outside("float64", off_by(2.0**12, "up"))) > len(goldens("float64")) / 2


def test_sums_are_shuffled() -> None:
    golden = load("lstm_forward/generic")
    plain, other = (deviant.outputs(golden, "float32", nudge=nudge) for nudge in (np.array, shuffled))

    assert plain
    assert other
    assert any(not np.array_equal(plain[name], other[name]) for name in plain)
