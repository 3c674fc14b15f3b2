"""`rnnspec init`: what it writes runs at once and says what is missing; the action does what it says."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from rnnspec.reference import OPERATIONS
from rnnspec.tools import main
from rnnspec.tools.init import KINDS

ROOT = Path(__file__).resolve().parents[2]


def within(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **more}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("family", ["rnn", "lstm", "gru_reset_after"])
def test_a_modules_skeleton_runs_and_says_what_is_missing(tmp_path: Path, family: str) -> None:
    CliRunner().invoke(main, ["init", str(tmp_path), "--family", family])

    result = CliRunner().invoke(main, ["check", str(tmp_path / "rnnspec_candidate.py")])

    text = (tmp_path / "rnnspec_candidate.py").read_text()
    written = {line.split()[0] for line in text.splitlines() if line.strip()}
    operation = OPERATIONS[f"{family}_forward"]
    assert {*operation.arguments, *operation.parameters, *(f"{name}=" for name in operation.options)} <= written
    assert "lengths=" in written
    assert result.exit_code == 0
    assert "not written yet: return a, " in " ".join(result.output.split())
    assert "rnnspec_candidate.py is conformant" in result.output.replace("\n      ", " ")


def test_a_modules_test_and_workflow_run(tmp_path: Path) -> None:
    within(tmp_path, "rnnspec", "init")
    skeleton = tmp_path / "rnnspec_candidate.py"
    skeleton.write_text("from rnnspec.reference import lstm_forward, lstm_backward\n")

    tests = within(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    step = within(tmp_path, "bash", "-c", steps(tmp_path)[-1])

    assert tests.returncode == 0
    assert " passed" in tests.stdout
    assert step.returncode == 0
    assert "rnnspec_candidate.py is conformant" in step.stdout


def steps(folder: Path) -> list[str]:
    workflow = yaml.safe_load((folder / ".github/workflows/rnnspec.yml").read_text())
    return [step["run"] for step in workflow["jobs"]["conformance"]["steps"] if "run" in step]


def test_a_programs_skeleton_runs_and_says_what_is_missing(tmp_path: Path) -> None:
    within(tmp_path, "rnnspec", "init", "--for", "program")

    step = within(tmp_path, "bash", "-c", steps(tmp_path)[-1])
    tests = within(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")

    said = " ".join(step.stdout.split())
    assert step.returncode == 0
    assert "lstm_forward is not written yet" in said
    assert "rnn_cell_forward 18 " in said
    assert tests.returncode == 0
    assert "33 passed" in tests.stdout


def test_a_model_is_written_that_passes(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    within(tmp_path, "rnnspec", "init", "--for", "onnx")

    step = within(tmp_path, "bash", "-c", steps(tmp_path)[-1])
    tests = within(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")

    assert step.returncode == 0
    assert "onnx:model.onnx is conformant [float32]" in " ".join(step.stdout.split())
    assert tests.returncode == 0
    assert " passed" in tests.stdout


def test_the_model_is_what_onnx_makes_of_one_node() -> None:
    onnx = pytest.importorskip("onnx")
    lstm = onnx.helper.make_node("LSTM", ["x", "W", "R", "B"], ["y", "h", "c"], hidden_size=2)
    kind, of = onnx.TensorProto.FLOAT, onnx.helper.make_tensor_value_info
    results = {"y": ["T", 1, "m", 2], "h": [1, "m", 2], "c": [1, "m", 2]}
    weights = [_numbered(name, shape) for name, shape in {"W": (1, 8, 3), "R": (1, 8, 2), "B": (1, 16)}.items()]
    outputs = [of(name, kind, shape) for name, shape in results.items()]
    graph = onnx.helper.make_graph([lstm], "lstm", [of("x", kind, ["T", "m", 3])], outputs, weights)
    opset = onnx.helper.make_opsetid("", 14)
    wanted = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8, producer_name="rnnspec")

    written = onnx.load(ROOT / "tools/templates/model.onnx")

    onnx.checker.check_model(written, full_check=True)
    assert written == wanted


def _numbered(name: str, shape: tuple[int, ...]) -> Any:
    from onnx.numpy_helper import from_array

    return from_array((np.arange(np.prod(shape), dtype=np.float32).reshape(shape) % 7 - 3) / 8, name)


@pytest.mark.parametrize("given", [(), ("--onnx-file", "layer.onnx")])
def test_a_model_of_ones_own_is_left_as_it_is(tmp_path: Path, given: tuple[str, ...]) -> None:
    pytest.importorskip("onnx")
    name = given[-1] if given else "model.onnx"
    (tmp_path / name).write_bytes(b"mine")
    within(tmp_path, "rnnspec", "init", "--for", "onnx", *given)

    step = within(tmp_path, "bash", "-c", steps(tmp_path)[-1])

    assert [path.read_bytes() for path in tmp_path.glob("*.onnx")] == [b"mine"]
    assert steps(tmp_path)[-1] == f"rnnspec check onnx:{name} --dtype float32"
    assert step.returncode == 3
    assert f"{name} is not an ONNX model" in step.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_workflow_installs_from_no_package_index(tmp_path: Path, kind: str) -> None:
    done = within(tmp_path, "rnnspec", "init", "--for", kind)

    workflow = yaml.safe_load((tmp_path / ".github/workflows/rnnspec.yml").read_text())
    checkout, _, install, _ = workflow["jobs"]["conformance"]["steps"]
    pip, verb, first, *_ = install["run"].split()
    assert (pip, verb) == ("pip", "install")
    assert first == "./.rnnspec"
    assert checkout["with"] == {"submodules": True}
    assert "git submodule add ADDRESS .rnnspec" in done.stdout


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/rnnspec.git", "git+https://example.org/rnnspec.git@abc1"),
        ("ssh://git@example.org/rnnspec", "git+ssh://git@example.org/rnnspec@abc1"),
        ("file:///home/somebody/rnnspec", ""),
    ],
)
def test_a_workflow_installs_from_the_address_that_pip_has_noted(tmp_path: Path, url: str, address: str) -> None:
    noted = tmp_path / "noted/rnnspec-9.dist-info"
    noted.mkdir(parents=True)
    (noted / "METADATA").write_text("Metadata-Version: 2.1\nName: rnnspec\nVersion: 9\n")
    vcs = {"vcs": "git", "commit_id": "abc1"}
    (noted / "direct_url.json").write_text(json.dumps({"url": url, "vcs_info": vcs}))

    done = within(tmp_path, "rnnspec", "init", "--for", "torch", PYTHONPATH=str(noted.parent))

    assert done.returncode == 0
    assert steps(tmp_path)[0] == f"pip install {address or './.rnnspec'} torch"
    assert ("submodules" in (tmp_path / ".github/workflows/rnnspec.yml").read_text()) == (not address)


def test_a_kind_that_is_mistyped_gets_the_near_one(tmp_path: Path) -> None:
    done = within(tmp_path, "rnnspec", "init", "--for", "tourch")

    assert done.returncode == 2
    assert "'onnx'; did you mean torch?" in " ".join(done.stderr.split())


def test_nothing_that_exists_is_touched(tmp_path: Path) -> None:
    (tmp_path / "test_rnnspec.py").write_text("mine")

    result = CliRunner().invoke(main, ["init", str(tmp_path)])

    assert result.exit_code == 2
    assert "test_rnnspec.py: exists already; nothing was written" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["test_rnnspec.py"]


def test_an_unknown_family_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["init", str(tmp_path), "--family", "lstn"])

    assert result.exit_code == 2
    assert "no family 'lstn'; there are rnn, " in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("candidate", "code"), [("reference", 0), ("notebook", 1), ("no.such.module", 2)])
def test_the_actions_step_checks_and_writes_report_and_summary(tmp_path: Path, candidate: str, code: int) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    step = next(step for step in action["runs"]["steps"] if step["name"] == "Check")
    given = {name: value["default"] for name, value in action["inputs"].items() if "default" in value}
    given |= {"candidate": candidate, "options": "--case lstm_cell_forward"}
    environment = {
        name: given[text.removeprefix("${{ inputs.").removesuffix(" }}")] for name, text in step["env"].items()
    }

    done = within(tmp_path, "bash", "-e", "-c", step["run"], GITHUB_STEP_SUMMARY="summary.md", **environment)

    assert done.returncode == code
    assert (tmp_path / "rnnspec-report.json").exists() == (code < 2)
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith(
        {
            0: "## rnnspec: conformant in part\n",
            1: "## rnnspec: not conformant\n",
            2: "rnnspec ended with exit code 2 and has no report;",
        }[code]
    )
    assert ("explained by `" in summary) == (code == 1)
    assert ("reproduce: rnnspec check" in done.stdout) == (code == 1)


@pytest.mark.parametrize("candidate", ["", "  "])
def test_the_actions_candidate_is_required(tmp_path: Path, candidate: str) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    step = next(step for step in action["runs"]["steps"] if step["name"] == "Check")
    (tmp_path / "pyproject.toml").write_text('[tool.rnnspec]\ncandidate = "reference"\n')

    given = {"CANDIDATE": candidate, "DTYPE": "float64", "KNOWN": "", "OPTIONS": "", "REPORT": "report.json"}
    done = within(tmp_path, "bash", "-e", "-c", step["run"], GITHUB_STEP_SUMMARY="summary.md", **given)

    assert action["inputs"]["candidate"]["required"] is True
    assert done.returncode == 2
    assert "::error::rnnspec: the input candidate is empty" in done.stdout
    assert not (tmp_path / "report.json").exists()


@pytest.mark.parametrize(
    ("kind", "needs"), [("torch", "torch"), ("jax", "jax"), ("keras", "keras"), ("c", ""), ("numpy", "")]
)
def test_a_whole_layer_is_written_for_what_people_have(tmp_path: Path, kind: str, needs: str) -> None:
    if needs and not find_spec(needs):
        pytest.skip(f"{needs} is not installed")
    if kind == "c" and not shutil.which("cc"):
        pytest.skip("cc is not installed")
    within(tmp_path, "rnnspec", "init", "--for", kind)
    case = "lstm_forward/generic"

    step = within(tmp_path, "bash", "-c", f"{steps(tmp_path)[-1]} --case {case}")
    tests = within(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", case)

    assert "rnnspec_candidate.py:candidate is conformant" in step.stdout
    assert "1 passed" in tests.stdout
    assert "examples/" not in (tmp_path / "rnnspec_candidate.py").read_text()
