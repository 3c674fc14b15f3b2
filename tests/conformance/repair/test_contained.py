"""What is changed may crash, loop, write or print: nothing of that leaves its process, and the search goes on."""

from pathlib import Path

import pytest
from rnnspec.conformance import check

LAYER = """
import ctypes
import itertools
import os

import numpy as np


def at_an_end(z):
    ctypes.string_at(0)


def for_ever(z):
    for _ in itertools.count():
        z = z + 0
    return z


def on_paper(z):
    with open({paper!r}, "w") as file:
        file.write("changed")
    os.mkdir({folder!r})
    return z


def twice(z):
    print("twice")
    return 2 * z


def odd(z):
    a = np.sin(7 * z)
    return np.cos(a) + a * z + 2


def rare(z):
    if z is None:
        at_an_end(z), for_ever(z), on_paper(z), twice(z), np.exp(z)
    return z


def softmax(x):
    rare(x)
    e = odd(x - x.max(axis=0))
    return e / e.sum(axis=0, keepdims=True)
"""


def candidate(folder: Path) -> Path:
    """With a function in the place of exp: who tries the others comes by those that do what they must not."""
    path = folder / "layer_of_all_kinds.py"
    path.write_text(LAYER.format(paper=str(folder / "paper"), folder=str(folder / "made")), encoding="utf-8")
    return path


def test_the_search_goes_on_behind_what_it_changes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    report = check(str(candidate(tmp_path)), explain_seconds=12)

    (found,) = report.explanations
    assert found.is_change
    assert found.difference[-1].endswith("e = np.exp(x - x.max(axis=0))")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == ["layer_of_all_kinds.py"]
    assert "twice" not in "".join(capfd.readouterr())
