"""`rnnspec export` and `rnnspec judge`: files in place of a pipe, and what can be wrong with them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rnnspec.golden import load
from rnnspec.reference import FUNCTIONS, OPERATIONS
from rnnspec.tools import main

CHOSEN = ("lstm_backward", "rnn_network_forward", "pad_packed_sequence", "sigmoid")
CASE = "sigmoid/generic"


def run(*arguments: object) -> Result:
    given = [str(argument) for argument in arguments]
    result = CliRunner().invoke(main, given, prog_name="rnnspec", env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def fill(folder: Path, change: Callable[[str, Any], Any] = lambda _, array: array) -> None:
    """What a firmware would do: read case.json and the arrays it names, write the results it names."""
    for name in json.loads((folder / "export.json").read_text())["cases"]:
        case = json.loads((folder / name / "case.json").read_text())
        groups = [
            {
                n: np.load(folder / name / a["file"]) if "file" in a else np.array(a["value"])
                for n, a in case[group].items()
            }
            for group in ("inputs", "parameters")
        ]
        operation = OPERATIONS[case["operation"]]
        outputs = operation.named(operation.call(FUNCTIONS, *groups), [*groups[0], *groups[1]])
        for output, array in outputs.items():
            np.save(folder / name / case["results"][output]["file"], change(output, array))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "here"
    result = run("export", folder, *(part for name in CHOSEN for part in ("--case", name)))
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def here(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "here"))


@pytest.fixture
def one(here: Path) -> Path:
    """One case alone has results."""
    path = here / CASE / "results" / "s.npy"
    np.save(path, load(CASE).outputs["s"])
    return path


def test_right_results_are_conformant(here: Path) -> None:
    fill(here)

    result = run("judge", here, "--json", "-")

    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["totals"]["pass"] == len(report["cases"]) > 60
    assert {case["operation"] for case in report["cases"]} == set(CHOSEN)


def test_results_in_other_layouts_are_right_too(here: Path) -> None:
    fill(here, lambda _, array: np.asfortranarray(array))

    assert run("judge", here).exit_code == 0


def test_wrong_results_are_named_as_check_names_them(here: Path) -> None:
    fill(here, lambda name, array: -array if name == "dbf" else array)

    # as a user runs it: of two names that fit a process that has explained before may come to the other
    command = [sys.executable, "-m", "rnnspec", "judge", str(here)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert "lstm_backward/two-steps: dbf is outside its budget" in result.stdout
    assert "explained by one edit of the equation" in " ".join(result.stdout.split())
    assert "      + -dbf" in result.stdout
    assert f"reproduce: rnnspec judge {here} --case lstm_backward/two-steps" in result.stdout


def test_an_export_without_any_result_says_so(here: Path) -> None:
    result = run("judge", here, "--case", "sigmoid")

    assert result.exit_code == 5
    assert "has no results of what was asked for" in " ".join(result.stdout.split())


def test_an_export_holds_no_expected_value(exported: Path) -> None:
    golden = load("lstm_backward/generic")

    files = [path for path in (exported / golden.id).rglob("*") if path.is_file()]

    names = {path.name for path in files}
    assert names == {"case.json"} | {f"{name}.npy" for name in (*golden.inputs, *golden.parameters)}


def test_float32_is_exported_and_judged_as_such(tmp_path: Path) -> None:
    assert run("export", tmp_path / "f", "--dtype", "float32", "--case", "sigmoid").exit_code == 0
    fill(tmp_path / "f")

    result = run("judge", tmp_path / "f")

    assert np.load(tmp_path / "f" / CASE / "inputs" / "x.npy").dtype == np.float32
    assert result.exit_code == 0
    assert "is conformant [float32]" in " ".join(result.stdout.split())


def test_without_results_nothing_is_tested(here: Path) -> None:
    result = run("judge", here)

    assert result.exit_code == 5
    assert "nothing tested" in result.stdout


def test_a_case_without_results_is_not_tested(here: Path, one: Path) -> None:
    result = run("judge", here)

    assert result.exit_code == 0
    assert "no results" in result.stdout
    assert ": 1 passed, " in result.stdout


def test_one_case_can_be_judged_alone(here: Path, one: Path) -> None:
    result = run("judge", here, "--case", CASE)

    assert result.exit_code == 0
    assert "here is conformant [float64]: 1 passed " in " ".join(result.stdout.split())


def pickled(path: Path) -> None:
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def promising(path: Path) -> None:
    np.save(path, np.zeros(1))
    path.write_bytes(path.read_bytes().replace(b"(1,)", b"(999999999999,)", 1))


WRONG: list[tuple[Callable[[Path], object], str, str]] = [
    (pickled, "error", "holds Python objects"),
    (piped, "error", "is no file"),
    (promising, "error", "cannot be read"),
    (lambda path: path.write_bytes(b""), "error", "cannot be read"),
    (lambda path: path.write_bytes(b"\x93NUMPY\x01\x00\xff\xff{"), "error", "cannot be read"),
    (lambda path: path.write_bytes(path.read_bytes()[:-8]), "error", "has 272 bytes of data, want 280"),
    (lambda path: np.save(path, np.zeros((2, 2))), "fail", "s has shape (2, 2), want (5, 7)"),
    (lambda path: np.save(path, np.zeros((5, 7), "f4")), "fail", "s has dtype float32, want float64"),
    (lambda path: np.save(path, np.full((5, 7), np.nan)), "fail", "s is not finite"),
    (lambda path: np.save(path, np.full((5, 7), "x")), "fail", "s has dtype <U1, want float64"),
    (lambda path: path.rename(path.with_name("t.npy")), "fail", "lacks s.npy"),
    (lambda path: np.save(path.with_name("t.npy"), np.zeros(1)), "fail", "has t.npy, which sigmoid does not have"),
]


@pytest.mark.parametrize(("spoil", "outcome", "words"), WRONG, ids=[f"{i}-{row[2]}" for i, row in enumerate(WRONG)])
def test_a_hostile_result_is_one_cases_verdict(
    spoil: Callable[[Path], object], outcome: str, words: str, here: Path, one: Path
) -> None:
    spoil(one)

    result = run("judge", here, "--case", CASE, "--json", "-")

    case = json.loads(result.stdout)["cases"][0]
    assert result.exit_code == 1
    assert case["outcome"] == outcome
    assert words in case["message"]
    assert outcome == "fail" or str(one) in case["message"]


INDICES = {
    "{": "is no JSON",
    "[]": "want an object",
    '{"format": 2}': "has format 2, want 1",
    '{"format": 1, "goldens": "other"}': "was exported from other goldens",
}


@pytest.mark.parametrize("text", INDICES)
def test_a_folder_that_is_no_export_is_a_matter_of_usage(text: str, here: Path) -> None:
    (here / "export.json").write_text(text, encoding="utf-8")

    result = run("judge", here)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {here / 'export.json'}: ")
    assert INDICES[text] in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("change", [{"cases": ["../../etc"]}, {"cases": [3]}, {"dtype": "int64"}, {"cases": {}}])
def test_an_index_that_names_what_is_not_there_is_refused(change: dict[str, Any], here: Path) -> None:
    index = json.loads((here / "export.json").read_text())
    (here / "export.json").write_text(json.dumps({**index, **change}), encoding="utf-8")

    assert run("judge", here).exit_code == 2


@pytest.mark.parametrize("arguments", [("judge", "--case", "rnn_forward"), ("judge", "--case", "nothing")])
def test_cases_that_were_not_exported_are_a_matter_of_usage(arguments: tuple[str, ...], here: Path) -> None:
    verb, *options = arguments

    assert run(verb, here, *options).exit_code == 2


def test_nothing_is_written_over(exported: Path, tmp_path: Path) -> None:
    result = run("export", exported)

    assert result.exit_code == 2
    assert "is not empty" in result.stderr
    assert run("export", tmp_path / "new", "--case", "nothing").exit_code == 2
    assert not (tmp_path / "new").exists()
