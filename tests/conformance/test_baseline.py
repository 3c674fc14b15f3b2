"""A recording of a candidate's own outputs: what moves within its budget is conformant, and told."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rnnspec.conformance import check
from rnnspec.golden import cases, load
from rnnspec.reference import softmax
from rnnspec.tools import main

TEXT = """from rnnspec.reference import softmax as right

def softmax(x):
    return right(x){change}
"""
ONE_ULP = " * (1 + 2.220446049250313e-16)"


@pytest.fixture
def candidate(tmp_path: Path) -> Callable[[str], str]:
    def write(change: str) -> str:
        path = tmp_path / "candidate.py"
        path.write_text(TEXT.format(change=change))
        return str(path)

    return write


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words])


def flat(result: Result) -> str:
    """What it says, as if no line had an end."""
    return " ".join(result.output.split())


def test_the_same_outputs_are_the_same(tmp_path: Path, candidate: Callable[[str], str]) -> None:
    first = run(candidate(""), "--baseline", str(tmp_path / "kept"))
    again = run(candidate(""), "--baseline", str(tmp_path / "kept"))

    assert first.exit_code == again.exit_code == 0
    count = len(list((tmp_path / "kept/float64/softmax").glob("*.npz")))
    assert f"outputs of {count} cases recorded" in flat(first)
    assert f"outputs of {count} cases are the same bits as recorded" in flat(again)


def test_what_moved_within_its_budget_is_told(tmp_path: Path, candidate: Callable[[str], str]) -> None:
    run(candidate(""), "--baseline", str(tmp_path / "kept"))

    assert check(candidate(ONE_ULP)).conformant
    result = run(candidate(ONE_ULP), "--baseline", str(tmp_path / "kept"), "--json", str(tmp_path / "report.json"))

    assert result.exit_code == 1
    assert "moved since they were recorded, by up to " in flat(result)
    assert " of the budget (p of softmax/" in flat(result)
    assert len(json.loads((tmp_path / "report.json").read_text())["record"]["problems"]) == 1
    with np.load(tmp_path / "kept/float64/softmax/generic.npz") as kept:
        assert np.array_equal(kept["p"], softmax(load("softmax/generic").inputs["x"]))


LAYER = """
import numpy as np
from rnnspec.adapt import Last
from rnnspec.reference import lstm_forward as right

def lstm_forward(x, a0, parameters):
    a, y, c, caches = right(x, a0, parameters)
    return a, {head}, {states}, caches
"""


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [
        (("None", "Last(c[:, :, -1])"), ("None", "Last(c[:, :, -1] * (1 + 2**-52))"), "(c_last of lstm_forward/generic)"),
        (("None", "c"), ("y", "c"), "y is new in 1 cases (lstm_forward/generic)"),
        (("y", "c"), ("None", "c"), "y is given no more in 1 cases (lstm_forward/generic)"),
        (("None", "None"), ("None", "Last(c[:, :, -1])"), "c_last is new in 1 cases (lstm_forward/generic)"),
        (("y", "c"), ("y.astype(np.float32)", "c"), "y is float32 (2, 7, 4), was float64 (2, 7, 4) in 1 cases (lstm_forward/generic)"),
    ],
)  # fmt: skip
def test_what_changed_besides_its_numbers_is_said_in_words(
    tmp_path: Path, first: tuple[str, str], then: tuple[str, str], says: str
) -> None:
    path = tmp_path / "candidate.py"
    for head, states in (first, then):
        path.write_text(LAYER.format(head=head, states=states))
        result = run(str(path), "--case", "lstm_forward/generic", "--baseline", str(tmp_path / "kept"))

    assert result.exit_code == 1
    assert says in flat(result)
    assert "infinitely" not in result.output
    assert ("of the budget (" in flat(result)) == ("c_last of" in says)


def test_a_recording_is_never_overwritten(tmp_path: Path, candidate: Callable[[str], str]) -> None:
    run(candidate(""), "--baseline", str(tmp_path / "kept"))
    before = {path: path.read_bytes() for path in (tmp_path / "kept").rglob("*.npz")}

    run(candidate(ONE_ULP), "--baseline", str(tmp_path / "kept"))

    assert {path: path.read_bytes() for path in (tmp_path / "kept").rglob("*") if path.is_file()} == before


def test_dtypes_are_recorded_apart_and_partial_runs_lose_nothing(
    tmp_path: Path, candidate: Callable[[str], str]
) -> None:
    kept = str(tmp_path / "kept")
    run(candidate(""), "--baseline", kept)

    narrow = run(candidate(""), "--baseline", kept, "--dtype", "float32")
    partial = run(candidate(""), "--baseline", kept, "--case", "softmax/generic")

    assert narrow.exit_code == partial.exit_code == 0
    assert "1 cases are the same bits" in flat(partial)
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {"float64", "float32"}


def test_what_is_offered_no_more_is_told(tmp_path: Path, candidate: Callable[[str], str]) -> None:
    kept = str(tmp_path / "kept")
    run(candidate(""), "--baseline", kept)
    path = tmp_path / "candidate.py"
    path.write_text("from rnnspec.reference import sigmoid\n")

    result = run(str(path), "--baseline", kept)

    lost = sum(e.operation.name == "softmax" for e in cases())
    assert result.exit_code == 1
    assert f"outputs of {lost} cases recorded once, are no more" in flat(result)


def test_a_file_that_is_no_recording_is_refused_in_one_line(tmp_path: Path, candidate: Callable[[str], str]) -> None:
    kept = tmp_path / "kept"
    run(candidate(""), "--baseline", str(kept), "--case", "softmax/generic")
    spoilt = kept / "float64/softmax/generic.npz"
    spoilt.write_bytes(b"no zip")

    result = run(candidate(""), "--baseline", str(kept), "--case", "softmax/generic")

    assert result.exit_code == 2
    assert result.output.splitlines()[-1].startswith(f"Error: {spoilt}: cannot be used as a recording")
