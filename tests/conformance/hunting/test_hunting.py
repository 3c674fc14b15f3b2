"""A hunt finds what is planted, made as small as it can be, and nothing in what is right."""

import random
import time
from typing import Any

import pytest
from planted.hunted import declining, lengths_from_nothing, now_and_then, reversed_from_c0
from planted.lists import DEVIATING, together
from planted.planting import Planted, candidate
from rnnspec.conformance.choices import BadChoice
from rnnspec.conformance.hunting.found import Find
from rnnspec.conformance.hunting.hunted import Hunted, hunt
from rnnspec.conformance.hunting.rounds import EXAMPLES
from rnnspec.conformance.selection import UnknownCase
from rnnspec.reference import OPERATIONS, Kind

FIRST = {
    form.deviation: form
    for form in reversed(together(DEVIATING))
    if OPERATIONS[form.operations[0]].kind is not Kind.CONTAINER
}
SAMPLE = {id: FIRST[id] for id in random.Random(0).sample(sorted(FIRST), 8)}
SMALL = 3
LONG = 20.0  # seconds that no hunt here needs
RIGHT = ("rnn_forward", "lstm_backward", "gru_cell_backward", "mlstm_forward", "softmax")


def found(functions: Any, dtype: str = "float64", **choices: Any) -> Hunted:
    return hunt(functions, dtype, **{"seconds": LONG, "explain_seconds": 0.0, **choices})


def only(hunted: Hunted) -> Find:
    (find,) = hunted.finds
    return find


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_reference_is_found_right(dtype: str) -> None:
    hunted = found("reference", dtype, cases=RIGHT, count=len(RIGHT) * EXAMPLES // 2)

    assert hunted.finds == []
    assert hunted.report is None
    assert hunted.judged >= len(RIGHT) * EXAMPLES // 2
    assert hunted.operations == len(RIGHT)
    assert hunted.said.endswith("nothing found")


@pytest.mark.sampled("form", SAMPLE, FIRST)
def test_a_deviation_is_found_and_made_small(form: Planted) -> None:
    find = only(found(candidate(form), form.shows_in, cases=[form.operations[0]]))

    lengths = find.problem.size.lengths
    assert find.problem.operation == form.operations[0]
    assert find.problem.circumstances == ""
    assert lengths.get("T_x", 1) <= SMALL + 1
    assert sum(n > SMALL for n in lengths.values()) <= 1  # that which it needs


@pytest.mark.parametrize(
    ("functions", "options"),
    [(reversed_from_c0(), {"c0", "reverse"}), (lengths_from_nothing(), {"lengths", "a0=None"})],
    ids=["reverse with c0", "lengths with a0=None"],
)
def test_what_needs_two_options_is_found_with_just_these(functions: Any, options: set[str]) -> None:
    find = only(found(functions))

    assert set(find.problem.size.options) == options
    assert max(find.problem.size.lengths.values()) <= SMALL


def test_the_same_seed_gives_the_same_problem_and_message() -> None:
    first, second = (only(found(reversed_from_c0(), seed=3)) for _ in range(2))

    assert first.problem == second.problem
    assert first.outcome.message == second.outcome.message != ""


def test_another_seed_draws_other_problems() -> None:
    heard = [list[int](), list[int]()]
    judged = [
        found("reference", cases=["lstm_forward"], count=EXAMPLES // 2, seed=seed, running=ids.append)
        for seed, ids in enumerate(heard)
    ]  # type: ignore[arg-type]

    assert [one.judged for one in judged] == [EXAMPLES // 2] * 2
    assert heard[0][2:] != heard[1][2:]


WRONG = {"sigmoid": lambda x: x, "softmax": lambda z: z}


def test_a_hunt_ends_at_its_first_find() -> None:
    assert only(found(WRONG)).problem.operation == "sigmoid"


def test_a_hunt_that_keeps_going_finds_the_next_mistake() -> None:
    hunted = found(WRONG, keep_going=True)

    assert [find.problem.operation for find in hunted.finds] == ["sigmoid", "softmax"]
    assert hunted.report is not None
    assert [outcome.id for outcome in hunted.report.failures] == [find.problem.case.id for find in hunted.finds]


def test_seconds_end_a_hunt() -> None:
    begun = time.monotonic()

    hunted = found("reference", cases=["gru_forward"], seconds=1.0)

    assert time.monotonic() - begun < LONG
    assert hunted.seconds >= 1.0
    assert hunted.judged > 0


def test_a_count_ends_a_hunt() -> None:
    heard: list[int] = []

    hunted = found("reference", cases=["sigmoid"], seconds=None, count=2 * EXAMPLES, heard=heard.append)

    assert hunted.judged == 2 * EXAMPLES
    assert heard == sorted(heard)
    assert heard[-1] == hunted.judged


def test_who_declines_everything_has_no_operation() -> None:
    hunted = found(declining(), count=1)

    assert (hunted.operations, hunted.judged, hunted.finds) == (0, 0, [])


def test_what_fails_now_and_then_is_a_find_too() -> None:
    assert only(found(now_and_then())).problem.operation == "sigmoid"


def test_an_operation_that_is_none_is_told() -> None:
    with pytest.raises(UnknownCase, match="lstm_foward"):
        found("reference", cases=["lstm_foward"])


def test_a_find_is_explained() -> None:
    form = FIRST["a0-ignored"]

    hunted = found(candidate(form), cases=[form.operations[0]], explain_seconds=6.0)

    assert hunted.report is not None
    assert {id for e in hunted.report.explanations for id in e.deviations} == {"a0-ignored"}


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"seconds": float("nan")}, "seconds is nan, want a number above 0"),
        ({"seconds": -3}, "seconds is -3, want a number above 0"),
        ({"seconds": "10"}, "seconds is '10', want a number above 0"),
        ({"count": 0}, "count is 0, want a whole number above 0"),
        ({"count": -3}, "count is -3, want a whole number above 0"),
        ({"count": True}, "count is True, want a whole number above 0"),
        ({"seed": -1}, "seed is -1, want a whole number from 0 on"),
        ({"seed": "x"}, "seed is 'x', want a whole number from 0 on"),
    ],
    ids=lambda one: " ".join(f"{name} {value}" for name, value in one.items()) if isinstance(one, dict) else "",
)
def test_a_hunt_that_would_be_none_is_refused(choice: dict[str, Any], told: str) -> None:
    with pytest.raises(BadChoice, match=told):
        found("reference", **choice)
