"""The supervisor is not noticed: a program has its pipes, its environment, its signals, and its end is told as it was."""

import gc
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from planted import elsewhere
from planted.programs import raw, written
from rnnspec.conformance.remote.pipes import Pipe
from rnnspec.conformance.remote.process import Died, Late, Process
from rnnspec.conformance.remote.tree import SUPERVISOR

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="exit codes and signals are POSIX's")
TELLS = """
import json, os, signal
input()
print(json.dumps({
    "environment": dict(os.environ),
    "open": sorted(int(name) for name in os.listdir("/dev/fd"))[:-1],
    "folder": os.getcwd(),
    "session": os.getsid(0) == os.getpid(),
    "ignored": [n for n in signal.valid_signals() if signal.getsignal(n) == signal.SIG_IGN],
    "blocked": [*signal.pthread_sigmask(signal.SIG_BLOCK, [])],
}), flush=True)
"""


@pytest.fixture(params=["adopted", "walked"], autouse=True)
def _road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "walked":
        monkeypatch.setattr("rnnspec.conformance.remote.tree.SUPERVISOR", elsewhere.supervisor())
    elif sys.platform != "linux":
        pytest.skip("orphans are adopted on Linux alone")


def soon() -> float:
    return time.monotonic() + 20


def told(command: list[str]) -> dict[str, Any]:
    process = Process(command)
    try:
        found: dict[str, Any] = json.loads(process.exchange(b"\n", soon(), 100_000))
        return found
    finally:
        process.kill()


def test_a_program_has_what_it_would_have_without_a_supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITH", "a\nline")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.chdir(tmp_path)
    command = raw(tmp_path, TELLS)

    found = told(command)

    alone = json.loads(
        subprocess.run(command, input=b"\n", stdout=subprocess.PIPE, start_new_session=True, check=True).stdout
    )
    found["environment"].pop("RNNSPEC_PROCESS", None)
    assert found == {**alone, "open": [0, 1, 2]}


def test_bytes_that_are_no_text_reach_a_program(tmp_path: Path) -> None:
    command = [
        *raw(tmp_path, "import os, sys; input(); print(list(os.fsencode(sys.argv[1])))"),
        os.fsdecode(b"\xff\xfe"),
    ]

    process = Process(command)

    assert process.exchange(b"\n", soon(), 1000) == b"[255, 254]"
    process.kill()


ENDS = {f"exit {code}": f"ended with exit code {code}" for code in (0, 1, 127, 255)} | {
    "kill -SEGV $$": "was killed by SIGSEGV",
    "kill -KILL $$": "was killed by SIGKILL",
    "kill -PIPE $$": "was killed by SIGPIPE",
    "kill -TERM $$": "was killed by SIGTERM",
    "kill -40 $$": "was killed by signal 40",
    "sleep 100 & exit 4": "ended with exit code 4",
}


@pytest.mark.parametrize("end", ENDS)
def test_an_end_is_told_as_it_was(end: str) -> None:
    process = Process(["sh", "-c", f"read line; {end}"])

    with pytest.raises(Died) as error:
        process.exchange(b"\n", soon(), 1000)

    assert str(error.value) == ENDS[end]
    assert not process.running


def test_an_end_between_two_answers_is_told_with_the_next(tmp_path: Path) -> None:
    process = Process(["sh", "-c", "read line; echo first; exit 5"])
    assert process.exchange(b"\n", soon(), 1000) == b"first"
    time.sleep(0.2)

    with pytest.raises(Died, match="ended with exit code 5"):
        process.exchange(b"\n", soon(), 1000)


def test_what_is_said_before_the_end_is_heard() -> None:
    for _ in range(20):
        process = Process(["sh", "-c", "read line; echo last words >&2; printf '%0100000d\\n' 7; exit 6"])
        assert len(process.exchange(b"\n", soon(), 200_000)) == 100_000
        process.kill()
        assert process.last_words == "last words"


def test_a_message_that_nobody_reads_is_waited_for_until_the_deadline() -> None:
    process = Process(["sh", "-c", "echo early; sleep 100"])
    start = time.monotonic()

    with pytest.raises(Late):
        process.exchange(b"x" * 10_000_000, start + 0.3, 1000)

    assert 0.3 <= time.monotonic() - start < 2
    process.kill()


def test_messages_larger_than_a_pipe_pass_both_ways() -> None:
    process = Process(["cat"])
    for size in (1, 65_536, 1 << 20, (1 << 20) + 1, 10_000_000):
        assert process.exchange(b"x" * size + b"\n", soon(), size) == b"x" * size
    process.kill()


def test_a_process_that_nobody_holds_any_more_leaves_no_thread_and_no_descriptor() -> None:
    def one() -> tuple[int, int]:
        process = Process(["cat"])
        assert process.exchange(b"mine\n", soon(), 100) == b"mine"
        del process
        gc.collect()
        deadline = time.monotonic() + 5
        while any(isinstance(thread, Pipe) for thread in threading.enumerate()) and time.monotonic() < deadline:
            time.sleep(0.01)
        return threading.active_count(), len(os.listdir("/dev/fd"))

    first = one()

    assert one() == first


def test_a_kit_without_stdin_stdout_and_stderr_has_programs_too(tmp_path: Path) -> None:
    command = written(tmp_path, "say(right(message))")
    text = f"""
import os, sys
for n in (0, 1, 2): os.close(n)
from rnnspec.conformance import check
from rnnspec.conformance.remote import tree
tree.SUPERVISOR = {tuple(sys.modules["rnnspec.conformance.remote.tree"].SUPERVISOR)!r}
open({str(tmp_path / "passed")!r}, "w").write(str(check({command!r}, cases=["sigmoid/generic"]).conformant))
"""
    subprocess.run([sys.executable, "-c", text], check=True, timeout=60)

    assert (tmp_path / "passed").read_text() == "True"


def test_nothing_of_a_folder_stands_in_for_a_module_of_the_supervisor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("os", "signal", "time", "ctypes", "resource", "psutil", "subprocess"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    process = Process(["cat"])

    assert process.exchange(b"mine\n", soon(), 100) == b"mine"
    process.kill()


def test_a_supervisor_imports_next_to_nothing() -> None:
    """Each start of a program waits for it."""
    (theirs, lifeline), (news, status) = os.pipe(), os.pipe()
    command = [*SUPERVISOR[:3], "-X", "importtime", SUPERVISOR[3], str(theirs), str(status), "0", "", "true"]
    os.close(lifeline)

    done = subprocess.run(command, pass_fds=(theirs, status), capture_output=True, text=True)

    assert os.read(news, 100).startswith(b"started\n")
    for descriptor in (theirs, news, status):
        os.close(descriptor)
    imported = {line.split("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "signal" in imported
    assert not imported & {"typing", "subprocess", "threading", "contextlib", "psutil", "re"}
