"""What a candidate leaves behind between its calls, hooks and exits, ends no run as if it had passed."""

import subprocess
import sys
from pathlib import Path

import pytest

RIGHT = "import os, signal, sys\nfrom rnnspec.reference import sigmoid as right\n"
WRONG = "def sigmoid(x):\n    {line}\n    return 2 * right(x)\n"
TRACED = """
def leave(frame, event, argument):
    if "compar" in frame.f_code.co_filename: sys.exit(0)
    return leave
sys.{hook}(leave)
"""
DELETED = """
import numpy as np
class Array(np.ndarray):
    def __del__(self):
        {leave}(0)
def sigmoid(x):
    return (2 * right(x)).view(Array)
"""
TIMED = "signal.signal(signal.{signal}, lambda *_: sys.exit(0))\n"
BEHIND = {
    "a trace": TRACED.format(hook="settrace") + WRONG.format(line=""),
    "a profile": TRACED.format(hook="setprofile") + WRONG.format(line=""),
    "a timer": TIMED.format(signal="SIGALRM") + WRONG.format(line="signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)"),
    "a timer of work": TIMED.format(signal="SIGPROF")
    + WRONG.format(line="signal.setitimer(signal.ITIMER_PROF, 0.01, 0.01)"),
    "a timer from the start": TIMED.format(signal="SIGALRM")
    + "signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)\n"
    + WRONG.format(line=""),
    "a child's end": TIMED.format(signal="SIGCHLD") + WRONG.format(line="import subprocess; subprocess.Popen('true')"),
    "an array": DELETED.format(leave="os._exit"),
    "a deep end": WRONG.format(line="sys.setrecursionlimit(len(__import__('inspect').stack()) + 20)"),
    "no place to import from": "sys.path.clear()\n" + WRONG.format(line="sys.meta_path.clear(); sys.path.clear()"),
    "no list of places": WRONG.format(line="sys.path = sys.meta_path = None"),
    "an exit of the system's": "import posix\n" + WRONG.format(line="posix._exit(0)"),
    "a thread": "import threading\n"
    + WRONG.format(line="t = threading.Thread(target=lambda: os._exit(0)); t.start(); t.join()"),
}
SCRIPT = """
import sys
from rnnspec import check
report = check("layer.py", cases=["sigmoid"])
print("judged:", report.conformant)
sys.exit(not report.conformant)
"""
OWN = """
from rnnspec import parametrize
import layer
@parametrize(layer, cases=["sigmoid"])
def test_conforms(case): case.verify()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and forks")
behind = pytest.mark.drawn("text", [pytest.param(text, id=name) for name, text in BEHIND.items()])


@behind
def test_a_script_that_checks_does_not_end_well(tmp_path: Path, text: str) -> None:
    (tmp_path / "layer.py").write_text(RIGHT + text)
    done = run(tmp_path, "-c", SCRIPT)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "judged: True" not in done.stdout


@behind
def test_nor_does_pytest(tmp_path: Path, text: str) -> None:
    (tmp_path / "layer.py").write_text(RIGHT + text)
    done = run(tmp_path, *PYTEST, "--pyargs", "rnnspec.conformance", "--rnnspec-candidate", "layer.py", "--rnnspec-case", "sigmoid")  # fmt: skip
    assert done.returncode in (1, 3), done.stdout + done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "import posix\n" + WRONG.format(line="posix._exit(0)"),
        "import atexit\natexit.register(os._exit, 0)\n" + WRONG.format(line=""),
        "import atexit\natexit.register(lambda: os._exit(0))\n" + WRONG.format(line=""),
        DELETED.format(leave="os._exit"),
    ],
    ids=["posix", "at exit", "at exit, late", "an array"],
)
def test_two_lines_in_pytest_do_not_end_well(tmp_path: Path, text: str) -> None:
    (tmp_path / "layer.py").write_text(RIGHT + text)
    (tmp_path / "test_own.py").write_text(OWN)
    (tmp_path / "conftest.py").write_text("")
    done = run(tmp_path, *PYTEST)
    assert done.returncode == 1, done.stdout + done.stderr


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["here", "workers"])
def test_what_passes_in_pytest_ends_well(tmp_path: Path, workers: tuple[str, ...]) -> None:
    (tmp_path / "layer.py").write_text(RIGHT + "sigmoid = right\nimport atexit\natexit.register(print, 'at the end')\n")
    (tmp_path / "test_own.py").write_text(OWN)
    (tmp_path / "conftest.py").write_text("")
    done = run(tmp_path, *PYTEST, *workers)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "at the end" in done.stdout or workers


FORKS = {
    "in each call": "def sigmoid(x):\n    if os.fork() == 0: sys.exit(0)\n    os.wait()\n    return right(x)\n",
    "that raises": "def sigmoid(x):\n    if os.fork() == 0: raise ValueError\n    os.wait()\n    return right(x)\n",
    "that returns": "def sigmoid(x):\n    os.fork() and os.wait()\n    return right(x)\n",
    "on import": "if os.fork() == 0: sys.exit(0)\nos.wait()\nsigmoid = right\n",
    "with a code": "def sigmoid(x):\n    if os.fork() == 0: sys.exit(7)\n    assert os.wait()[1] >> 8 == 7\n    return right(x)\n",
}


@pytest.mark.parametrize("text", FORKS.values(), ids=list(FORKS))
def test_a_fork_is_no_second_run(tmp_path: Path, text: str) -> None:
    (tmp_path / "layer.py").write_text(RIGHT + text)
    done = run(tmp_path, "-c", SCRIPT)
    assert done.stdout == "judged: True\n", done.stderr
    assert done.returncode == 0


def test_what_was_there_before_stays(tmp_path: Path) -> None:
    """A debugger's trace, the caller's timer and the folders that a candidate imports from are none of what is put back."""
    (tmp_path / "layer.py").write_text(RIGHT + "sys.path.insert(0, 'mine')\nsigmoid = right\n")
    script = """
import signal, sys
from rnnspec import check
def trace(*_): return None
signal.setitimer(signal.ITIMER_REAL, 60)
sys.settrace(trace)
assert check("layer.py", cases=["sigmoid"]).conformant
assert sys.gettrace() is trace
assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
assert sys.path[0] == "mine"
"""
    done = run(tmp_path, "-c", script)
    assert done.returncode == 0, done.stderr


def test_the_callers_own_end_is_no_verdict(tmp_path: Path) -> None:
    """Who ends the run by a handler of their own has its exit code."""
    (tmp_path / "layer.py").write_text(RIGHT + "sigmoid = right\n")
    script = (
        "import signal, sys\nfrom rnnspec import check\n"
        "check('layer.py', cases=['sigmoid'], progress=lambda *_: sys.exit({code}))"
    )
    assert run(tmp_path, "-c", script.format(code=143)).returncode == 143
    done = run(tmp_path, "-c", script.format(code=0))
    assert done.returncode == 1
    assert "Unjudged: the run ended before its verdict: SystemExit" in done.stderr


def test_a_folder_that_is_gone_does_not_hinder_a_check(tmp_path: Path) -> None:
    script = "import os\nos.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\nfrom rnnspec import check\n"
    done = run(tmp_path, "-c", script + "assert check('reference', cases=['sigmoid']).conformant")
    assert done.returncode == 0, done.stderr


PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
