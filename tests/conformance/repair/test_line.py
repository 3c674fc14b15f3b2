"""Asked for its line, a candidate is told which of its own is wrong also where the equations say what is."""

import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner
from planted.ample import AMPLE
from rnnspec.conformance import check
from rnnspec.conformance.choices import BadChoice
from rnnspec.golden.sized import Size
from rnnspec.tools import main

CASES = ["rnn_cell_forward"]
# right but for the mistake that each test puts in
CELL = """import os

import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)

def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    z = p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"]
    a = np.tanh(z)
    return a, softmax(p["Wya"] @ a + p["by"]), None
"""
WRONG = ('+ p["ba"]', '- p["ba"]')


def written(folder: Path, *changes: tuple[str, str]) -> str:
    text = CELL
    for before, after in changes:
        assert text.count(before) == 1
        text = text.replace(before, after)
    path = folder / "layer.py"
    path.write_text(text, encoding="utf-8")
    return str(path)


def notes(candidate: str, line: bool) -> list[str]:
    report = check(candidate, cases=CASES, explain_seconds=AMPLE, line=line)
    assert [one.is_change for one in report.explanations] == [False]
    return [note for note in report.record.notes if note.startswith("--line")]


def test_it_is_told_where_an_equation_explains(tmp_path: Path) -> None:
    (note,) = notes(written(tmp_path, WRONG), line=True)

    assert note.startswith("--line: with one change at ")
    assert "layer.py:11 all that failed of rnn_cell_forward passes: - z = " in note
    assert note.endswith("+ p['ba']")


def test_it_is_not_looked_for_where_nobody_asks(tmp_path: Path) -> None:
    assert notes(written(tmp_path, WRONG), line=False) == []


def test_that_there_is_none_is_told(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("import os\n", "import os\nfrom other import z_of"),
        ('z = p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"]', "z = z_of(p, xt, a_prev)"),
    )
    (tmp_path / "other.py").write_text("z_of = eval(\"lambda p, x, a: p['Wax'] @ x + p['Waa'] @ a - p['ba']\")\n")

    assert notes(path, line=True) == [
        "--line: no line was found with whose change all that failed of rnn_cell_forward passes: more of"
        " --explain-seconds may find one"
    ]


def test_a_right_one_has_none(tmp_path: Path) -> None:
    report = check(written(tmp_path), cases=CASES, line=True)

    assert report.accepted
    assert not [note for note in report.record.notes if "--line" in note]


def test_where_the_source_cannot_be_looked_at_that_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    sized = check(path, cases=CASES, at=Size.named("n_a=8,n_x=3,m=4"), line=True)
    given = check(runpy.run_path(path), cases=CASES, line=True)
    ended = check(
        written(tmp_path, ("    a = np", "    os.kill(os.getpid(), 9)\n    a = np")),
        cases=CASES,
        isolate=True,
        line=True,
    )

    told = [[note.partition(": ")[2] for note in one.record.notes if "--line" in note] for one in (sized, given, ended)]
    assert told == [
        [f"the candidate's source was not looked at: {why}"]
        for why in (
            "it is for stored goldens alone",
            "it is where it is found by the name of a file or a module of yours",
            "a case crashes or hangs",
        )
    ]


def test_where_nothing_is_to_be_explained_it_is_no_choice(tmp_path: Path) -> None:
    with pytest.raises(BadChoice, match="nothing is to be explained"):
        check(written(tmp_path, WRONG), cases=CASES, explain_seconds=0, line=True)

    done = CliRunner().invoke(main, ["check", "--line", "--no-explain", "reference"], catch_exceptions=False)

    assert (done.exit_code, "nothing is to be explained" in " ".join(done.output.split())) == (2, True)
