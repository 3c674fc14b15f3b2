"""What is wrong behind a length of an axis is found in the first rounds of a hunt, with that axis as short as shows it and the others at 1."""

from dataclasses import replace
from typing import Any

import pytest
from planted.sizes import TIMED, Cut, cuts
from rnnspec.conformance.hunting.hunted import hunt
from rnnspec.conformance.hunting.problem import PLAIN, Earlier, Problem
from rnnspec.conformance.hunting.rounds import EXAMPLES, LONG
from rnnspec.conformance.hunting.slow import smaller
from rnnspec.conformance.hunting.strategies import LAYERS, stretched, stretching
from rnnspec.golden.sized import Size
from rnnspec.reference import OPERATIONS, Kind

ROUNDS = 6
NAMES = [name for name, operation in OPERATIONS.items() if operation.kind is not Kind.CONTAINER]
EVERY = {
    f"{cut.operation} {cut.axis} {'given' if cut.given else 'gives'}": cut
    for operation in OPERATIONS.values()
    if operation.kind in TIMED
    for cut in cuts(operation)
}
SOME = ("lstm_forward T_x given", "lstm_forward n_a gives", "gru_backward n_x gives", "mlstm_forward n_v gives")
SOME += ("selective_scan_backward n_c given", "rnn_network_forward m gives")


def lengths(cut: Cut, seed: int = 0) -> dict[str, int]:
    """Of what is found in so few problems as the first rounds have."""
    most = ROUNDS * (EXAMPLES + LONG * len(OPERATIONS[cut.operation].dims))
    found = hunt(cut.functions(), cases=[cut.operation], seconds=None, count=most, seed=seed, explain_seconds=0.0)
    (find,) = found.finds
    assert find.outcome.message.endswith("outside its budget")
    return dict(find.problem.size.lengths)


@pytest.mark.sampled("cut", {name: EVERY[name] for name in SOME}, EVERY)
def test_a_bug_behind_a_size_is_found_at_the_least_that_shows_it(cut: Cut) -> None:
    found = lengths(cut)

    assert found.pop(cut.axis) == cut.limit + 1
    assert {*found.values()} == {1}


@pytest.mark.parametrize("seed", [1, 7, 11])
def test_from_any_seed(seed: int) -> None:
    assert lengths(Cut("gru_forward", "m", 32, given=False), seed)["m"] == 33


@pytest.mark.parametrize("limit", [41, 90, 200])
def test_a_size_that_is_near_no_block_is_found_as_it_is(limit: int) -> None:
    assert lengths(Cut("min_gru_forward", "n_c", limit, given=True))["n_c"] == limit + 1


def test_heads_of_values_go_with_heads() -> None:
    found = lengths(Cut("gated_delta_forward", "n_h", 20, given=True))

    assert (found["n_h"], found["n_hv"]) == (21, 21)


@pytest.mark.parametrize("name", NAMES)
def test_every_axis_of_an_operation_may_be_long(name: str) -> None:
    axes = OPERATIONS[name].dims
    follow = {"n_hv", "n_d", LAYERS} | ({"n_g"} if "n_k" in axes else set())

    assert {*stretching(OPERATIONS[name])} == {*axes} - follow


@pytest.mark.parametrize("axis", ["n_a", "T_x"])
def test_the_plainest_length_goes_through_all_and_is_large_in_some_of_the_first(axis: str) -> None:
    order = stretched(axis)

    assert [stretched(axis, first)[0] for first in range(len(order))] == [*order]
    assert stretched(axis, len(order)) == order
    past = [n > max(order) // 2 for n in (*order, *order)]
    assert all(any(past[first : first + ROUNDS]) for first in range(len(order)))


def test_what_crashes_behind_a_size_is_made_small_in_few_tries() -> None:
    tried: list[Problem] = []
    large = Size({"n_x": 4, "m": 2, "T_x": 3, "n_a": 257, "n_y": 3}, ("lengths",), 5)
    problem = Problem("lstm_forward", large, "float64", "fortran", (Earlier(Size({"m": 2}), "float64"),))

    def crashes(one: Problem) -> bool:
        tried.append(one)
        return one.size.lengths["n_a"] > 100 and one.size.lengths["T_x"] > 1

    found = smaller(problem, crashes)

    assert dict(found.size.lengths) == {"n_x": 1, "m": 1, "T_x": 2, "n_a": 101, "n_y": 1}
    assert (found.layout, found.earlier, found.size.options, found.size.seed) == (PLAIN, (), (), 0)
    assert len(tried) < 60


SMALL = Size({"n_x": 1, "n_a": 1, "n_y": 1, "m": 1, "T_x": 1})


@pytest.mark.parametrize(
    "needed",
    [{"regime": "sparse"}, {"seed": 5}, {"options": ("lengths",)}],
    ids=["its regime", "its seed", "an option"],
)
@pytest.mark.parametrize("before", [False, True], ids=["its own", "of the call before"])
def test_what_is_needed_stays_and_all_else_goes_by_itself(needed: dict[str, Any], before: bool) -> None:
    size = Size({**SMALL.lengths, "m": 3}, ("lengths", "c0"), 5, "sparse")
    problem = Problem("lstm_forward", size, "float64", earlier=(Earlier(size, "float32"),))

    def fails(one: Problem) -> bool:
        (call,) = one.earlier or (None,)
        asked = (call and call.size) if before else one.size
        return call is not None and asked is not None and {name: getattr(asked, name) for name in needed} == needed

    found = smaller(problem, fails)

    least = replace(SMALL, **needed)
    assert found.size == (SMALL if before else least)
    assert found.earlier == (Earlier(least if before else SMALL, "float64"),)


def test_a_call_before_is_as_short_as_shows_it() -> None:
    large = Size({"n_x": 4, "n_a": 70, "n_y": 3, "m": 2, "T_x": 9})
    problem = Problem("lstm_forward", SMALL, "float64", earlier=(Earlier(large, "float64"),) * 2)

    found = smaller(problem, lambda one: any(call.size.lengths["n_a"] > 33 for call in one.earlier))

    assert found.earlier == (Earlier(replace(SMALL, lengths={**SMALL.lengths, "n_a": 34}), "float64"),)


def test_calls_at_once_come_behind_each_other_where_that_shows_it() -> None:
    problem = Problem("lstm_forward", SMALL, "float64", earlier=(Earlier(SMALL, "float64"),), threads=True)

    assert smaller(problem, lambda one: bool(one.earlier)) == replace(problem, threads=False)
