"""A folder with a candidate that has an ordinary mistake, and what the command says of it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HEAD = "import numpy as np\n\ndef softmax(z):\n    e = np.exp(z - z.max(axis=0))\n    return e / e.sum(axis=0)\n"
RNN = """
def rnn_forward(x, a0, p):
    a, states, heads = a0, [], []
    for t in range(x.shape[2]):
        a = np.tanh(p["Wax"] @ x[:, :, t] + p["Waa"] @ a + p["ba"])
        states.append(a)
        heads.append(softmax(p["Wya"] @ a + p["by"]))
    return np.stack(states, axis=2), np.stack(heads, axis=2), None
"""
CELL = """
def rnn_cell_forward(xt, a_prev, p):
    a = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    return a, softmax(p["Wya"] @ a + p["by"]), (xt, a_prev, a, p)

def rnn_cell_backward(da_next, cache):
    xt, a_prev, a, p = cache
    dz = da_next * (1 - a**2)
    dW = {"dWax": dz @ xt.T, "dWaa": dz @ a_prev.T}
    return {"dxt": p["Wax"].T @ dz, "da_prev": p["Waa"].T @ dz, **dW, "dba": dz.sum(axis=1, keepdims=True)}
"""


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def flat(self) -> str:
        """All of it, as if no line had an end."""
        return " ".join((self.out + self.err).split())


class Project:
    """A folder with a candidate in it, and the command run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str, name: str = "mine.py") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, *words: str) -> Said:
        plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "PYTHONWARNINGS")}
        command = [str(Path(sys.executable).with_name("rnnspec")), *words]
        done = subprocess.run(
            command, cwd=self.folder, env={**plain, "PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8"
        )
        assert "Traceback" not in done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def check(self, text: str, *words: str) -> Said:
        self.write(text)
        return self.run("check", "mine.py", *words)
