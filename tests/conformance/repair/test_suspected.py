"""What a statement gives is suspected for what rests on it, also where it is held in a tuple with names."""

from pathlib import Path

from planted.ample import AMPLE
from rnnspec.conformance import check

KEPT = """
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
    e = np.exp(z - z.max(axis=0))
    cache = Kept(xt, np.sort(a_prev, axis=0), a, p)
    return a, e / e.sum(axis=0), cache

def rnn_cell_backward(da_next, cache):
    xt, a_prev, a, p = cache
    dz = da_next * (1 - a**2)
    dW = {"dWax": dz @ xt.T, "dWaa": dz @ a_prev.T}
    return {"dxt": p["Wax"].T @ dz, "da_prev": p["Waa"].T @ dz, **dW, "dba": dz.sum(axis=1, keepdims=True)}
"""


def test_what_is_put_into_a_named_tuple_is_suspected(tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_text(KEPT)

    report = check(str(tmp_path / "layer.py"), explain_seconds=AMPLE)

    (found,) = (one for one in report.explanations if one.is_change)
    assert found.operation == "rnn_cell_backward"
    assert "+cache = Kept(xt, a_prev, a, p)" in {line[0] + line[1:].strip() for line in found.difference}
