"""`--isolate`: a Python candidate does the worst there is, for real, and the run goes on and says which."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from planted.programs import survivors
from planted.worst import HOSTILE
from rnnspec.conformance import check
from rnnspec.conformance.candidate import BrokenCandidate, UnknownCandidate
from rnnspec.conformance.remote.program import isolated
from rnnspec.tools import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
# the first is hostile, the second is the one behind it
CASES = ("rnn_forward/generic", "rnn_forward/batch-of-one", "rnn_forward/one-step", "sigmoid/generic")
EXPECTED = {
    "segfault": ("crash", "rnn_forward: the process was killed by SIGSEGV"),
    "abort": ("crash", "rnn_forward: the process was killed by SIGABRT"),
    "leave": ("crash", "rnn_forward: the process ended with exit code 0"),
    "exit": ("error", "rnn_forward raised SystemExit: 0 (hostile.py, line 9)"),
    "hang": ("timeout", "rnn_forward: no answer within 0.5 s"),
    "spin": ("timeout", "rnn_forward: no answer within 0.5 s"),
    "prints": ("pass", ""),
    "writes_10_mb_to_stderr": ("pass", ""),
    "reads_stdin": ("pass", ""),
    "forks_and_returns_twice": ("pass", ""),
    "closes_every_file": ("crash", "rnn_forward: the process ended with exit code 1; its last words: OSError"),
    "leaves_a_daemon": ("pass", ""),
    "leaves_a_daemon_and_hangs": ("timeout", "rnn_forward: no answer within 0.5 s"),
}


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "hostile.py").write_text(HOSTILE, encoding="utf-8")
    monkeypatch.setenv("PIDS", str(tmp_path / "pids"))
    return str(tmp_path / "hostile.py")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="rnnspec", env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def outcomes(candidate: str, timeout: float = 10.0, memory: int | None = 4096, cases: Any = CASES) -> dict[str, Any]:
    with isolated(candidate, timeout, memory) as remote:
        return {outcome.id: outcome for outcome in check(remote, cases=cases).cases}


@pytest.mark.parametrize("how", EXPECTED)
def test_the_run_goes_on_and_says_which(
    how: str, hostile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOW", how)

    found = outcomes(hostile, timeout=0.5 if EXPECTED[how][0] == "timeout" else 10.0)

    outcome, message = EXPECTED[how]
    for name in ("rnn_forward/generic", "rnn_forward/one-step"):
        assert (found[name].outcome, found[name].message[: len(message)]) == (outcome, message)
    assert found["rnn_forward/batch-of-one"].outcome == "pass"
    assert found["sigmoid/generic"].outcome == "pass"
    pids = [int(line.split()[1]) for line in (tmp_path / "pids").read_text().splitlines()] if "daemon" in how else []
    assert len(pids) == (2 if pids else 0)
    if sys.platform == "linux":
        assert survivors(pids) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is only looked at")
def test_exhausted_memory_is_told_and_the_run_goes_on(hostile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOW", "exhaust")

    found = outcomes(hostile, memory=500)

    assert found["rnn_forward/generic"].outcome == "error"
    assert "rnn_forward raised MemoryError" in found["rnn_forward/generic"].message
    assert found["sigmoid/generic"].outcome == "pass"


def test_a_property_that_crashes_is_a_crash(hostile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOW", "segfault")

    found = outcomes(hostile, cases=("rnn_forward/property/repeatable",))

    outcome = found["rnn_forward/property/repeatable"]
    assert outcome.outcome == "crash"
    assert outcome.message == "rnn_forward, repeatable: the process was killed by SIGSEGV"


@pytest.mark.parametrize("candidate", ["notebook", "examples/fused_lstm.py"])
def test_the_report_is_the_one_of_the_same_process(candidate: str) -> None:
    name = str(Path(__file__).resolve().parents[3] / candidate) if candidate.endswith(".py") else candidate
    names = ("sigmoid", "lstm_forward", "lstm_backward")
    with isolated(name) as remote:
        apart = check(remote, cases=names)

    assert apart.spelled == f"check{{dtype}} --case {{case}} --isolate {name}"
    assert replace(apart, spelled="") == check(name, cases=names)


IMPURE = """
from rnnspec.reference import rnn_forward as right, sigmoid as s, lstm_backward
def rnn_forward(x, a0, parameters):
    returned = right(x, a0, parameters)
    x[...] = 0
    return returned
