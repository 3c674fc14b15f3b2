"""What a call does besides its formula is said: it changes what it is given, or its cache, or takes weights of an earlier call."""

from typing import Any

import pytest
from planted.fakes import fake
from rnnspec.conformance import Report, check
from rnnspec.conformance.report.explained import explained
from rnnspec.reference import FUNCTIONS

CELL = ("rnn_cell_forward", "rnn_cell_backward")


def changing(xt: Any, a_prev: Any, parameters: Any) -> Any:
    returned = FUNCTIONS["rnn_cell_forward"](xt, a_prev.copy(), parameters)
    a_prev[...] = 0.5 * a_prev
    return returned


def clearing(da_next: Any, cache: Any) -> Any:
    found = FUNCTIONS["rnn_cell_backward"](da_next, cache)
    for array in cache.intermediates:
        array[...] = 0
    return found


def stale() -> Any:
    known: dict[Any, Any] = {}

    def forward(xt: Any, a_prev: Any, parameters: Any) -> Any:
        first = {name: array.copy() for name, array in parameters.items()}
        return FUNCTIONS["rnn_cell_forward"](xt, a_prev, known.setdefault(parameters["Wax"].shape, first))

    return forward


def names(report: Report) -> dict[str, tuple[str, ...]]:
    return {explanation.operation: explanation.deviations for explanation in report.explanations}


def test_an_input_that_is_changed_is_named() -> None:
    report = check(fake(rnn_cell_forward=changing), cases=CELL[:1])

    assert names(report) == {CELL[0]: ("a_prev changed in place by the call",)}
    (line,) = explained(report.explanations[0])
    assert line.endswith("2 of 2 failures follow")


def test_a_cache_that_a_backward_changes_is_named() -> None:
    report = check(fake(rnn_cell_backward=clearing), cases=CELL)

    assert names(report) == {CELL[1]: ("xt, a_prev changed in place by the call", "the backward changes its cache")}


def test_beside_another_mistake_a_changed_input_is_not_all_of_it() -> None:
    def wrong(*given: Any) -> Any:
        a, *others = changing(*given)
        return 2 * a, *others

    report = check(fake(rnn_cell_forward=wrong), cases=CELL[:1])

    assert not any("in place" in name for told in names(report).values() for name in told)


def test_weights_of_an_earlier_call_are_named() -> None:
    report = check(fake(rnn_cell_forward=stale()), cases=CELL[:1])

    assert names(report) == {CELL[0]: ("weights of an earlier call",)}
    assert report.explanations[0].failing == len(report.explanations[0].cases) > 0
    assert "failing and" in explained(report.explanations[0])[0]


@pytest.mark.parametrize("by", [2.0, 0.5])
def test_weights_that_none_had_are_no_earlier_ones(by: float) -> None:
    forward = stale()

    def other(xt: Any, a_prev: Any, parameters: Any) -> Any:
        return forward(xt, a_prev, {**parameters, "Wax": by * parameters["Wax"]})

    report = check(fake(rnn_cell_forward=other), cases=CELL[:1])

    assert report.failures
    assert ("weights of an earlier call",) not in names(report).values()
