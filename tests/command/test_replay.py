"""`rnnspec check --replay` where the candidate has a process of its own: what cannot be tried there is no pass."""

import sys
from pathlib import Path

import pytest
from planted.mistaken import Project
from planted.programs import written
from rnnspec.conformance.hunting.problem import Earlier, Problem, save
from rnnspec.golden.sized import Size

FOUND = "found.json"
RIGHT = "from rnnspec.reference import rnn_backward, rnn_forward, sigmoid\n"
BEFORE = (Earlier(Size({"m": 2}), "float64"),)
OF_MEMORY = {
    "arrays that lie in another way": Problem("sigmoid", Size({"n": 2}), "float64", "read-only"),
    "calls at once": Problem("sigmoid", Size({"n": 2}), "float64", "plain", BEFORE, threads=True),
    "calls between a forward and its backward": Problem("rnn_backward", Size(), "float64", "plain", BEFORE),
}
WORKSPACE = """from rnnspec.reference import rnn_backward as right, rnn_forward

def rnn_backward(da, cache, shapes=[]):
    shapes.append(da.shape)
    return {name: array + (da.shape != shapes[0]) for name, array in right(da, cache).items()}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write(RIGHT)
    return project


@pytest.mark.parametrize("what", OF_MEMORY)
def test_what_a_process_of_its_own_cannot_try_is_no_pass(project: Project, what: str) -> None:
    save(OF_MEMORY[what], project.folder / FOUND)

    said = project.run("check", "mine.py", "--replay", FOUND, "--isolate")

    assert said.code == 5
    assert f"{what} cannot be tried in a process of its own: replay without --isolate, by --no-isolate" in said.flat
    assert project.run("check", "mine.py", "--replay", FOUND, "--no-isolate").code == 0


def test_all_of_it_is_told_at_once(project: Project) -> None:
    save(Problem("rnn_backward", Size(), "float64", "fortran", BEFORE, threads=True), project.folder / FOUND)

    assert (
        f"{' and '.join(OF_MEMORY)} cannot be tried"
        in project.run("check", "mine.py", "--replay", FOUND, "--isolate").flat
    )


def test_a_program_is_not_told_to_leave_out_what_it_has_not(project: Project) -> None:
    save(OF_MEMORY["calls at once"], project.folder / FOUND)
    written(project.folder, 'say({"id": message["id"], "outputs": {"s": message["inputs"]["x"]}})')

    said = project.run("check", "--replay", FOUND, "--", sys.executable, "-S", "program.py")

    assert said.code == 5
    assert (
        "calls at once cannot be tried in a process of its own: only a candidate in Python is given these" in said.flat
    )
    assert "--isolate" not in said.flat


def test_calls_before_a_forward_are_tried_there(project: Project) -> None:
    save(Problem("rnn_forward", Size(), "float64", "plain", BEFORE), project.folder / FOUND)

    said = project.run("check", "mine.py", "--replay", FOUND, "--isolate")

    assert said.code == 0
    assert "1 passed" in said.flat


def test_what_fails_behind_calls_fails_though_none_come_between(project: Project) -> None:
    project.write(WORKSPACE)
    save(OF_MEMORY["calls between a forward and its backward"], project.folder / FOUND)

    said = project.run("check", "mine.py", "--replay", FOUND, "--isolate", "--no-explain")

    assert said.code == 1
    assert "behind calls at m=2,seed=0 in float64: " in said.flat
