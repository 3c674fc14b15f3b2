"""A hunt as a test of a project: what it says, what it keeps for its next run, and from where it draws."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from planted.mistaken import Project

RIGHT = "from rnnspec.reference import sigmoid, softmax\n"
WRONG = "from rnnspec.reference import softmax\n\ndef sigmoid(x):\n    return x\n"
OWN = """
import rnnspec

@rnnspec.hunt("mine.py", seconds={seconds}, count={count}, explain_seconds=0{more})
def test_hunt() -> None: ...
"""
SOMETIMES = """
from rnnspec.reference import sigmoid as right

def sigmoid(x):
    return right(x) + (x.shape[0] == 3)
"""
ONCE = """
from rnnspec import Unsupported
from rnnspec.reference import sigmoid as right

def sigmoid(x, calls=[]):
    calls.append(x)
    if len(calls) > 1:
        raise Unsupported("not today")
    return right(x)
"""
OUTER = ("PYTEST", "COV", "FORCE_COLOR", "PY_COLORS", "CI", "GITHUB_ACTIONS")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def own_test(
    project: Project, text: str, count: int | None = 20, more: str = "", seconds: int = 20, **environment: str
) -> subprocess.CompletedProcess[str]:
    project.write(text)
    project.write(OWN.format(count=count, more=more, seconds=seconds), "test_own.py")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OUTER)} | environment
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error"]
    return subprocess.run(command, cwd=project.folder, env=plain, capture_output=True, text=True, check=False)


def test_the_test_of_a_right_project_passes(project: Project) -> None:
    done = own_test(project, RIGHT)

    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_the_test_of_a_wrong_project_fails_by_what_is_found(project: Project) -> None:
    done = own_test(project, WRONG)

    assert done.returncode == 1, done.stdout
    assert "sigmoid/n=1,m=1,seed=0" in done.stdout
    assert "s is outside its budget" in done.stdout
    assert "1 found" in done.stdout
    assert "Traceback" not in done.stdout
    assert "hunted.py" not in done.stdout


def test_the_test_of_a_project_that_offers_nothing_fails(project: Project) -> None:
    done = own_test(project, "")

    assert done.returncode == 1
    assert "offers no operation to hunt" in done.stdout


def test_the_test_of_a_project_of_which_nothing_could_be_judged_fails(project: Project) -> None:
    done = own_test(project, ONCE, count=None, seconds=1)

    assert done.returncode == 1
    assert "none could be judged" in done.stdout


def test_what_the_test_found_is_tried_first_the_next_time(project: Project) -> None:
    assert own_test(project, SOMETIMES, count=1).returncode == 0

    found = own_test(project, SOMETIMES, count=200)
    again = own_test(project, SOMETIMES, count=1)

    assert (found.returncode, again.returncode) == (1, 1), again.stdout
    assert "sigmoid/n=3,m=1,seed=0" in again.stdout
    assert "1 problems of 1 operations" in again.stdout
    assert (project.folder / ".hypothesis" / "examples").is_dir()


def seed_of(done: subprocess.CompletedProcess[str]) -> int:
    return int(done.stdout.partition("from seed ")[2].partition(",")[0])


def test_each_run_of_the_test_draws_from_a_seed_that_it_tells(project: Project) -> None:
    one, other = (seed_of(own_test(project, WRONG)) for _ in range(2))

    assert one != other
    assert seed_of(own_test(project, WRONG, more=", seed=3")) == 3
    assert seed_of(own_test(project, WRONG, CI="true")) == 0


MISTAKES = {
    ", cases='rnn'": "cases is the text 'rnn', want a list: ['rnn']",
    ", cases=['rrn']": "'rrn'",
    ", dtype='f32'": "dtype 'f32' is not one of",
    ", seed=-1": "seed is -1, want a whole number from 0 on",
    ", timeout=3": "timeout and memory need",
    ", secnds=3": "hunt takes no 'secnds', but dtype, precision, seconds",
}


@pytest.mark.parametrize(("more", "words"), MISTAKES.items())
def test_a_mistake_in_what_is_chosen_is_told_without_the_kits_own_lines(
    project: Project, more: str, words: str
) -> None:
    done = own_test(project, RIGHT, more=more)

    assert done.returncode == (2 if "secnds" in more else 1), (
        done.stdout
    )  # a choice that is none is an error of the user's line
    assert words in done.stdout
    assert "hunted.py" not in done.stdout
    assert ("testing.py" in done.stdout) is ("secnds" in more)
