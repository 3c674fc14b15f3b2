"""A check by the command runs in a process that it watches: one that ends without its verdict is a failure."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CASE = "sigmoid/generic"
LATER = """
from rnnspec.reference import sigmoid as right
import {module}
def sigmoid(x):
    {leave}
    return right(x)
"""
ENDS = {
    "an exit in C": ("ctypes", "ctypes.CDLL(None)._exit(0)", "ended with exit code 0"),
    "an exit taken before": (
        "os; from rnnspec.conformance.run.guard import _exit",
        "_exit(0)",
        "ended with exit code 0",
    ),
    "another program": ("os", "os.execv('/bin/true', ['true'])", "ended with exit code 0"),
    "a signal": ("os", "os.kill(os.getpid(), 11)", "was killed by SIGSEGV"),
    "an abort": ("os", "os.abort()", "was killed by SIGABRT"),
    "a thread": (
        "os, threading",
        "threading.Thread(target=os._exit, args=(0,)).start(); import time; time.sleep(5)",
        "0",
    ),
}


@pytest.mark.parametrize(("module", "leave", "words"), ENDS.values(), ids=list(ENDS))
def test_the_command_notices_a_process_that_is_gone(tmp_path: Path, module: str, leave: str, words: str) -> None:
    (tmp_path / "gone.py").write_text(LATER.format(module=module, leave=leave))
    done = command(tmp_path, "gone.py", "--case", "sigmoid", "--json", "report.json")
    assert done.returncode == 1
    assert words in done.stderr
    assert "without a verdict" in done.stderr
    assert "in sigmoid/" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "report.json").exists()


def test_leaving_after_the_verdict_changes_nothing(tmp_path: Path) -> None:
    text = "import atexit, os\natexit.register(os._exit, 0)\ndef sigmoid(x):\n    return x\n"
    (tmp_path / "late.py").write_text(text)
    done = command(tmp_path, "late.py", "--case", "sigmoid/generic")
    assert done.returncode == 1
    assert "late.py is not conformant" in done.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("isolate", [(), ("--isolate",)], ids=["here", "isolated"])
def test_the_user_may_end_it(tmp_path: Path, number: int, code: int, isolate: tuple[str, ...]) -> None:
    text = "import pathlib, time\ndef sigmoid(x):\n    pathlib.Path('begun').touch()\n    time.sleep(60)\n"
    (tmp_path / "slow.py").write_text(text)
    words = [sys.executable, "-m", "rnnspec", "check", "slow.py", "--case", CASE, *isolate]
    with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        while not (tmp_path / "begun").exists():
            assert running.poll() is None
            time.sleep(0.01)
        running.send_signal(number)
        _, errors = running.communicate(timeout=20)
    assert running.returncode == code
    assert "Traceback" not in errors


def command(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    asked = [sys.executable, "-m", "rnnspec", "check", *words]
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
