"""A dtype that is not the one of a run: where it holds more, the values behind it are judged, and what is right of them has no bug's name."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import check
from rnnspec.reference import FUNCTIONS


def wide(name: str, scale: float = 1.0) -> Any:
    """In float64, whatever it is given."""

    def forward(x: Any, a0: Any, parameters: Any, **given: Any) -> Any:
        p = {n: a.astype(np.float64) for n, a in parameters.items()}
        states = {n: a.astype(np.float64) if n == "c0" else a for n, a in given.items()}
        return FUNCTIONS[name](scale * x.astype(np.float64), a0.astype(np.float64), p, **states)

    return forward


def test_values_that_are_right_in_a_wider_dtype_have_no_bugs_name() -> None:
    report = check(SimpleNamespace(lstm_forward=wide("lstm_forward")), "float32", cases=["lstm_forward"])

    failing = [outcome for outcome in report.failures if "/property/" not in outcome.id]
    assert failing
    assert all("a has dtype float64, want float32; the values are right" in outcome.message for outcome in failing)
    assert report.explanations == []
    assert report.localisations == []


def test_values_that_are_wrong_in_a_wider_dtype_are_explained_as_those_of_the_run() -> None:
    report = check(SimpleNamespace(rnn_forward=wide("rnn_forward", 2.0)), "float32", cases=["rnn_forward"])

    assert "; the values are wrong: outside its budget" in report.failures[0].message
    (explanation,) = report.explanations
    assert "2 * x" in "\n".join(explanation.difference)


@pytest.mark.parametrize(("scale", "what"), [(1.0, "right"), (2.0, "wrong: outside its budget")])
def test_behind_axes_in_another_order_a_wider_dtype_is_told_once(scale: float, what: str) -> None:
    run = wide("rnn_forward", scale)

    def rnn_forward(x: Any, a0: Any, parameters: Any) -> Any:
        a, y, cache = run(x, a0, parameters)
        return a.transpose(2, 1, 0), y, cache

    report = check(SimpleNamespace(rnn_forward=rnn_forward), "float32", cases=["rnn_forward/generic"])

    (failure,) = report.failures
    words = failure.verdicts["a"].problem
    assert f"a has dtype float64, want float32; the values are {what}" in words
    assert words.count("the values are") == 1


def test_what_has_no_axes_is_given_as_a_number() -> None:
    seen = set[type]()

    def l2norm_forward(x: Any, *, eps: Any = None) -> Any:
        seen.add(type(eps))
        return FUNCTIONS["l2norm_forward"](x, eps=eps)

    check(SimpleNamespace(l2norm_forward=l2norm_forward), "float32", cases=["l2norm_forward"])

    assert seen <= {float, type(None)}
    assert float in seen
