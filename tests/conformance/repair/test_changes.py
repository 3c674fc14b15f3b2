"""Which changes of a statement there are: each kind by what it makes of a line."""

import ast

import pytest
from planted.changing import made
from rnnspec.conformance.repair.changes.every import LEVELS, changes
from rnnspec.conformance.repair.changes.words import words_of
from rnnspec.conformance.repair.observing import observed
from rnnspec.conformance.repair.source import File
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
        "total = total + (x[t] @ self.left.T + self.right)  # both",
        "return layer.step(np.ones((4, 3, 2)), np.ones((4, 2)))",
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
