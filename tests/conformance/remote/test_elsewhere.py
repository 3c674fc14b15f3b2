"""Isolation, limits and the process tree on a system without fork, fcntl, resource, select and adoption: forced, here."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from planted import elsewhere
from planted.outliving import SEEN, WAYS, all_ended, clinging, kill_all, ready
from planted.programs import started, survivors, written
from planted.worst import HOSTILE
from rnnspec.conformance import check
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.conformance.remote.program import program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs here fork")
CASE = "sigmoid/generic"
CASES = ("rnn_forward/generic", "sigmoid/generic")


@pytest.fixture(autouse=True)
def _walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("rnnspec.conformance.remote.tree.SUPERVISOR", elsewhere.supervisor())
    yield
    kill_all(tmp_path)


def rnnspec(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, elsewhere.__file__, "rnnspec", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def reported(*arguments: str, **environment: str) -> dict[str, tuple[str, str]]:
    """Outcome and message of each case, from a kit that has nothing either."""
    with rnnspec("check", "--json", "-", *arguments, **environment) as kit:
        out, errors = kit.communicate(timeout=120)
    assert errors == ""
    return {case["id"]: (case["outcome"], case["message"]) for case in json.loads(out)["cases"]}


ANSWERS = {
    "say(right(message))": ("pass", ""),
    "os.kill(os.getpid(), signal.SIGSEGV)": ("crash", "sigmoid: the process was killed by SIGSEGV"),
    'sys.exit("no more")': ("crash", "sigmoid: the process ended with exit code 1; its last words: no more"),
    "os.close(1); time.sleep(100)": ("crash", "sigmoid: the process closed its stdout"),
    "if os.fork(): os._exit(3)\ntime.sleep(100)": ("crash", "sigmoid: the process ended with exit code 3"),
    "sys.stderr.write('x' * 10_000_000); say(right(message))": ("pass", ""),
    "time.sleep(100)": ("timeout", "sigmoid: no answer within 1 s"),
    "while True: sys.stdout.write('x' * 100_000)": ("error", "sigmoid: its answer has more than the 1050816 bytes"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_a_program_does_is_told(answer: str, tmp_path: Path) -> None:
    want, message = ANSWERS[answer]
    timeout = "1" if want == "timeout" else "20"

    found = reported("--timeout", timeout, "--case", CASE, "--", *written(tmp_path, answer))

    assert found[CASE][0] == want
    assert found[CASE][1].startswith(message)


def test_a_python_candidate_is_isolated(tmp_path: Path) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE, encoding="utf-8")
    names = [part for name in CASES for part in ("--case", name)]

    found = reported("--isolate", str(tmp_path / "hostile.py"), *names, HOW="leave")

    assert found[CASES[0]] == ("crash", "rnn_forward: the process ended with exit code 0")
    assert found[CASES[1]][0] == "pass"


def test_memory_is_looked_at_and_the_message_says_so(tmp_path: Path) -> None:
    answer = "held = []\nwhile True: held.append(b'x' * 10_000_000); time.sleep(0.01)"

    found = reported("--memory", "200", "--case", CASE, "--", *written(tmp_path, answer))

    assert found[CASE] == (
        "crash",
        "sigmoid: the process was ended: it, or what it started, held more than 200 MB when that was looked at, every 0.2 s",
    )


def test_a_limit_that_is_kept_is_none(tmp_path: Path) -> None:
    assert reported(
        "--memory", "200", "--case", CASE, "--", *written(tmp_path, "time.sleep(0.6); say(right(message))")
    )[CASE] == ("pass", "")


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_what_was_seen_or_has_the_mark_does_not_outlive_the_kit(name: str, tmp_path: Path) -> None:

    orphan = {"an orphan with the mark": "if os.fork(): os._exit(0)\nos.setsid(); time.sleep(1000)"}
    command = clinging(tmp_path, ways={**{way: WAYS[way] for way in SEEN}, **orphan})
    with rnnspec("check", "--timeout", "60", "--case", CASE, "--", *command) as kit:
        ready(tmp_path)
        kit.send_signal(getattr(signal, name))
        kit.communicate(timeout=20)

    assert all_ended(tmp_path)


def test_a_descendant_that_was_seen_is_known_when_it_is_an_orphan(tmp_path: Path) -> None:
    """It has neither its parent nor its environment any more, and was there for longer than between two looks."""
    pid = tmp_path / "pid"
    leaves = f"""
import os, time
if not os.fork():
    os.setsid()
    open({str(pid)!r}, "w").write(str(os.getpid()))
    os.execve("/bin/sleep", ["sleep", "1000"], {{}})
time.sleep(0.7)
"""
    answer = f"subprocess.run([sys.executable, '-c', {leaves!r}]); say(right(message))"

    with started(tmp_path, answer) as remote:
        assert check(remote, cases=(CASE,)).conformant

    assert survivors([int(pid.read_text())]) == []


def test_a_supervisor_without_psutil_says_so_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnspec.conformance.remote.tree._library", lambda: str(tmp_path))

    with pytest.raises(BrokenCandidate, match="did not start: No module named 'psutil'"):
        program(written(tmp_path, "say(right(message))"))


def test_what_is_no_program_is_told() -> None:
    with pytest.raises(BrokenCandidate, match=r"no-such-program did not start: No such file or directory"):
        program(["no-such-program"])


def test_a_program_is_asked_to_leave_before_it_is_made_to(tmp_path: Path) -> None:
    command = written(tmp_path, "say(right(message))")
    path = Path(command[-1])
    path.write_text(path.read_text("utf-8") + f"open({str(tmp_path / 'left')!r}, 'w')\n", "utf-8")
    before = time.monotonic()

    with program(command) as remote:
        assert check(remote, cases=(CASE,)).conformant

    assert (tmp_path / "left").exists()
    assert time.monotonic() - before < 10
