"""Gradients of packed examples are those of each alone: what is right passes, and a mistake between examples is seen there and nowhere else."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from planted.cut import PACKED, packed_backward, with_keyword
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.reference import FAMILIES, FUNCTIONS, OPERATIONS

Gradients = dict[str, Any]
NAME = "property/packed-is-separate"
IDS = [id for id in Checks(candidate_of("reference"), "float64").ids if id.endswith(f"_backward/{NAME}")]
FAMILY = "gated_linear"


def candidate(family: str, join: Callable[[Gradients, list[Gradients]], Gradients] = lambda sums, _: sums) -> Any:
    """The reference with packed examples, whose gradients `join` may get wrong."""
    names = [name for name, operation in OPERATIONS.items() if operation.family == family]
    forward, backward = f"{family}_forward", f"{family}_backward"
    packed = {forward: with_keyword(forward, PACKED), backward: packed_backward(backward, join)}
    return candidate_of({**{name: FUNCTIONS[name] for name in names}, **packed})


def ended(given: Any, family: str, dtype: str = "float64") -> tuple[str, str]:
    outcome = Checks(given, dtype, (id := f"{family}_backward/{NAME}",)).run(id)
    return outcome.outcome, outcome.message


def test_every_recurrence_has_it() -> None:
    gates = {o.family for name, o in OPERATIONS.items() if not o.states}

    assert {id.partition("_backward/")[0] for id in IDS} == {f.name for f in FAMILIES if not f.head} - gates


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("family", [id.partition("_backward/")[0] for id in IDS])
def test_gradients_of_what_is_right_are_separate(family: str, dtype: str) -> None:
    assert ended(candidate(family), family, dtype) == ("pass", "")


def into_the_example_before(sums: Gradients, _: list[Gradients]) -> Gradients:
    """The way back does not stop where an example begins: the gradient into its state goes on into the one before."""
    if "dS0" not in sums:
        return sums
    behind = np.concatenate([sums["dS0"][..., 1:], 0 * sums["dS0"][..., :1]], axis=-1)
    return {**sums, "dS0": sums["dS0"] + behind}


def of_the_last_example(sums: Gradients, found: list[Gradients]) -> Gradients:
    """What all examples share has the gradient of one."""
    last = next(one for one in reversed(found) if "dk" in one)
    return {**sums, "du": last["du"]} if "du" in sums else sums


def without_those_of_no_step(sums: Gradients, found: list[Gradients]) -> Gradients:
    """An example of no step hands on nothing."""
    empty = ["dk" not in one for one in found]
    return {**sums, "dS0": np.where(empty, 0, sums["dS0"])} if "dS0" in sums else sums


WRONG = {
    into_the_example_before: "dS0 of example 0, of 6 steps, packed with others differs from dS0 of it alone",
    of_the_last_example: "du of examples that are packed differs from the sum of du of each alone",
    without_those_of_no_step: "dS0 of example 1, of 0 steps, packed with others differs from dS0 of it alone",
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_a_mistake_between_examples_is_seen_there_alone(wrong: Any) -> None:
    given = candidate(FAMILY, wrong)
    checks = Checks(given, "float64", (FAMILY,))

    failing = {id: outcome.message for id in checks.ids if (outcome := checks.run(id)).failed}

    assert [*failing] == [f"{FAMILY}_backward/{NAME}"]
    assert failing[f"{FAMILY}_backward/{NAME}"].endswith(WRONG[wrong])
