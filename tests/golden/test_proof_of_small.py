"""A gradient of 1e-30 is proven like one of 1, a zero has no sign, and what float64 cannot hold is refused."""

from typing import Any

import numpy as np
import pytest
from rnnspec.golden import cases, load
from rnnspec.golden.case import CASES
from rnnspec.golden.drawing import draw
from rnnspec.golden.proof import certified, corroborate
from rnnspec.golden.refusal import Refused, refuse_unbounded
from rnnspec.reference import FUNCTIONS, OPERATIONS, Kind
from rnnspec.reference.arithmetics.ball import Ball

HUGE = "lstm_network_backward/huge"  # more partial derivatives than are taken one by one, from 1 to 1e-30 and below


def elements() -> list[tuple[str, int]]:
    """The smallest gradients that are not 0, some of them of each decade."""
    golden = load(HUGE)
    found = [
        (abs(value), name, i) for name, array in golden.outputs.items() for i, value in enumerate(array.flat) if value
    ]
    return [(name, i) for _, name, i in sorted(found)[:: len(found) // 8]]


def planted(operation: str, name: str, element: int) -> Any:
    """The operation with one element of one gradient off by a thousandth."""
    right = FUNCTIONS[operation]

    def wrong(*given: Any, **options: Any) -> Any:
        gradients = right(*given, **options)
        own, *place = name.rstrip("]").replace("]", "").split("[")  # "dWo[1][0]" is of a layer and a direction
        array = gradients["parameters"][int(place[0])][int(place[1])][own] if place else gradients[own]
        array.flat[element] = array.flat[element] * Ball(1.001)
        return gradients

    return wrong


@pytest.mark.parametrize(("name", "element"), elements())
def test_a_small_gradient_that_is_wrong_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, element: int) -> None:
    case, golden = CASES[HUGE], load(HUGE)
    inputs, parameters = draw(case)
    monkeypatch.setitem(FUNCTIONS, case.operation.name, planted(case.operation.name, name, element))

    with pytest.raises(Refused, match="backward and the forward derivative differ"):
        corroborate(case, inputs, parameters, golden.outputs, golden.entry.bits)


def test_the_smallest_are_small() -> None:
    golden = load(HUGE)
    sizes = [abs(golden.outputs[name].flat[element]) for name, element in elements()]
    assert min(sizes) < 1e-30
    assert max(sizes) > 1e-3
    assert "seeded directions" in golden.entry.corroborated[0]


def test_no_computed_zero_has_a_sign() -> None:
    signed = [
        f"{entry.id}: {name}"
        for entry in cases()
        if entry.operation.kind is not Kind.CONTAINER
        for name, array in load(entry.id).outputs.items()
        if (np.signbit(array) & (array == 0)).any()
    ]
    assert signed == []


def test_a_result_beyond_float64_is_refused() -> None:
    operation = OPERATIONS["rnn_relu_cell_forward"]
    inputs = {"xt": np.full((1, 1), 1e200), "a_prev": np.zeros((1, 1))}
    parameters = {"Wax": np.full((1, 1), 1e200), "Waa": np.zeros((1, 1)), "ba": np.zeros((1, 1))}
    parameters |= {"Wya": np.zeros((1, 1)), "by": np.zeros((1, 1))}
    with pytest.raises(Refused, match="a result is beyond float64"):
        certified(operation, inputs, parameters)


@pytest.mark.parametrize("group", ["sensitivity", "sensitivity16", "underflow"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_budget_that_is_no_number_is_refused(group: str, value: float) -> None:
    right = {"a": np.ones(3, np.float32)}
    groups = dict.fromkeys(("sensitivity", "sensitivity16", "underflow"), right)
    refuse_unbounded(**groups)
    with pytest.raises(Refused, match=f"the {group} of b is not finite"):
        refuse_unbounded(**{**groups, group: {**right, "b": np.array([0, value], np.float32)}})
