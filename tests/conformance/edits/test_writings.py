"""A formula and what it is with one mistake in it: each once, and none that is the formula itself."""

from typing import Any

import numpy as np
import pytest
from rnnspec.conformance.edits.generated.making import functions
from rnnspec.conformance.edits.generated.making.functions import mistaken
from rnnspec.conformance.edits.generated.making.writings import one_place, text, value, with_a_factor, with_a_letter
from rnnspec.conformance.edits.generated.terms.mixtures import MIXTURES

Y = np.array([-1.8, -0.9, -0.4, 0.0, 0.2, 0.7, 1.3, 2.2])
MISTAKES = {
    "tanh_slope": ["1 + y * y", "(2 + y) * (1 - y)", "(1 + y) / (1 - y)"],
    "sigmoid_slope": ["y * (1 + y)", "y - y / y", "y + (1 - y)"],
    "sigmoid": ["exp(min(y, 1)) / (1 + exp(-abs(y)))", "exp(0) / (1 + exp(-abs(y)))", "1 / (1 - exp(-y))"],
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_place_of_a_writing_is_mistaken(name: str) -> None:
    written = {form.text.format("y") for form in mistaken(name)}

    assert set(MISTAKES[name]) <= written


@pytest.mark.parametrize("name", MISTAKES)
def test_no_mistake_is_another_or_none(name: str) -> None:
    right = getattr(functions.primitives, name)(Y)
    with np.errstate(all="ignore"):
        given = [form.of(Y) for form in mistaken(name)]

    assert len({np.round(one, 12).tobytes() for one in given}) == len(given) > 20
    assert not any(np.allclose(one, right) for one in given)


def test_what_is_written_is_what_is_computed() -> None:
    letters: dict[str, Any] = {"n": 0.3, "a": -0.7, "k": 0.2, "w": 0.8, "v": 0.45, "c": 0.9}
    trees = [
        tree
        for mixture in MIXTURES
        for tree in (*one_place(mixture), *with_a_letter(mixture, "v"), *with_a_factor(mixture, "c"))
    ]

    told = [(text(tree, {letter: letter for letter in letters}), value(tree, letters)) for tree in trees]

    assert len(told) > 80
    assert [line for line, got in told if not np.isclose(eval(line, dict(letters)), got)] == []


def test_a_factor_stands_in_each_place() -> None:
    written = [text(tree, dict(zip("nkac", "nkac", strict=True))) for tree in with_a_factor(MIXTURES[0], "c")]

    assert "n + c * (k * (a - n))" in written
    assert "n + k * (c * a - n)" in written
