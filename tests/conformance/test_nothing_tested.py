"""A pytest run in which nothing of a candidate was tested fails, as the command does."""

import subprocess
import sys
from pathlib import Path

import pytest

NONE = "from rnnspec import Unsupported\ndef sigmoid(x):\n    raise Unsupported('not written yet')\n"
SOME = "import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
OWN = """
import layer
import pytest
from rnnspec import parametrize

@parametrize(layer, cases=["sigmoid", "gru_forward"])
def test_conforms(case): {skip}case.verify()

def test_another(): pass
"""
RUNS = {"one process": (), "two workers": ("-n", "2")}


def pytest_run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def project(folder: Path, layer: str, skip: str = "") -> Path:
    (folder / "layer.py").write_text(layer)
    (folder / "test_own.py").write_text(OWN.format(skip=skip))
    (folder / "conftest.py").write_text("")  # so that the folder is importable
    return folder


@pytest.mark.parametrize("workers", RUNS.values(), ids=list(RUNS))
def test_a_project_whose_candidate_offers_nothing_fails(tmp_path: Path, workers: tuple[str, ...]) -> None:
    done = pytest_run(project(tmp_path, NONE), *workers)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "rnnspec: nothing tested by test_own.py::test_conforms: layer offers none" in done.stdout


@pytest.mark.parametrize("workers", RUNS.values(), ids=list(RUNS))
def test_the_suite_fails_too(tmp_path: Path, workers: tuple[str, ...]) -> None:
    words = ("--pyargs", "rnnspec.conformance", "--rnnspec-candidate", "layer", "--rnnspec-case", "sigmoid")
    done = pytest_run(project(tmp_path, NONE), *words, *workers)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "rnnspec: nothing tested by rnnspec.conformance: layer offers none" in done.stdout


@pytest.mark.parametrize("workers", RUNS.values(), ids=list(RUNS))
def test_something_tested_is_enough(tmp_path: Path, workers: tuple[str, ...]) -> None:
    done = pytest_run(project(tmp_path, SOME), *workers)
    assert done.returncode == 0, done.stdout
    assert "nothing tested" not in done.stdout


def test_who_skips_on_purpose_may(tmp_path: Path) -> None:
    done = pytest_run(project(tmp_path, NONE, "pytest.skip('not here'); "))
    assert done.returncode == 0, done.stdout


def test_other_tests_alone_are_not_concerned(tmp_path: Path) -> None:
    assert pytest_run(project(tmp_path, NONE), "-k", "another").returncode == 0


def test_a_failure_elsewhere_keeps_its_code(tmp_path: Path) -> None:
    (project(tmp_path, NONE) / "test_stop.py").write_text("import pytest\ndef test(): pytest.exit('enough', 77)\n")
    assert pytest_run(tmp_path).returncode == 77


def test_no_candidate_is_no_pass(tmp_path: Path) -> None:
    done = pytest_run(tmp_path, "--pyargs", "rnnspec.conformance")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.strip() == "ERROR: rnnspec: no candidate: give --rnnspec-candidate NAME"


def test_a_test_of_ones_own_without_candidate_fails(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("def test(rnnspec_case): rnnspec_case.verify()\n")
    done = pytest_run(tmp_path)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "no candidate: give --rnnspec-candidate NAME" in done.stdout
    assert "Traceback" not in done.stdout


NOTHING_LEFT = """
import layer
from rnnspec import parametrize

@parametrize(layer, "float32", cases=["sigmoid/full-precision"])
def test_conforms(case): case.verify()

def test_another(): pass
"""
WIDE = ("--rnnspec-candidate", "layer", "--rnnspec-case", "sigmoid/full-precision", "--rnnspec-dtype", "float32")


def test_a_choice_of_which_the_dtype_holds_nothing_fails(tmp_path: Path) -> None:
    (project(tmp_path, SOME) / "test_own.py").write_text(NOTHING_LEFT)

    done = pytest_run(tmp_path)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "nothing to test of layer: sigmoid/full-precision is not for float32" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("suite", [("--pyargs", "rnnspec.conformance"), ()], ids=["the suite", "a test of ones own"])
def test_so_does_one_of_options(tmp_path: Path, suite: tuple[str, ...]) -> None:
    own = "def test(rnnspec_case): rnnspec_case.verify()\ndef test_another(): pass\n"
    (project(tmp_path, SOME) / "test_own.py").write_text(own)

    done = pytest_run(tmp_path, *suite, *WIDE)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "nothing to test of layer: sigmoid/full-precision is not for float32" in done.stdout
    assert "Traceback" not in done.stdout


IN_A_FIXTURE = """
import layer
import pytest
from rnnspec import parametrize

@pytest.fixture
def ran(case): {before}case.verify()

@parametrize(layer, cases=["sigmoid"])
def test_conforms(ran, case): pass
"""
FIXTURES = {
    "before the test": ("", ()),
    "after it": ("yield; ", ()),
    "before the test, in two workers": ("", ("-n", "2")),
}


@pytest.mark.parametrize(("before", "workers"), FIXTURES.values(), ids=list(FIXTURES))
def test_a_fixture_that_verifies_counts(tmp_path: Path, before: str, workers: tuple[str, ...]) -> None:
    (project(tmp_path, NONE) / "test_own.py").write_text(IN_A_FIXTURE.format(before=before))

    done = pytest_run(tmp_path, *workers)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "rnnspec: nothing tested by test_own.py::test_conforms: layer offers none" in done.stdout


def test_a_fixture_that_tests_something_is_enough(tmp_path: Path) -> None:
    (project(tmp_path, SOME) / "test_own.py").write_text(IN_A_FIXTURE.format(before=""))

    assert pytest_run(tmp_path).returncode == 0
