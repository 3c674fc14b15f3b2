"""What a call does besides its formula is said: it changes what it is given, or its cache, or takes weights of an earlier call."""

from dataclasses import replace
from typing import Any

import pytest
from planted.fakes import fake
from rnnspec.conformance import Report, check
from rnnspec.conformance.explanation.besides import of_forwards
from rnnspec.conformance.report.explained import explained
from rnnspec.conformance.run.outcome import Ending
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


def test_gradients_that_a_backward_changes_are_no_cache() -> None:
    def adding(da_next: Any, cache: Any) -> Any:
        found = FUNCTIONS["rnn_cell_backward"](da_next.copy(), cache)
        da_next += 1
        return found

    assert names(check(fake(rnn_cell_backward=adding), cases=CELL)) == {
        CELL[1]: ("da_next changed in place by the call",)
    }


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


def test_a_backward_of_which_properties_fail_that_run_a_wrong_forward_is_said_to_be_right() -> None:
    def forward(*args: Any, **options: Any) -> Any:
        o, *rest = FUNCTIONS["gated_linear_forward"](*args, **options)
        return -o, *rest

    report = check(fake(gated_linear_forward=forward), cases=["gated_linear_forward", "gated_linear_backward"])

    failing = {one.id for one in report.failures if one.operation == "gated_linear_backward"}
    assert "gated_linear_backward/property/backwards-in-time" in failing
    assert all("/property/" in id for id in failing)
    (behind,) = report.localisations
    assert (behind.operation, {*behind.cases}) == ("gated_linear_backward", failing)
    assert behind.lines == (
        "its cases pass: properties run gated_linear_forward, too, which is wrong, and is to be looked at first",
    )


def test_a_property_that_goes_by_no_forward_is_the_backwards_own() -> None:
    failed = replace(
        check(fake(rnn_cell_forward=changing), cases=CELL[:1]).failures[0], operation="gated_linear_backward"
    )
    ids = ("gated_linear_forward/generic", "gated_linear_backward/property/cache-reusable")
    wrong = [replace(failed, id=id, operation=id.partition("/")[0]) for id in ids]
    right = replace(
        wrong[0], id="gated_linear_backward/generic", operation="gated_linear_backward", outcome=Ending.PASS
    )

    assert [*of_forwards([*wrong, right], ())] == []
    assert [*of_forwards([wrong[0], replace(wrong[1], id=f"{ids[1].rpartition('/')[0]}/cut-anywhere"), right], ())]
