"""`rnnspec promote`: what a hunt has found becomes a golden like any other."""

import shutil
from pathlib import Path

import pytest
from planted.mistaken import Project
from planted.renewed import renewed
from rnnspec.conformance.hunting.problem import Earlier, Problem, save
from rnnspec.golden import load, read_manifest
from rnnspec.golden.sized import Size

pytest.importorskip("flint")
RIGHT = "from rnnspec.reference import rnn_forward\n"
WRONG = "from rnnspec.reference import rnn_forward as right\n\ndef rnn_forward(x, a0, parameters):\n    a, y, cache = right(x, a0, parameters)\n    return 2 * a, y, cache\n"
FOUND = Problem("rnn_forward", Size({"n_x": 1, "m": 1, "T_x": 2}, (), 3), "float32")
ID = FOUND.case.id
UNFIT = Problem("rnn_relu_forward", Size({"n_a": 4, "T_x": 6}, regime="saturated"), "float64")

OF_ALL_BITS = Problem("rnn_cell_forward", Size({"n_a": 3, "m": 2}, regime="every-bit"), "float32")
NARROW = Problem("gru_backward", Size({"m": 2, "T_x": 3}, (), 1, "saturated"), "float16")


@pytest.fixture(scope="module")
def goldens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return renewed(tmp_path_factory.mktemp("goldens"))


@pytest.fixture
def project(tmp_path: Path, goldens: Path) -> Project:
    shutil.copytree(goldens, tmp_path / "own")
    save(FOUND, tmp_path / "found.json")
    return Project(tmp_path)


def test_a_case_is_proven_once_and_judges(project: Project) -> None:
    said = project.run("promote", "found.json", "--goldens", "own")

    assert said.code == 0, said.flat
    assert f"{ID}: proven" in said.flat
    assert f"rnnspec check CANDIDATE --dtype float32 --goldens {project.folder / 'own'} --case {ID}" in said.flat
    assert set(read_manifest(project.folder / "own").cases[ID].labels) >= {"symmetric"}
    assert load(ID, project.folder / "own").outputs["a"].shape == (5, 1, 2)
    assert project.run("verify", "--goldens", "own").code == 0
    right = project.check(RIGHT, "--goldens", "own", "--case", ID)
    assert right.code == 0
    assert "estimated" not in right.flat
    wrong = project.check(WRONG, "--goldens", "own", "--case", ID, "--no-explain")
    assert wrong.code == 1
    assert f"{ID}: a is outside its budget" in wrong.flat
    twice = project.run("promote", "found.json", "--goldens", "own")
    assert twice.code == 2
    assert f"has {ID} already" in twice.flat


@pytest.mark.parametrize(
    ("problem", "words"),
    [(UNFIT, ""), (NARROW, " for float16: "), (OF_ALL_BITS, " for float32: it cannot hold its inputs")],
    ids=["at all", "for its dtype", "of all bits"],
)
def test_what_is_no_golden_is_refused(project: Project, problem: Problem, words: str) -> None:
    save(problem, project.folder / "unfit.json")
    before = (project.folder / "own" / "manifest.json").read_bytes()

    said = project.run("promote", "unfit.json", "--goldens", "own")

    assert said.code == 1
    assert f"{problem.case.id} is not fit to be a golden{words}" in said.flat
    assert (project.folder / "own" / "manifest.json").read_bytes() == before


BEFORE = (Earlier(Size({"m": 2}), "float64"),)
AROUND = {
    "layouts": Problem("sigmoid", Size({"n": 2}), "float64", "fortran"),
    "calls before": Problem("sigmoid", Size({"n": 2}), "float64", "plain", BEFORE),
    "calls at once": Problem("sigmoid", Size({"n": 2}), "float64", "plain", BEFORE, threads=True),
}


@pytest.mark.parametrize("name", AROUND)
def test_what_a_golden_cannot_show_becomes_none(project: Project, name: str) -> None:
    save(AROUND[name], project.folder / "a find.json")
    before = (project.folder / "own" / "manifest.json").read_bytes()

    said = project.run("promote", "a find.json", "--goldens", "own")

    assert said.code == 1
    assert (
        f"a find.json: not fit to be a golden, which is plain arrays in a call by itself: what was found needs {AROUND[name].circumstances}"
        in said.flat
    )
    assert "`rnnspec check CANDIDATE --replay 'a find.json'` shows it" in said.flat
    assert (project.folder / "own" / "manifest.json").read_bytes() == before
