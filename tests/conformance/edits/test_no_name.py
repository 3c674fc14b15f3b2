"""What gets no name: a mistake in a run whose format its numbers are of anyway, and results that are no numbers in all that was run."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import judged
from planted.mutated import together
from planted.rewritten import OF_EITHER_STATE
from rnnspec.conformance import check
from rnnspec.reference import FUNCTIONS


def lstm_forward(x: Any, a0: Any, parameters: Any, c0: Any = None, lengths: Any = None, reverse: bool = False) -> Any:
    """With one unit's output negated from the third step on."""
    given = {"c0": c0, "lengths": lengths, **({"reverse": True} if reverse else {})}
    given = {name: value for name, value in given.items() if value is not None}
    a, *others = FUNCTIONS["lstm_forward"](x, a0, parameters, **given)
    a = a.copy()
    a[0, :, 2:] *= -1
    return a, *others


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_a_run_in_a_format_is_not_named_after_it(dtype: str) -> None:
    report = check(SimpleNamespace(lstm_forward=lstm_forward), dtype=dtype, cases=["lstm_forward"])

    assert not report.conformant
    assert not report.explanations


def softmax(x: Any) -> Any:
    e = np.exp(x)
    return e / e.sum(axis=0)


def no_number(x: Any) -> Any:
    return 0 * x / 0


def test_what_is_no_number_in_all_that_was_run_has_no_name() -> None:
    with np.errstate(all="ignore"):
        report = check(SimpleNamespace(softmax=no_number))

    assert not report.conformant
    assert not report.explanations


def test_what_is_no_number_where_it_overflows_has_one() -> None:
    with np.errstate(all="ignore"):
        report = check(SimpleNamespace(softmax=softmax))

    assert [e.operation for e in report.explanations] == ["softmax"]


def endless_step(raw: Any, parameters: Any, *, low: Any = None, high: Any = None) -> Any:
    """Whose lower limit is +infinity where none is given: an edit that takes a root of what is negative gives no number there."""
    low = np.inf if low is None else low
    step, *others = FUNCTIONS["time_step_gate_forward"](raw, parameters)
    step = np.maximum(step, low)
    return step if high is None else np.minimum(step, high), *others


def test_what_is_infinite_is_not_told_as_what_is_no_number() -> None:
    report = check(SimpleNamespace(time_step_gate_forward=endless_step))

    assert not report.conformant
    assert not report.explanations


@pytest.mark.parametrize("besides", [(), ("slope missing",), ("another gate's slope",)], ids=lambda names: len(names))
def test_a_mistake_in_either_state_is_one_edit_and_a_rewritten_cell_has_more_than_two(besides: tuple[str, ...]) -> None:
    found = judged(together(*OF_EITHER_STATE, *besides), "lstm_cell_backward", AMPLE)

    assert found.explanation
    assert len(found.explanation.deviations) == 1 + len(besides)
