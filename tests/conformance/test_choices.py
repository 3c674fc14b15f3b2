"""Choices at their edges: from Python, from the command line and from a pyproject.toml they have the same bounds."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rnnspec.conformance import BadChoice, UnknownCandidate, check
from rnnspec.conformance.choices import LONGEST, MOST, of_file, of_project
from rnnspec.tools import main

OUTSIDE = [("timeout", 1e9), ("timeout", 0), ("timeout", -1), ("timeout", "soon"), ("memory", -1), ("memory", 1 << 40)]
each = pytest.mark.parametrize(("name", "value"), OUTSIDE, ids=[f"{name}-{value}" for name, value in OUTSIDE])


@each
def test_a_limit_outside_its_bounds_is_refused_in_python(name: str, value: Any) -> None:
    limit: dict[str, Any] = {name: value}
    with pytest.raises(BadChoice, match=f"{LONGEST}|{MOST}"):
        check("reference", cases=["softmax"], isolate=True, **limit)


@each
def test_a_limit_outside_its_bounds_is_refused_by_the_command(name: str, value: Any) -> None:
    said = CliRunner().invoke(main, ["check", "reference", "--isolate", f"--{name}", str(value)])

    assert said.exit_code == 2
    assert f"--{name}" in said.output


EMPTY = [["--program", ""], ["--program", "'"], ["--program", "'' --fast"], ["--json", ""]]
EMPTY += [["--", ""], ["--", "", "--fast"], ["--"], [""], ["json:"], ["json:a..b"], ["json:.a"], [":json"], ["onnx:"]]


@pytest.mark.parametrize("arguments", EMPTY, ids=str)
def test_an_empty_choice_checks_nothing(arguments: list[str]) -> None:
    said = CliRunner().invoke(main, ["check", "--case", "softmax/zero", *arguments])

    assert said.exit_code == 2
    assert isinstance(said.exception, SystemExit)
    assert len([line for line in said.stderr.splitlines() if line.startswith("Error: ")]) == 1


@pytest.mark.parametrize("candidate", [[""], ["", "--fast"], "", "json:", "json:a..b", ":json", "json:loads."], ids=str)
def test_an_empty_name_is_nobodys_in_python(candidate: Any) -> None:
    with pytest.raises(UnknownCandidate, match=r"there is nothing to check|^no candidate "):
        check(candidate, cases=["softmax/zero"])


def test_an_empty_program_of_a_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.rnnspec]\nprogram = ["", "--fast"]\n')

    with pytest.raises(BadChoice, match=r"program is .*, want a command"):
        of_file(tmp_path / "pyproject.toml")


def test_a_program_is_isolated_anyhow(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.rnnspec]\nisolate = true\n")
    answer = '{"protocol": 1, "dtypes": ["float64"], "operations": {}}'
    program = f"input(); print({answer!r}, flush=True); input()"
    command = [sys.executable, "-m", "rnnspec", "check", "--", sys.executable, "-c", program]

    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert (said.returncode, said.stderr) == (5, "")


def test_isolation_can_be_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.rnnspec]\nisolate = true\n")

    said = CliRunner().invoke(main, ["check", "reference", "--no-isolate", "--timeout", "1", "--case", "softmax/zero"])

    assert said.exit_code == 2
    assert "this process cannot be limited" in said.output


def test_what_declines_by_raising_does_so_in_any_process(tmp_path: Path) -> None:
    path = tmp_path / "raises.py"
    path.write_text("def gru_forward(x, a0, parameters):\n    raise RuntimeError('no')\n")

    here, there = (check(str(path), cases=["gru_forward"], isolate=isolate) for isolate in (False, True))

    assert {o.id: o.outcome for o in here} == {o.id: o.outcome for o in there}
    assert {o.outcome for o in here if "state" in o.id} == {"error"}


def test_the_nearest_table_counts_not_the_nearest_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.rnnspec]\ndtype = "float32"\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n")

    assert of_project(inner) == {"dtype": "float32"}


def test_a_projects_candidate_concerns_no_run_of_its_other_tests(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.rnnspec]\ncandidate = "nosuch"\n')
    (tmp_path / "test_other.py").write_text("import sys\ndef test(): assert 'rnnspec.golden' not in sys.modules\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]

    alone = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    suite = subprocess.run([*command, "--pyargs", "rnnspec.conformance"], cwd=tmp_path, capture_output=True, text=True)

    assert alone.returncode == 0, alone.stdout
    assert suite.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no candidate 'nosuch'" in suite.stderr


def test_a_list_of_known_failures_can_be_written_and_held_to_at_once(tmp_path: Path) -> None:
    listed = tmp_path / "known.json"

    report = check({"softmax": lambda x: x}, known_failing=listed, write_known_failing=listed)

    assert listed.is_file()
    assert report.accepted
    assert not report.conformant
