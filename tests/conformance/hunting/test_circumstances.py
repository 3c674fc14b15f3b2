"""What is wrong in some circumstances alone is found with these, told with these and played again with these."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from planted.hunted import CALLS_APART, CIRCUMSTANCES, Functions
from planted.planting import candidate
from rnnspec.conformance.hunting.found import Find
from rnnspec.conformance.hunting.hunted import hunt
from rnnspec.conformance.hunting.problem import Problem, read, save
from rnnspec.conformance.hunting.replaying import replayed
from rnnspec.golden.sized import Size


def found(functions: Functions) -> Find:
    (find,) = hunt(functions, seconds=30.0, explain_seconds=0.0).finds
    return find


@cache
def of(name: str) -> Find:
    return found(CIRCUMSTANCES[name][0]())


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_it_is_found_told_and_played_again(name: str, tmp_path: Path) -> None:
    make, words = CIRCUMSTANCES[name]
    find = of(name)

    assert words in find.problem.circumstances
    assert find.outcome.message.startswith(f"{find.problem.circumstances}: ")
    assert len(find.problem.earlier) == (name in CALLS_APART)
    assert find.problem.threads == (name == "shared by threads")
    save(find.problem, tmp_path / "found.json")
    again = replayed(make(), read(tmp_path / "found.json"), explain_seconds=0.0)
    assert [case.message for case in again.failures] == [find.outcome.message]


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_who_is_right_is_right_in_these_circumstances(name: str) -> None:
    problem = of(name).problem

    assert replayed(candidate(), problem, explain_seconds=0.0).failures == []


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_without_them_nothing_fails(name: str) -> None:
    make: Callable[[], Functions] = CIRCUMSTANCES[name][0]
    problem = of(name).problem

    alone = Problem(problem.operation, problem.size, problem.dtype)
    assert replayed(make(), alone, explain_seconds=0.0).failures == []


def test_a_plain_mistake_has_none() -> None:
    find = found({"sigmoid": lambda x: x})

    assert find.problem == Problem("sigmoid", Size({"n": 1, "m": 1}), "float64")
    assert find.problem.circumstances == ""
    assert find.outcome.message == "s is outside its budget"
