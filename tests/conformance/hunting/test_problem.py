"""A problem is written and read again; what is none is told by the name of its file."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rnnspec.conformance.choices import DTYPES
from rnnspec.conformance.hunting.problem import LARGEST, MOST, SCHEMA, BadProblem, Earlier, Problem, read, save
from rnnspec.conformance.hunting.strategies import problems
from rnnspec.golden.sized import Size, options_of
from rnnspec.reference import OPERATIONS, Kind

NAMES = [name for name, operation in OPERATIONS.items() if operation.kind is not Kind.CONTAINER]
ANY = st.tuples(st.sampled_from(NAMES), st.sampled_from(DTYPES)).flatmap(
    lambda drawn: problems(OPERATIONS[drawn[0]], drawn[1], options_of(OPERATIONS[drawn[0]]))
)
RIGHT = Problem(
    "lstm_forward",
    Size({"n_x": 2, "m": 3}, ("lengths", "a0=None"), 4, "sparse"),
    "float32",
    "fortran",
    (Earlier(Size({"m": 2}), "float64"),),
    True,
)


@settings(max_examples=60, database=None, deadline=None)
@given(ANY)
def test_a_problem_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, problem: Problem) -> None:
    path = tmp_path_factory.getbasetemp() / "problem.json"

    save(problem, path, candidate="mine", message="a \ud800 is outside its budget")

    assert read(path) == problem
    assert path.read_bytes().endswith(b"\n")


def damaged(**changes: Any) -> str:
    return json.dumps({**RIGHT.as_json(), **changes})


EARLIER = RIGHT.as_json()["earlier"][0]
DAMAGED = {
    "no JSON": "n_x=1",
    "nothing": "",
    "half": damaged()[:40],
    "a list": json.dumps([RIGHT.as_json()]),
    "deep nesting": "[" * 50_000,
    "a large file": damaged(message="x" * LARGEST),
    "no Unicode": b"\xff\xfe\x00",
    "a number that is too long": "9" * 10_000,
    "no schema": json.dumps({"operation": "sigmoid"}),
    "another schema": damaged(schema=f"{SCHEMA}0"),
    "an operation that is none": damaged(operation="lstm_foward"),
    "a list for an operation": damaged(operation=["lstm_forward"]),
    "a number for an operation": damaged(operation=3),
    "a container": damaged(operation="pad_sequence", size="m=2", earlier=[]),
    "a layout that is none": damaged(layout="diagonal"),
    "a list for a layout": damaged(layout=["plain"]),
    "a number for a truth": damaged(threads=1),
    "calls at once of which there are none": damaged(earlier=[]),
    "a dtype that is none": damaged(dtype="float8"),
    "a list for a dtype": damaged(dtype=["float32"]),
    "a number for a size": damaged(size=3),
    "an unknown axis": damaged(size="n_q=3"),
    "an axis of another operation": damaged(size="n_k=3"),
    "a length of nothing": damaged(size="m=0"),
    "a negative length": damaged(size="m=-1"),
    "a length of too many digits": damaged(size="m=1000000000"),
    "a huge length": damaged(size="m=999999999"),
    "lengths that are huge together": damaged(size="m=9999,T_x=9999"),
    "a huge call before": damaged(earlier=[{"size": "T_x=999999999", "dtype": "float32"}]),
    "a regime that is none": damaged(size="m=1,regime=lukewarm"),
    "an option that is none": damaged(size="m=1,backwards"),
    "a text for calls before": damaged(earlier="none"),
    "a list of numbers for calls before": damaged(earlier=[1]),
    "calls before without a size": damaged(earlier=[{"dtype": "float32"}]),
    "calls before without a dtype": damaged(earlier=[{"size": "m=1"}]),
    "too many calls before": damaged(earlier=[EARLIER] * (MOST + 1)),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_problem_is_told(name: str, tmp_path: Path) -> None:
    path, text = tmp_path / "damaged.json", DAMAGED[name]
    path.write_bytes(text.encode() if isinstance(text, str) else text)

    with pytest.raises(BadProblem) as told:
        read(path)

    assert str(told.value).startswith(f"{path}: ")
    assert len(str(told.value)) < len(str(path)) + 600
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", ["", "none.json"], ids=["a folder", "no file"])
def test_what_is_no_file_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadProblem, match="no such file" if name else "is a folder, want a file"):
        read(tmp_path / name)


def test_what_they_are_made_from_is_right(tmp_path: Path) -> None:
    (tmp_path / "right.json").write_text(damaged(), encoding="utf-8")

    assert read(tmp_path / "right.json") == RIGHT


def test_most_calls_before_are_read(tmp_path: Path) -> None:
    (tmp_path / "right.json").write_text(damaged(earlier=[EARLIER] * MOST), encoding="utf-8")

    assert len(read(tmp_path / "right.json").earlier) == MOST


def test_circumstances_are_in_words() -> None:
    assert RIGHT.circumstances == "fortran arrays, beside calls at m=2,seed=0 in float64"
    assert Problem("sigmoid", Size(), "float64").circumstances == ""