def sigmoid(x): return s(x).tolist()
def softmax(x): return s(x).astype(complex)
"""


def test_what_shares_memory_or_is_no_array_is_caught_across_processes(tmp_path: Path) -> None:
    path = tmp_path / "impure.py"
    path.write_text(IMPURE, encoding="utf-8")

    names = ("rnn_forward/property/inputs-untouched", "sigmoid/generic", "softmax/generic", "lstm_backward/generic")
    found = outcomes(str(path), cases=names)

    assert {name: (o.outcome, o.message) for name, o in found.items()} == {
        "rnn_forward/property/inputs-untouched": ("fail", "x changed in place by the call"),
        "sigmoid/generic": ("fail", "s is a list, want an array"),
        "softmax/generic": ("fail", "p has dtype complex128, want float64"),
        "lstm_backward/generic": ("unsupported", "not defined"),
    }


STARTS = {
    "import ctypes; ctypes.CDLL(None)._exit(0)": "did not start: it ended with exit code 0",
    "import os; os._exit(0)": "did not start: ProcessExit: os._exit(0) (broken.py, line 1)",
    "import ctypes; ctypes.string_at(0)": "did not start: it was killed by SIGSEGV",
    "raise RuntimeError('no luck')": "RuntimeError: no luck",
    "import no_such_package": "needs no_such_package, which is not installed",
}


@pytest.mark.parametrize("text", STARTS)
def test_a_candidate_that_does_not_start_is_broken(text: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text(text, encoding="utf-8")

    result = run("check", "--isolate", str(path))

    assert result.exit_code == 3
    assert STARTS[text] in result.stderr
    assert result.stderr.count("\n") == 1
    with pytest.raises(BrokenCandidate):
        isolated(str(path))


def test_a_name_that_does_not_exist_is_a_matter_of_usage() -> None:
    result = run("check", "--isolate", "no_such_module")

    assert result.exit_code == 2
    assert "no candidate 'no_such_module'" in result.stderr
    with pytest.raises(UnknownCandidate):
        isolated("no_such_module")


def test_a_module_beside_the_candidate_does_not_stand_in_for_one_of_the_library(tmp_path: Path) -> None:
    for name in ("json", "numpy", "selectors"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError\n", encoding="utf-8")
    (tmp_path / "mine.py").write_text("from rnnspec.reference import sigmoid\n", encoding="utf-8")

    command = [
        str(Path(sys.executable).with_name("rnnspec")),
        "check",
        "--isolate",
        "mine",
        "--case",
        "sigmoid/generic",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_the_command_counts_crashes_and_tells_how_to_see_them_again(
    hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOW", "leave")

    names = [part for name in CASES for part in ("--case", name)]
    result = run("check", "--isolate", hostile, "--timeout", "5", *names, "--json", "-")

    assert result.exit_code == 1
    totals = json.loads(result.stdout)["totals"]
    assert {name: n for name, n in totals.items() if n} == {"pass": 2, "crash": 2}
    shown = run("check", "--isolate", hostile, "--timeout", "5", "--case", CASES[0])
    assert f"reproduce: rnnspec check --timeout 5 --case {CASES[0]} --isolate {hostile}" in shown.stdout
    assert "1 crashed" in shown.stdout


def test_an_interrupted_run_leaves_no_process(hostile: str, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("rnnspec")), "check", "--isolate", hostile, "--case", CASES[0]]
    environment = {**os.environ, "HOW": "leaves_a_daemon_and_hangs", "PIDS": str(tmp_path / "pids")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as kit:
        deadline = time.monotonic() + 20
        while not (tmp_path / "pids").exists() or not (tmp_path / "pids").read_text().endswith("\n"):
            assert time.monotonic() < deadline
            time.sleep(0.02)

        kit.terminate()

        assert kit.wait(timeout=10) != 0
    if sys.platform == "linux":
        assert survivors([int((tmp_path / "pids").read_text().split()[1])]) == []


def test_limits_need_a_process_of_their_own() -> None:
    result = run("check", "reference", "--timeout", "3")

    assert result.exit_code == 2
    assert result.stderr == (
        "Error: timeout and memory need --isolate (isolate=True) or a program: this process cannot be limited\n"
    )
