"""The examples in other languages, built as their first lines say and checked by the command."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from rnnspec.tools import main

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def built(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def c(folder: Path) -> list[str]:
    compiler = tool("cc")
    probe = subprocess.run(
        [compiler, "-E", "-x", "c", "-"], input="#include <jansson.h>", capture_output=True, text=True
    )
    if probe.returncode:
        pytest.skip("jansson.h, of libjansson-dev, is not installed")
    shutil.copytree(EXAMPLES / "c", folder / "c")
    built([tool("make"), "-C", str(folder / "c"), "-B", "CFLAGS=-O1 -Wall -Wextra -Werror"])
    return [str(folder / "c" / "lstm")]


def node(_: Path) -> list[str]:
    return [tool("node"), str(EXAMPLES / "node" / "lstm.mjs")]


def rust(folder: Path) -> list[str]:
    source = str(EXAMPLES / "rust" / "gru.rs")
    built([tool("rustc"), "--edition", "2021", "-D", "warnings", source, "-o", str(folder / "gru")])
    return [str(folder / "gru")]


@pytest.mark.parametrize(("make", "passed"), [(c, 69), (node, 69), (rust, 31)], ids=["c", "node", "rust"])
def test_an_example_is_conformant(make: object, passed: int, tmp_path: Path) -> None:
    command = make(tmp_path)  # type: ignore[operator]

    result = CliRunner().invoke(main, ["check", "--", *command], prog_name="rnnspec", env={"FORCE_COLOR": None})

    assert result.exit_code == 0, result.output
    assert f"is conformant [float64]: {passed} passed" in result.stdout
    assert "crashed" not in result.stdout
