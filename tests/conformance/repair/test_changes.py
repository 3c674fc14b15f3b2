"""Which changes of a statement there are: each kind by what it makes of a line."""

import ast
from pathlib import Path
from typing import Any

import pytest
from rnnspec.conformance.repair.changes.every import LEVELS, changes
from rnnspec.conformance.repair.changes.words import words_of
from rnnspec.conformance.repair.observing import observed
from rnnspec.conformance.repair.source import Change, File
from rnnspec.conformance.repair.telling import lines

TEXT = """
import numpy as np

EPS = 1e-3


class Layer:
    gain = 2.0

    def __init__(self):
        self.left, self.right = np.ones((2, 3)), np.zeros((2, 3))

    def step(self, x, h, scale=1.0):
        total = 0 * h
        for t in range(2):
            if x is not None and t < 2:
                total = total + x[t] @ self.left.T  # both
        a, b = h, total
        y = np.sum(a * b, axis=0) - EPS
        return scale * y, {"h": a, "y": b}


def run():
    layer = Layer()
    return layer.step(np.ones((2, 4, 3)), np.ones((4, 2)))
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> File:
    path = tmp_path_factory.mktemp("own") / "own_layer.py"
    path.write_text(TEXT, encoding="utf-8")
    home: dict[str, object] = {"__file__": str(path), "__name__": "own_layer"}
    exec(compile(TEXT, str(path), "exec"), home)
    run = home["run"]
    assert callable(run)
    seen = observed(run)
    return File(str(path), seen.lines[str(path)], seen)


def made(file: File, change: Change) -> str:
    """The line that it makes, "" for what is no Python."""
    with change.made():
        try:
            ast.unparse(file.tree)
        except (RecursionError, ValueError):
            return ""
    return " ; ".join(line[1:].strip() for line in lines(((file, change),)) if line[0] == "+")


@pytest.fixture(scope="module")
def every(file: File) -> dict[str, float]:
    """All lines that changes of the first levels make, with the rank of the likeliest."""
    words, found = words_of(file), dict[str, float]()
    for level in range(len(LEVELS) - 1):
        for statement in file.statements:
            for change in changes(statement, words, level):
                line = made(file, change)
                found[line] = min(change.rank, found.get(line, change.rank))
    return found


@pytest.mark.parametrize(
    "line",
    [
        "total = total - x[t] @ self.left.T  # both",
        "total = x[t] @ self.left.T  # both",
        "total = total + x[t] @ self.left  # both",
        "total = total + x[t] @ self.right.T  # both",
        "total = total + x[t + 1] @ self.left.T  # both",
        "total = total + x[t - 1] @ self.left.T  # both",
        "total = h + x[t] @ self.left.T  # both",
        "total += total + x[t] @ self.left.T",
        "for t in range(1):",
        "for t in reversed(range(2)):",
        "if x is None and t < 2:",
        "if x is not None and t <= 2:",
        "if x is not None or t < 2:",
        "if x is not None:",
        "(b, a) = h, total",
        "a, b = (total, h)",
        "y = np.mean(a * b, axis=0) - EPS",
        "y = np.sum(a * b, axis=1) - EPS",
        "y = np.sum(a * b) - EPS",
        "y = np.sum(a + b, axis=0) - EPS",
        "y = np.sum(a * b, axis=0) - EPS * h",
        "return (scale * y, {'h': b, 'y': a})",
        'return y, {"h": a, "y": b}',
        "def step(self, x, h, scale=2):",
        "EPS = 0.01",
    ],
)
def test_a_line_is_made(every: dict[str, float], line: str) -> None:
    assert line in every


def lines_of(folder: Path, text: str) -> set[str]:
    """What changes of the first levels make of a file whose function `run` is called."""
    file, every = changes_of(folder, text)
    return {made(file, change) for change in every}


def shown_of(folder: Path, text: str) -> list[list[str]]:
    """The differences that changes of statements make, without what they are indented by."""
    file, every = changes_of(folder, text)
    several = [lines(((file, change),)) for change in every if isinstance(change.part, list)]
    return [[line[0] + line[1:].strip() for line in one] for one in several]


def changes_of(folder: Path, text: str) -> tuple[File, list[Change]]:
    path = folder / "some_layer.py"
    path.write_text(f"import numpy as np\n\n\n{text}", encoding="utf-8")
    home: dict[str, Any] = {"__file__": str(path), "__name__": "some_layer"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), home)
    seen = observed(home["run"])
    file = File(str(path), seen.lines[str(path)], seen)
    words = words_of(file)
    return file, [
        one for level in range(len(LEVELS) - 1) for own in file.statements for one in changes(own, words, level)
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "def run():\n    x = np.ones((2, 3))\n    return np.tile(x, (len(x), 1))\n",
            "return np.repeat(x, len(x), axis=0)",
        ),
        (
            "def run():\n    d = np.ones((6, 3))\n    return d.reshape(2, 3, *d.shape[1:]).sum(axis=0)\n",
            "return d.reshape(3, 2, *d.shape[1:]).sum(axis=1)",
        ),
        (
            "def run():\n    d = np.ones((6, 3))\n    return d.reshape((-1, 3) + d.shape[1:]).sum(axis=0)\n",
            "return d.reshape((3, -1) + d.shape[1:]).sum(axis=1)",
        ),
        (
            "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    for t in range(2):\n        y[t] = t\n"
            "        own = float(t)\n    return y, z\n",
            "z[t] = own",
        ),
        (
            "def twice(d):\n    return 2 * d\n\n\ndef run():\n    y, z = np.zeros(2), np.zeros(2)\n"
            "    for t in range(2):\n        y[t] = twice(t)\n        own = float(t)\n    return y, z\n",
            "z[t] = twice(own)",
        ),
        (
            "def run():\n    total = np.zeros(2)\n    for t in range(2):\n        own = np.ones(2)\n    return total\n",
            "total = total + own",
        ),
        (
            "class S:\n    def __init__(self):\n        self.a, self.c = 1, 2\n\n\n"
            "def run():\n    new, old = S(), S()\n    return old.a, new.c\n",
            "return old.a, new.a",
        ),
        (
            "def turned(x, lengths):\n    return x[:lengths][::-1]\n\n\n"
            "def run():\n    x, lengths = np.ones(3), 2\n    return x[::-1]\n",
            "return turned(x, lengths)",
        ),
        (
            "def only(live, x):\n    return live * x\n\n\ndef run():\n    x, live = np.ones(3), 1\n    return x + 1\n",
            "return only(live, x) + 1",
        ),
        ("def run():\n    x = np.ones((2, 3))\n    y = x\n    return y\n", "y = x.copy()"),
        ("def run():\n    x = np.ones((2, 3))\n    at = 0, None\n    return x[at]\n", "at = 0, slice(None)"),
    ],
)
def test_a_line_is_made_of_another_file(tmp_path: Path, text: str, line: str) -> None:
    assert line in lines_of(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = np.ones(2)\n    y[0] = 1\n    return y, z, own\n",
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = 3\n    y[0:] = 1\n    return y, z\n",
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = np.ones(2)\n    y[0:] = 1\n    z = y\n    return z\n",
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = np.ones(2)\n    y[0:] = 1\n    z.fill(1)\n    return y, z\n",
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = np.ones(2)\n    np.add(y[0:], 1, out=z)\n    return y, z\n",
    ],
    ids=["it is read", "no numbers of floating point", "a name of another", "filled", "written by what is called"],
)
def test_a_lost_statement_is_made_for_what_is_lost_alone(tmp_path: Path, text: str) -> None:
    assert not {line for line in lines_of(tmp_path, text) if line.startswith("z[") and "own" in line}


def test_a_step_of_a_slice_is_turned_where_it_is_no_number(tmp_path: Path) -> None:
    found = lines_of(tmp_path, "def run():\n    x, k = np.ones(3), 1\n    return x[::-1], x[::-k]\n")

    assert "return x[::-1], x[::k]" in found
    assert "return x[::1], x[::-k]" not in found


def test_attributes_of_arrays_and_of_modules_are_no_words_of_others(tmp_path: Path) -> None:
    text = "class S:\n    a = np.ones(2)\n\n\ndef run():\n    s, x = S(), np.ones(2)\n    return s.a.T, s.T if hasattr(s, 'T') else np.abs(x)\n"

    assert not {line for line in lines_of(tmp_path, text) if "s.a.a" in line or "np.a(" in line}


def test_what_a_text_is_made_of_is_changed_within(tmp_path: Path) -> None:
    text = 'def run():\n    k, names = 0, ["a", "b"]\n    return {f"d{names[k]}": 1}\n'
    file, every = changes_of(tmp_path, text)

    assert 'return {f"d{names[k + 1]}": 1}' in lines_of(tmp_path, text)
    for change in every:
        with change.made():
            ast.unparse(file.tree)


@pytest.mark.parametrize("indent", ["    ", "\t", "  "], ids=["four spaces", "a tab", "two spaces"])
def test_what_stands_around_a_change_is_as_it_was(tmp_path: Path, indent: str) -> None:
    text = (
        "def run():\n    total = 0\n    for t in range(3):\n        # of each step\n        x = t\n\n"
        "        # added up\n        total += x\n    # all of them\n    total += 1\n    return total\n"
    )
    found = shown_of(tmp_path, text.replace("    ", indent))

    assert ["-total += x", "+total = x"] in found
    assert ["-total += 1", "+total = 1"] in found
    assert all(line[1:].strip() in text for shown in found for line in shown if line[0] in "- ")


def test_a_line_that_is_moved_is_shown_with_what_it_is_moved_across(file: File) -> None:
    words = words_of(file)
    every = [
        lines(((file, one),)) for own in file.statements for one in changes(own, words, 0) if type(one.part) is list
    ]
    moved = [shown for shown in every if any(line[0] == "+" and f"-{line[1:]}" in shown for line in shown)]

    assert moved
    assert all(" " in {line[0] for line in shown} for shown in moved)


def test_likely_changes_come_before_others(every: dict[str, float]) -> None:
    assert every["total = total - x[t] @ self.left.T  # both"] < every["y = np.sum(a * b, axis=0) - EPS * h"]


def test_the_tree_is_as_it_was(file: File, every: dict[str, float]) -> None:
    assert ast.dump(file.tree) == ast.dump(ast.parse(TEXT))
    assert len(every) > 1000
