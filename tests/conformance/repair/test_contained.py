"""What is changed may crash, loop, write or print: nothing of that leaves its process, and the search goes on."""

import subprocess
import sys
from pathlib import Path

import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check

WRITINGS = Path(__file__).parents[2] / "writings"
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
    report = check(str(candidate(tmp_path)), explain_seconds=AMPLE)

    (found,) = report.explanations
    assert found.is_change
    assert found.difference[-1].endswith("e = np.exp(x - x.max(axis=0))")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == ["layer_of_all_kinds.py"]
    assert "twice" not in "".join(capfd.readouterr())


RUNS = """
import sys
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.repair.trying import Trying
from rnnspec.golden import load

checks = Checks(candidate_of(sys.argv[1]))
trying = Trying(checks.runner, load, checks.run)
print(*(trying.outcome(id).outcome for id in sys.argv[2:]))
"""
TAKING = """
import time

SECONDS = [-1, 0.3, 0.0, 0.3, *[0.4] * 100]


def rnn_backward(*given, backward=rnn_backward, **named):
    if (seconds := SECONDS.pop(0)) < 0:
        raise ValueError("before it has begun")
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return backward(*given, **named)
"""


def test_a_case_may_take_what_it_has_taken_where_it_was_judged(tmp_path: Path) -> None:
    """What raises at once has not come to what takes long; a property makes many calls."""
    (tmp_path / "layer.py").write_text(
        (WRITINGS / "in_slots.py").read_text(encoding="utf-8") + TAKING, encoding="utf-8"
    )
    ids = [*["rnn_backward/generic"] * 4, "rnn_backward/property/cache-reusable"]

    found = subprocess.run(
        [sys.executable, "-c", RUNS, tmp_path / "layer.py", *ids], capture_output=True, text=True, check=True
    )

    assert found.stdout.split() == ["error", "pass", "pass", "error", "pass"]
