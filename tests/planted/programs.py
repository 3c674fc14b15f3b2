"""Programs for the kit to talk with: small scripts whose one answer to a run is given."""

import sys
import time
from pathlib import Path

from rnnspec.conformance.remote.program import Remote, program

HEAD = """
import base64, json, os, signal, struct, subprocess, sys, time

def say(message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()

def right(message):
    return {"id": message["id"], "outputs": {"s": SIGMOID(message["inputs"]["x"])}}

def SIGMOID(rows):
    import math
    return [[1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z)) for z in row] for row in rows]

STARTED = {"protocol": 1, "dtypes": ["float64"], "arrays": "list", "operations": {"sigmoid": []}}
runs = 0
for line in sys.stdin:
    message = json.loads(line)
    if message["command"] == "stop":
        break
    if message["command"] == "start":
        say(STARTED)
        continue
    runs += 1
"""


def written(folder: Path, answer: str, name: str = "program.py") -> list[str]:
    """The command of a program that does `answer`, statements about `message`, for each run."""
    path = folder / name
    path.write_text(HEAD + "".join(f"    {line}\n" for line in answer.strip().splitlines()), encoding="utf-8")
    return [sys.executable, "-S", str(path)]


def raw(folder: Path, text: str) -> list[str]:
    """The command of a program of its own."""
    path = folder / "raw.py"
    path.write_text(text, encoding="utf-8")
    return [sys.executable, "-S", str(path)]


def started(folder: Path, answer: str, timeout: float = 10.0) -> Remote:
    return program(written(folder, answer), timeout)


def survivors(pids: list[int]) -> list[int]:
    """Those that still live; a process that was killed has a moment to vanish."""
    deadline = time.monotonic() + 5
    while (found := [pid for pid in pids if _alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
