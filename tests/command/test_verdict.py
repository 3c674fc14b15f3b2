"""The command's exit code is a verdict only where the run has said it; and once it is said, nothing holds the command."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RIGHT = "import ctypes, os, signal, sys, threading, time\nfrom rnnspec.reference import sigmoid as right\n"
CALL = "def sigmoid(x):\n    {line}\n    return right(x)\n"
ENDS = {
    **{f"an exit in C with {code}": f"ctypes.CDLL(None)._exit({code})" for code in (0, 100, 101, 130)},
    "another program": "os.execv('/bin/sh', ['sh', '-c', 'exit 100'])",
    "a handler": "signal.signal(signal.SIGALRM, lambda *_: sys.exit(0)); sys.setswitchinterval(1e-3); later()",
    "a signal to itself": "os.kill(os.getpid(), signal.SIGTERM)",
    "a hangup of itself": "os.kill(os.getpid(), signal.SIGHUP)",
    "an interrupt of itself": "os.kill(os.getpid(), signal.SIGINT)",
    "closed descriptors": "os.closerange(3, 300)",
}
LATER = """
def later():  # a signal from another process comes between two calls, as no timer of this one does
    os.spawnvp(os.P_NOWAIT, "sh", ["sh", "-c", f"while kill -ALRM {os.getpid()}; do sleep 0.003; done 2>/dev/null"])
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and exits of POSIX")


@pytest.mark.parametrize("line", ENDS.values(), ids=list(ENDS))
def test_an_end_that_nobody_decided_is_no_verdict(tmp_path: Path, line: str) -> None:
    (tmp_path / "ends.py").write_text(RIGHT + LATER + CALL.format(line=line))
    done = command(tmp_path, "ends.py", "--case", "sigmoid")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "verdict" in done.stderr or "not conformant" in done.stdout
    assert (
        "Traceback" not in done.stderr.partition("Exception ignored")[0]
    )  # which Python says of what a handler raised in a callback


def test_words_on_every_descriptor_are_no_verdict(tmp_path: Path) -> None:
    """What is written where the verdict is said is none without the run's own token."""
    text = """
def sigmoid(x):
    for number in range(3, 64):
        try: os.write(number, b"\\nverdict 0\\n")
        except OSError: pass
    os.kill(os.getpid(), signal.SIGKILL)
"""
    (tmp_path / "says.py").write_text(RIGHT + text)
    done = command(tmp_path, "says.py", "--case", "sigmoid")
    assert done.returncode == 1
    assert "was killed by SIGKILL" in done.stderr


STREAMS = {
    "no stderr": "sys.stderr = None",
    "no stream": "sys.stdin = sys.stdout = sys.stderr = None",
    "stderr closed": "sys.stderr.close()",
    "stdout closed": "sys.stdout.close()",
    "all closed": "sys.stdout.close(); sys.stderr.close(); sys.__stdout__.close(); sys.__stderr__.close()",
    "another stream": "import io; sys.stdout = sys.stderr = io.StringIO()",
    "a stream that leaves": "sys.stdout = sys.stderr = type('F', (), {'write': lambda *_: sys.exit(0), 'flush': lambda _: sys.exit(0)})()",
    "detached": "sys.stdout.detach(), sys.stderr.detach()",
}


@pytest.mark.parametrize("where", ["{line}\nsigmoid = right\n", CALL], ids=["on import", "in a call"])
@pytest.mark.parametrize("line", STREAMS.values(), ids=list(STREAMS))
def test_whatever_becomes_of_pythons_streams_the_verdict_is_said(tmp_path: Path, line: str, where: str) -> None:
    (tmp_path / "streams.py").write_text(RIGHT + where.format(line=line))
    done = command(tmp_path, "streams.py", "--case", "sigmoid/generic")
    assert (done.returncode, done.stderr) == (0, "")
    assert "streams.py is conformant" in done.stdout


HOLDING = {
    "a thread": "threading.Thread(target=threading.Event().wait).start()\n",
    "an exit": "import atexit\natexit.register(time.sleep, 60)\n",
}


@pytest.mark.parametrize("line", HOLDING.values(), ids=list(HOLDING))
def test_after_the_verdict_nothing_holds_the_command(tmp_path: Path, line: str) -> None:
    (tmp_path / "holds.py").write_text(RIGHT + line + "sigmoid = right\n")
    done = command(tmp_path, "holds.py", "--case", "sigmoid/generic")
    assert (done.returncode, done.stderr) == (0, "")
    assert "holds.py is conformant" in done.stdout


def test_an_interrupt_at_any_moment_has_its_code(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "rnnspec", "check", "reference", "--case", "lstm"]
    with subprocess.Popen([*words, "--help"], cwd=tmp_path, stdout=subprocess.PIPE) as warm:
        warm.communicate()
    judged = 0
    for wait in (0.04, 0.08, 0.15, 0.25, 0.4):
        with subprocess.Popen(
            words, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as running:
            while not _catches(running.pid, signal.SIGINT):
                time.sleep(0.001)
            time.sleep(wait)
            os.killpg(running.pid, signal.SIGINT)  # as a terminal does
            _, errors = running.communicate(timeout=30)
        if "Traceback" not in errors or "__main__.py" in errors:  # before there is a command, it is Python's start
            assert running.returncode == 130, (wait, errors)
            assert "Traceback" not in errors, (wait, errors)
            judged += 1

    assert judged > 2


def _catches(process: int, number: signal.Signals) -> bool:
    """Is Python's own handler there? A slow machine's interrupt before it ends any program with the signal."""
    (caught,) = re.findall(r"^SigCgt:\s*(\w+)$", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    return bool(int(caught, 16) >> (number - 1) & 1)


def command(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    asked = [sys.executable, "-m", "rnnspec", "check", *words]
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
