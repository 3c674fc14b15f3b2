"""The examples in other languages, built as their first lines say and checked by the command."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
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


def c_only(folder: Path) -> list[str]:
    """By the line that stands in it, but with every warning an error."""
    copied = shutil.copytree(EXAMPLES / "c_only", folder / "c_only")
    command = next(line for line in (copied / "lstm.c").read_text().splitlines() if " cc " in line)
    words = [word if word != "lstm.c" else str(copied / "lstm.c") for word in command.strip(" *").split()]
    strict = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]
    built([tool(words[0]), *strict, *words[1:-1], str(copied / "lstm")])
    return [str(copied / "lstm")]


def node(_: Path) -> list[str]:
    return [tool("node"), str(EXAMPLES / "node" / "lstm.mjs")]


def rust(folder: Path) -> list[str]:
    source = str(EXAMPLES / "rust" / "gru.rs")
    built([tool("rustc"), "--edition", "2021", "-D", "warnings", source, "-o", str(folder / "gru")])
    return [str(folder / "gru")]


@pytest.mark.parametrize(("make", "passed"), [(c, 72), (node, 72), (rust, 33)], ids=["c", "node", "rust"])
def test_an_example_is_conformant(make: object, passed: int, tmp_path: Path) -> None:
    command = make(tmp_path)  # type: ignore[operator]

    result = CliRunner().invoke(main, ["check", "--", *command], prog_name="rnnspec", env={"FORCE_COLOR": None})

    assert result.exit_code == 0, result.output
    assert f"is conformant [float64]: {passed} passed" in " ".join(result.stdout.split())
    assert "crashed" not in result.stdout


def checked(command: list[str], *words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words, "--", *command], prog_name="rnnspec", env={"FORCE_COLOR": None})


@pytest.mark.parametrize(("dtype", "passed"), [("float64", 74), ("float32", 70)])
def test_the_example_that_needs_a_compiler_alone_is_conformant(dtype: str, passed: int, tmp_path: Path) -> None:
    result = checked(c_only(tmp_path), "--dtype", dtype)

    assert result.exit_code == 0, result.output
    assert f"is conformant [{dtype}]: {passed} passed" in " ".join(result.stdout.split())


def test_a_mistake_in_that_example_is_named(tmp_path: Path) -> None:
    command = c_only(tmp_path)
    layer = tmp_path / "c_only" / "layer.h"
    layer.write_text(layer.read_text().replace("REAL into = da[k] + ", "REAL into = "))
    built([tool("cc"), str(tmp_path / "c_only" / "lstm.c"), "-lm", "-o", *command])

    for dtype in ("float64", "float32"):
        result = checked(command, "--case", "lstm_backward", "--dtype", dtype)

        assert result.exit_code == 1
        assert "explained by `no-da-carry`" in result.stdout


@pytest.mark.parametrize(
    "message", ["{", "[]", '{"command":"run"}', '{"command":"run","id":"1","inputs":{"x":[}}', '{"a":"\\']
)
def test_that_example_refuses_what_is_no_json_of_the_protocol(tmp_path: Path, message: str) -> None:
    done = subprocess.run(c_only(tmp_path), input=message, capture_output=True, text=True, timeout=10, check=False)

    assert (done.returncode, done.stderr) == (1, "this is no JSON that rnnspec sends\n")
