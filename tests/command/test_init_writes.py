"""`init` writes all of its files or none, follows no link, and takes any name of a model."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from planted.shells import names, one_line, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits, devices and links are POSIX's")


@pytest.mark.parametrize("name", ["test_rnnspec.py", "rnnspec_candidate.py", ".github/workflows/rnnspec.yml"])
def test_init_follows_no_link_to_nowhere_and_writes_all_or_none(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    before = names(tmp_path)

    line = one_line(run(tmp_path, "init"))

    assert f"{name}: exists already; nothing was written" in line
    assert names(tmp_path) == before


@pytest.mark.parametrize("blocked", [".github", ".github/workflows"])
def test_init_that_cannot_write_one_file_writes_none(tmp_path: Path, blocked: str) -> None:
    (tmp_path / blocked).parent.mkdir(exist_ok=True)
    (tmp_path / blocked).write_text("a file")
    before = names(tmp_path)

    one_line(run(tmp_path, "init"))

    assert names(tmp_path) == before


@pytest.mark.parametrize(
    "name", ["model.onnx", 'it\'s a "model".onnx', "back\\slash\n.onnx", "$HOME ${{ secrets.X }}: #.onnx", "größe.onnx"]
)
def test_any_name_makes_sound_python_and_yaml(tmp_path: Path, name: str) -> None:
    done = run(tmp_path, "init", "--for", "onnx", "--onnx-file", name)

    assert done.returncode == 0
    (decorator,) = ast.parse((tmp_path / "test_rnnspec.py").read_text()).body[1].decorator_list  # type: ignore[attr-defined]
    assert ast.literal_eval(decorator.args[0]) == f"onnx:{name}"
    text = (tmp_path / ".github/workflows/rnnspec.yml").read_text()
    *_, step = yaml.safe_load(text)["jobs"]["conformance"]["steps"]
    said = subprocess.run(
        ["bash", "-c", f'rnnspec() {{ printf %s "$2"; }}; {step["run"]}'], capture_output=True, text=True, check=True
    )
    assert said.stdout == f"onnx:{name}"
    assert "${{" not in text  # which GitHub would fill in


def test_a_name_that_no_workflow_can_hold_is_refused(tmp_path: Path) -> None:
    line = one_line(run(tmp_path, "init", "--for", "onnx", "--onnx-file", os.fsdecode(b"\xff.onnx")))

    assert "\\udcff.onnx" in line
    assert names(tmp_path) == set()
