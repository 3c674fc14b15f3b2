"""What repairs nothing is not told: what goes by the leavings of another change, by other cells, or by another file; and nothing is written."""

import ast
import importlib
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from rnnspec.conformance import check
from rnnspec.conformance.repair.observing import observed
from rnnspec.conformance.repair.placing import Placing
from rnnspec.conformance.repair.source import Change, File, Spot

OVER = "    e = np.exp({} - np.max({}, axis=0))\n    return e / e.sum(axis=0, keepdims=True)\n"

# the change `g += …` leaves another array behind in the module, with which the next would pass
LEAVINGS = f"""
import numpy as np

START = np.array([0.25])


def softmax(x):
    g = START
    g = g + 1.0
    z = x * g + np.cos(3 * x) ** 2
{OVER.format("z", "z")}"""

# what repairs the first makes the other wrong where it is right
TWO_OF_ONE = f"""
import numpy as np


def scores(x, other):
    return other


def sigmoid(x):
    return 1 / (1 + np.exp(-scores(x, np.cos(5 * x) + 3 * x)))


def softmax(x):
    z = scores(x, np.cos(5 * x) + 3 * x + np.tanh(x) ** 2)
    if x.shape[0] == 1:
        return 1 - (scores(x, x + 1) - x - 1)
{OVER.format("z", "z")}"""

OPENED = f"""
import numpy as np

LOG = open({{path!r}}, "a")


def softmax(x):
    LOG.flush()
    z = np.sin(x) + np.cos(x) ** 3
{OVER.format("z", "z")}"""

ONE_LINE = """
import numpy as np


def kinds(x):
    return np.cos(x) + 7 * x, np.sin(x) + 3 * x, np.exp(-x), np.exp(x - x.max(axis=0)), x


def sigmoid(x):
    a, b, c, d, e = kinds(x)
    return 1 / (1 + a)


def softmax(x):
    a, b, c, d, e = kinds(x)
    return b / b.sum(axis=0, keepdims=True)
"""


def written(folder: Path, text: str, name: str = "layer_not_told.py") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text", [LEAVINGS, TWO_OF_ONE], ids=["what another has left behind", "what it spoils elsewhere"]
)
def test_a_false_repair_is_not_told(tmp_path: Path, text: str) -> None:
    """That which is told passes where it is made."""
    path = written(tmp_path, text)

    report = check(str(path))

    assert not report.conformant
    for one in (one for one in report.explanations if one.is_change):
        lines = [line[1:] for line in one.difference]
        assert len(lines) == 2
        (made := tmp_path / "made.py").write_text(text.replace(*lines), encoding="utf-8")
        repaired = check(str(made), explain_seconds=0)
        assert not {o.id for o in repaired.failures} & {*one.cases}
        assert {o.id for o in repaired.failures} <= {o.id for o in report.failures}


def test_two_changes_of_one_line_are_two(tmp_path: Path) -> None:
    report = check(str(written(tmp_path, ONE_LINE)))

    sigmoid, softmax = (next(e for e in report.explanations if e.operation == name) for name in ("sigmoid", "softmax"))
    assert sigmoid.is_change
    assert softmax.is_change
    assert sigmoid.difference != softmax.difference
    said = subprocess.run(
        [sys.executable, "-m", "rnnspec", "check", str(tmp_path / "layer_not_told.py")],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "the same as in" not in said
    assert said.count("repaired by one change of the source") == 2


def test_a_file_that_the_module_opens_is_no_other_with_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    path = written(tmp_path, OPENED.format(path=str(folder / "seen.log")))

    check(str(path), explain_seconds=3)

    assert os.listdir(folder) == ["seen.log"]


def test_a_change_meets_the_cells_that_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of functions within functions: others of the outer one's are in no cell of the inner."""
    text = (
        "def make():\n    a, b, c = (lambda v, n=n: n for n in 'abc')\n\n    def use(v):\n        return b(v), c(v)\n\n"
        "    return use, lambda: a\n\n\nuse, _ = make()\n"
    )
    path = written(tmp_path, text, "cells_of_others.py")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("cells_of_others")
    seen = observed(lambda: module.use(1))
    file = File(str(path), seen.lines[str(path)], seen)
    (inner,) = (one for one in file.statements if isinstance(one.node, ast.Return))
    change = Change(inner, Spot(inner.node.value.elts[1], "func"), ast.Name("a", ast.Load()), 0.0)  # type: ignore[union-attr]

    with (
        change.made(),
        pytest.raises(ValueError, match="other variables"),
        Placing([file], nullcontext).of(file, inner),
    ):
        pass

    assert module.use(1) == ("b", "c")


def test_another_module_of_that_name_is_not_looked_at(tmp_path: Path) -> None:
    """Which stands further along on the path of this process."""
    right = Path(__file__).parents[2] / "writings" / "in_slots.py"
    text = right.read_text(encoding="utf-8")
    for name, wrong in (("here", "t = order[-slot]"), ("there", "t = order[slot - 1]")):
        (tmp_path / name).mkdir()
        written(tmp_path / name, text.replace("t = order[slot]", wrong), "of_two_homes.py")
    command = [sys.executable, "-m", "rnnspec", "check", "of_two_homes"]
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "there")}

    said = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path / "here", env=env, check=False).stdout

    assert "-        t = order[-slot]\n" in said
