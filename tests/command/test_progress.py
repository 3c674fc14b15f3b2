"""What a terminal shows while the command works."""

import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from rnnspec.tools import progress

WRONG = "import numpy as np\n\ndef softmax(x):\n    return np.sin(7 * x)\n"


def shown(folder: Path, *arguments: str) -> str:
    """What stderr gets where that is a terminal."""
    pty = pytest.importorskip("pty", reason="a system without terminals of its own")
    (folder / "mine.py").write_text(WRONG, encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rnnspec", "check", "mine.py", "--case", "softmax", *arguments]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=theirs) as kit:
        os.close(theirs)
        told = b""
        try:
            while part := os.read(ours, 4096):
                told += part
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    assert kit.returncode == 1
    return told.decode(errors="replace")


def test_a_terminal_is_told_of_checking_and_then_of_explaining(tmp_path: Path) -> None:
    told = shown(tmp_path)

    assert told.index("checking") < told.index("explaining")


def test_a_pipe_is_told_what_takes_long_behind_the_last_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET", 0.05)
    stream = StringIO()

    with progress.progressing("checking", stream, "explaining") as told:
        told(1, 2)
        time.sleep(0.15)
        told(2, 2)
        time.sleep(0.5)

    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("checking: at work for ")
    assert lines[-1].startswith("explaining: at work for ")


def test_a_pipe_is_told_of_work_of_which_nothing_is_done_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET", 0.05)
    stream = StringIO()

    with progress.progressing("checking", stream):
        time.sleep(0.3)

    assert stream.getvalue().splitlines()[0] == "checking: at work for 0 s"
    told = stream.getvalue()
    time.sleep(0.3)
    assert stream.getvalue() == told
