"""Asked for its line, a candidate is told which of its own is wrong also where the equations say what is."""

import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner
from planted.ample import AMPLE
from rnnspec.conformance import check
from rnnspec.golden.sized import Size
from rnnspec.tools import main

# right but for the mistake that each test puts in
CELL = """import numpy as np

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
    report = check(candidate, cases=["rnn_cell_forward"], explain_seconds=AMPLE, line=line)
    assert [one.is_change for one in report.explanations] == [False]
    return [note for note in report.record.notes if note.startswith("--line")]


def test_it_is_told_where_an_equation_explains(tmp_path: Path) -> None:
    (note,) = notes(written(tmp_path, WRONG), line=True)

    assert note.startswith("--line: ")
    assert "layer.py:9: - z = " in note
    assert "+ p['ba']: with it" in note
    assert note.endswith("with it all cases of rnn_cell_forward pass")


def test_it_is_not_looked_for_where_nobody_asks(tmp_path: Path) -> None:
    assert notes(written(tmp_path, WRONG), line=False) == []


def test_that_there_is_none_is_told(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("import numpy as np", "import numpy as np\nfrom other import z_of"),
        ('z = p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"]', "z = z_of(p, xt, a_prev)"),
    )
    (tmp_path / "other.py").write_text("z_of = eval(\"lambda p, x, a: p['Wax'] @ x + p['Waa'] @ a - p['ba']\")\n")

    assert notes(path, line=True) == [
        "--line: no one change of the source was found with which all cases of rnn_cell_forward pass"
    ]


def test_a_right_one_has_none(tmp_path: Path) -> None:
    report = check(written(tmp_path), cases=["rnn_cell_forward"], line=True)

    assert report.accepted
    assert not [note for note in report.record.notes if "--line" in note]


def test_where_the_source_cannot_be_looked_at_that_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    sized = check(path, cases=["rnn_cell_forward"], at=Size.named("n_a=8,n_x=3,m=4"), line=True)
    given = check(runpy.run_path(path), cases=["rnn_cell_forward"], line=True)

    for report in (sized, given):
        assert not report.accepted
        assert [note.partition(":")[2] for note in report.record.notes if "--line" in note] == [
            " the candidate's source was not looked at: it is where it is found by a name, for stored goldens, and no case"
            " crashes or hangs"
        ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--line", "--no-explain", "reference"), "leave out --no-explain"),
        (("--line", "--", "./layer"), "of a program --source says where to look"),
    ],
)
def test_what_goes_with_nothing_is_told(words: tuple[str, ...], why: str) -> None:
    done = CliRunner().invoke(main, ["check", *words], catch_exceptions=False)

    assert (done.exit_code, why in " ".join(done.output.replace("│", " ").split())) == (2, True)
