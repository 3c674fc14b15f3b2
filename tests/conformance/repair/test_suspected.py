"""What is suspected: what rests on a value also where that is held in a tuple with names, where nothing is an array, and where it raises."""

from pathlib import Path

import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check

CELL = """
import numpy as np
from typing import NamedTuple

class Kept(NamedTuple):
    xt: np.ndarray
    a_prev: np.ndarray
    a: np.ndarray
    p: dict

def rnn_cell_forward(xt, a_prev, p):
    a = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    z = p["Wya"] @ a + p["by"]
    parts = [np.zeros_like(z) for each in range(3)]
    parts[0] += z - z.max(axis=0)
    parts[1] += np.exp(parts[0])
    parts[2] += np.log(parts[1].sum(axis=0))
    y = parts[1] / np.exp(parts[2])
    cache = Kept(xt, a_prev, a, p)
    return a, y, cache

def rnn_cell_backward(da_next, cache):
    xt, a_prev, a, p = cache
    dz = da_next * (1 - a**2)
    joined = np.vstack((a_prev, xt))
    dW = dz @ joined.T
    grads = {"dWax": np.zeros_like(p["Wax"]), "dWaa": np.zeros_like(p["Waa"])}
    grads["dWaa"] += dW[:, :len(a)]
    grads["dWax"] += dW[:, len(a):]
    return {"dxt": p["Wax"].T @ dz, "da_prev": p["Waa"].T @ dz, "dba": dz.sum(axis=1, keepdims=True), **grads}
"""


def test_the_cell_is_right(tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_text(CELL)

    assert check(str(tmp_path / "layer.py")).conformant


@pytest.mark.parametrize(
    ("right", "wrong", "operation"),
    [
        ("cache = Kept(xt, a_prev, a, p)", "cache = Kept(xt, np.sort(a_prev, axis=0), a, p)", "rnn_cell_backward"),
        ("return a, y, cache", "return a, cache, cache", "rnn_cell_forward"),
        ("dW = dz @ joined.T", "dW = dz @ a.T", "rnn_cell_backward"),
        (
            "parts = [np.zeros_like(z) for each in range(3)]",
            "parts = [np.zeros_like(z)] * 3",
            "rnn_cell_forward",
        ),
    ],
    ids=["in a named tuple", "no array", "read where it raises", "one buffer for all"],
)
def test_the_line_that_is_wrong_is_told(tmp_path: Path, right: str, wrong: str, operation: str) -> None:
    assert CELL.count(right) == 1
    (tmp_path / "layer.py").write_text(CELL.replace(right, wrong))

    report = check(str(tmp_path / "layer.py"), explain_seconds=AMPLE)

    found = [one for one in report.explanations if one.is_change and one.operation == operation]
    assert [f"-{wrong}", f"+{right}"] in [[line[0] + line[1:].strip() for line in one.difference] for one in found]
