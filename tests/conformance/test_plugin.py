"""The pytest plugin and the two-line decorator, in real pytest runs of another project."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from planted.fakes import all_ids, beyond
from rnnspec.conformance import check, plugin
from rnnspec.golden import FOLDER

OF_THE_OUTER_RUN = ("PYTEST", "COV", "FORCE_COLOR", "PY_COLORS")
SUITE = ("--pyargs", "rnnspec.conformance")
MINE = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def softmax(x):
    return np.exp(x) / np.sum(np.exp(x))
"""
SAMPLE = ("softmax", "gru_forward", "lstm_network_backward", "pad_packed_sequence")  # one of each kind
WITH_SKIPPED = (*SAMPLE, "diagonal_forward")  # which has what the reference declines
TWO_LINES = """
import mylayer
from rnnspec.conformance import parametrize

@parametrize({candidate}, cases={names})
def test_conforms(case): case.verify()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mylayer.py").write_text(MINE)
    (tmp_path / "broken.py").write_text("raise RuntimeError('no luck')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers --strict-config\n")
    return tmp_path


def run(folder: Path, *arguments: str, hash_seed: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    outer = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_OUTER_RUN)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {**outer, "PYTHONHASHSEED": str(hash_seed), "COLUMNS": "120", "PYTHONUTF8": "1", **more}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")


def suite(folder: Path, candidate: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return run(folder, *SUITE, "--rnnspec-candidate", candidate, *arguments, **options)


def ids(collected: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in collected.stdout.splitlines() if "::" in line]


def of(*names: str) -> list[str]:
    return [word for name in names for word in ("--rnnspec-case", name)]


def own_test(folder: Path, candidate: str, *names: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_own.py").write_text(TWO_LINES.format(candidate=candidate, names=names))
    return run(folder, "-rs")


def goldens() -> str:
    files = sorted(path for path in FOLDER.rglob("*") if path.suffix in (".npz", ".json"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


@pytest.mark.parametrize(("dtype", "names"), [("float64", WITH_SKIPPED), ("float32", SAMPLE), ("float16", SAMPLE)])
def test_the_reference_passes_the_suite(project: Path, dtype: str, names: tuple[str, ...]) -> None:
    ids = all_ids(*names, dtype=dtype)
    skipped = len(beyond(ids))
    known = f"{len(ids) - skipped} passed" + (f", {skipped} skipped" if skipped else "")

    result = suite(project, "reference", "--rnnspec-dtype", dtype, *of(*names), "-W", "error")

    assert result.returncode == 0, result.stdout
    assert re.search(rf"=+ {known}(, \d+ deselected)? in ", result.stdout)
    assert f"rnnspec: candidate reference, {dtype}\n" in result.stdout


def test_the_suite_can_be_shared_between_processes(project: Path) -> None:
    pytest.importorskip("xdist")

    result = suite(project, "reference", "-n", "2", *of(*SAMPLE))

    assert result.returncode == 0, result.stdout
    assert f"{check('reference', cases=SAMPLE).totals['pass']} passed" in result.stdout


def test_ids_are_those_of_the_checks_and_the_same_in_every_run(project: Path) -> None:
    first, second = (suite(project, "reference", "--collect-only", "-q", hash_seed=seed) for seed in (1, 2))

    assert ids(first) == ids(second)
    assert sorted(re.sub(r".*\[(.*)\]", r"\1", line) for line in ids(first)) == sorted(all_ids())


def test_a_limited_run_collects_what_was_asked_for_and_nothing_else(project: Path) -> None:
    asked = ("softmax", "rnn_forward/generic", "lstm_forward/property/split-sequence")

    result = suite(project, "reference", *of(*asked), "--collect-only", "-q")

    assert sorted(re.sub(r".*\[(.*)\]", r"\1", line) for line in ids(result)) == sorted(all_ids(*asked))


def test_a_failure_says_what_where_how_bad_which_mistake_and_how_to_reproduce(project: Path) -> None:
    result = suite(project, "notebook", *of("softmax"))

    assert result.returncode == 1
    found = re.search(r"\n(softmax/zero: .*?\n  reproduce: .*?)\n", result.stdout, re.DOTALL)
    assert found
    lines = found[1].splitlines()
    assert re.fullmatch(r"softmax/zero: p is outside its budget {10,}\[notebook, float64\]", lines[0])
    worst = r"  worst at \[row=\d, example=\d\]: got 0\.083333333, want 0\.33333333; error \S+ × budget; 12 of 12 .*"
    assert re.fullmatch(worst, lines[1])
    assert (
        lines[-3]
        == "  explained by `softmax-over-everything`: 10 of 10 failing and 1 of 1 passing cases match within budget"
    )
    assert lines[-1] == "  reproduce: rnnspec check notebook --case softmax/zero"


def test_the_notebook_fails_where_it_is_wrong_and_is_not_tested_where_it_offers_nothing(project: Path) -> None:
    asked = ("lstm_forward", "lstm_backward", "rnn_cell_backward")
    totals = check("notebook", cases=asked).totals

    result = suite(project, "notebook", "-rs", *of(*asked))

    summary = f"{totals['fail']} failed, {totals['pass']} passed, {totals['unsupported']} skipped"
    assert result.returncode == 1
    assert summary in result.stdout.splitlines()[-1]
    assert min(totals[outcome] for outcome in ("fail", "pass", "unsupported")) > 0
    assert re.search(r"not tested: lstm_backward\b.*not defined", result.stdout)
    assert "explained by `sigmoid-summed` with `softmax-over-everything` with `c-aliases-a`" in result.stdout


def test_settings_can_stand_in_the_ini_file(project: Path) -> None:
    (project / "pytest.ini").write_text(
        "[pytest]\nrnnspec_candidate = mylayer\nrnnspec_dtype = float32\nrnnspec_case =\n  sigmoid\n  softmax/one-column\n"
    )

    result = run(project, *SUITE, "--strict-config")

    assert "rnnspec: candidate mylayer, float32\n" in result.stdout
    assert f"{check('reference', 'float32', cases=('sigmoid', 'softmax/one-column')).totals['pass']} passed" in (
        result.stdout
    )


def test_the_command_line_goes_before_the_ini_file(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\nrnnspec_candidate = notebook\nrnnspec_dtype = float32\n")

    result = suite(project, "reference", "--rnnspec-dtype", "float64", *of("softmax/generic"))

    assert "rnnspec: candidate reference, float64\n" in result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--rnnspec-candidate", "nosuch"], "no candidate 'nosuch'"),
        (["--rnnspec-candidate", "nosuch.py"], "nosuch.py: no such file"),
        (["--rnnspec-candidate", "broken"], "RuntimeError: no luck"),
        (["--rnnspec-candidate", "reference", "--rnnspec-case", "softmax/genric"], "did you mean softmax/generic"),
        (["--rnnspec-candidate", "reference", "--rnnspec-dtype", "float8"], "float8"),
        (["--rnnspec-candidate", "nosuch", "-n", "2"], "no candidate 'nosuch'"),
    ],
    ids=["candidate", "file", "broken", "case", "dtype", "xdist"],
)
def test_a_wrong_setting_is_a_usage_error_in_one_line(project: Path, arguments: list[str], says: str) -> None:
    if "-n" in arguments:
        pytest.importorskip("xdist")

    result = run(project, *SUITE, *arguments)

    assert says in result.stdout + result.stderr
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stdout + result.stderr


def test_two_lines_check_a_projects_own_layer(project: Path) -> None:
    result = own_test(project, "'reference'", *SAMPLE)

    assert result.returncode == 0, result.stdout
    assert f"{check('reference', cases=SAMPLE).totals['pass']} passed" in result.stdout


def test_two_lines_name_the_bug_of_a_projects_own_layer(project: Path) -> None:
    result = own_test(project, "mylayer", "softmax", "rnn_forward")

    assert result.returncode == 1
    assert "softmax/zero: p is outside its budget" in result.stdout
    assert (
        "explained by `softmax-over-everything`: 10 of 10 failing and 1 of 1 passing cases match within budget"
        in result.stdout
    )
    assert "reproduce: rnnspec check mylayer --case softmax/zero" in result.stdout
    assert re.search(r"not tested: rnn_forward\b.*not defined", result.stdout)
    failures = result.stdout.partition("FAILURES")[2].partition("short test summary")[0]
    assert not re.search(r"Traceback|\.py:\d+|^>|^E  ", failures, re.MULTILINE)


def test_force_regen_touches_no_golden(project: Path) -> None:
    before = goldens()

    result = suite(project, "notebook", "--force-regen", *of("softmax", "lstm_forward"))

    assert result.returncode == 1
    assert goldens() == before
    assert {path.name for path in project.glob("[a-z]*.*")} == {"broken.py", "mylayer.py", "pytest.ini"}


def test_an_unrelated_project_does_not_pay_for_the_plugin(project: Path) -> None:
    heavy = "{'numpy', 'rnnspec.reference', 'rnnspec.golden', 'rnnspec.conformance.checking', 'flint', 'torch'}"
    (project / "test_other.py").write_text(f"import sys\ndef test(): assert not {heavy} & set(sys.modules)\n")

    # other plugins may import NumPy themselves
    result = run(project, "-W", "error", "-p", "rnnspec.conformance.plugin", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")

    assert result.returncode == 0, result.stdout
    assert "rnnspec: " not in result.stdout


def test_every_setting_carries_the_plugins_prefix() -> None:
    class Recorder(list[str]):
        def getgroup(self, *_: str) -> "Recorder":
            return self

        def addoption(self, name: str, **_: Any) -> None:
            self.append(name)

        def addini(self, name: str, *_: Any, **__: Any) -> None:
            self.append(name)

    added = Recorder()

    plugin.pytest_addoption(added)

    options = [name for name in added if name.startswith("--rnnspec-")]
    assert sorted(name.removeprefix("--").replace("-", "_") for name in options) == sorted(set(added) - set(options))
    assert len(added) == 2 * len(options) > 0
