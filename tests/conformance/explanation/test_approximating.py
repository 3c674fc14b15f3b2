"""A tanh or a sigmoid that approximates is told from the numbers, as a function of z that other cases have, too; what is none gets no name."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from planted.approximating import approximated, in_bits, in_table, noisy, polynomial, wavy
from planted.judging import loaded, ran
from rnnspec.conformance.edits.approximations.curves import Curve, curves
from rnnspec.conformance.edits.approximations.forms import RIGHT, forms
from rnnspec.conformance.edits.approximations.steps import steps_of
from rnnspec.conformance.edits.held.holding import Holding
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.conformance.explanation.naming import explain

SECONDS, SHORT = 20.0, 2.0  # for what is to be found, and what is not
RNN, LSTM, GRU = (tuple(f"{family}{kind}_forward" for kind in ("_cell", "")) for family in ("rnn", "lstm", "gru"))
SIGMOID = RIGHT["sigmoid"]

APPROXIMATED: dict[str, tuple[tuple[str, ...], dict[str, Any], list[str]]] = {
    "table": (
        RNN,
        {"tanh": in_table(np.tanh, 256, 4)},
        ["tanh from a table of 256 values on [-4, 4], straight lines between"],
    ),
    "bits": (
        GRU,
        {"sigmoid": lambda z: 1 / (1 + in_bits(-z))},
        ["sigmoid by exp from the bits of a float (Schraudolph)"],
    ),
    "clipped": (LSTM, {"sigmoid": lambda z: RIGHT["sigmoid"](np.clip(z, -5, 5))}, ["sigmoid(clip(z, ± 5))"]),
    "short of its limits": (
        LSTM,
        {"sigmoid": lambda z: np.clip(RIGHT["sigmoid"](z), 1e-7, 1 - 1e-7)},
        ["sigmoid, clipped to what is 1e-07 below its limits"],
    ),
    "with an epsilon": (LSTM, {"sigmoid": lambda z: 1 / (1 + np.exp(-z) + 1e-6)}, ["1 / (1 + exp(-z) + 1e-06)"]),
    "wavy": (LSTM, {"tanh": wavy}, ["tanh approximated: relative error 1.0e-04 at most, smooth in z"]),
    "polynomial": (
        GRU,
        {"sigmoid": polynomial(SIGMOID, 11, 6)},
        ["sigmoid approximated: relative error 1.4e-02 at most, smooth in z"],
    ),
    "both": (
        LSTM,
        {"tanh": polynomial(np.tanh, 15, 4), "sigmoid": polynomial(SIGMOID, 11, 6)},
        ["tanh approximated: relative error", "sigmoid approximated: relative error"],
    ),
    "two tables": (
        LSTM,
        {"tanh": in_table(np.tanh, 257, 4), "sigmoid": in_table(SIGMOID, 257, 8)},
        ["tanh from a table of 257 values on [-4, 4]", "sigmoid from a table of 257 values on [-8, 8]"],
    ),
}


def named(
    operations: tuple[str, ...], functions: Mapping[str, Any], seconds: float = SECONDS
) -> dict[str, tuple[str, ...]]:
    """What the kit says of each operation that it names, of a candidate with these functions."""
    candidate = approximated(operations, **functions)
    with np.errstate(all="ignore"):
        explanations, _ = explain([o for name in operations for o in ran(candidate, name)], "float64", loaded, seconds)
    return {found.operation: found.deviations for found in explanations}


@pytest.mark.parametrize("kind", APPROXIMATED)
def test_a_function_that_approximates_is_named_in_a_cell_and_in_its_sequence(kind: str) -> None:
    operations, functions, said = APPROXIMATED[kind]

    found = named(operations, functions)

    assert {*found} == {*operations}
    for deviations in found.values():
        assert [text for text, one in zip(said, deviations, strict=True) if not one.startswith(text)] == []


Z = np.linspace(-9, 9, 181)  # about what goes into a tanh in the goldens of a cell
with np.errstate(over="ignore"):
    SEEN = [form for form, _ in forms() if not np.abs(form.of(Z) - np.tanh(Z)).max() <= 1e-9]


@pytest.mark.parametrize("form", [*{form.text: form for form in SEEN}.values()][::4], ids=lambda form: form.text)
def test_a_form_that_is_in_use_is_told_by_its_words(form: Any) -> None:
    assert form.text in "".join(named(RNN[:1], {"tanh": form.of}).get(RNN[0], ()))


OTHERS = {  # functions that a curve fits, too
    "hard": (RNN, {"tanh": lambda z: np.clip(z, -1, 1)}, "hard_tanh("),
    "steeper": (GRU[:1], {"sigmoid": lambda z: SIGMOID(1.702 * z)}, "1.702 * ("),
    "rough": (GRU[:1], {"sigmoid": polynomial(SIGMOID, 5, 6)}, "sigmoid approximated: relative error 2.7e-01"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_function_is_no_approximation_where_it_is_one_exactly(kind: str) -> None:
    operations, functions, said = OTHERS[kind]

    found = named(operations, functions, SHORT * len(operations))

    assert {*found} == {*operations}
    assert all(one.startswith(said) for (one,) in found.values())


def test_what_is_no_function_of_z_gets_no_name() -> None:
    assert named(RNN, {"tanh": noisy}, SHORT) == {}


def test_a_right_function_of_a_little_more_is_no_approximation() -> None:
    found = named(RNN[:1], {"tanh": lambda z: np.tanh(z) * (1 + 1e-5)}, SHORT)

    assert "approximated" not in str(found)


def test_a_curve_is_the_sum_of_its_bumps_and_flat_beyond_its_reach() -> None:
    curve = Curve("tanh", 4.0, np.linspace(1, 3, 67) ** 2)
    inside, beyond = np.linspace(-3.9, 3.9, 50), np.array([4.0, 5.0, 100.0])

    assert np.abs(np.diff(curve.error(inside), 3)).max() < 1e-12  # a parabola has no third difference
    assert len({*curve.error(beyond).tolist()}) == 1


def test_each_step_starts_from_what_the_candidate_gave_before() -> None:
    """Then an error is a function of z alone, whichever cases it is told from."""
    candidate = approximated(RNN, wavy)
    holding = Holding(Evidence(ran(candidate, RNN[1]), "float64", loaded), 0.0)
    found = [steps for case in holding.cases for steps in [steps_of(case)] if steps and steps.telling.any()]

    for steps in found:
        assert np.abs(steps.got - steps.given({"tanh": wavy})).max() < 1e-13
    (curve,), share = curves(found[:30], ["tanh"])
    assert share > 0.8
    assert curve.error(np.array([0.7])) == pytest.approx(wavy(np.array([0.7])) - np.tanh(0.7), rel=0.1)
