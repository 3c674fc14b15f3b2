"""Programs that break the protocol, in each way there is: the run goes on, and what is late or strange is never believed."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from planted.programs import HEAD, raw, started, survivors, written
from rnnspec.conformance import check
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.conformance.remote.program import program
from rnnspec.conformance.run.outcome import Outcome

ODD, EVEN = "sigmoid/generic", "sigmoid/tall"
FIRST = "if runs == 1:\n"


def outcome(folder: Path, answer: str, timeout: float = 10.0) -> Outcome:
    with started(folder, answer, timeout) as remote:
        return check(remote, cases=(ODD,)).cases[0]


ANSWERS = {
    "say(right(message))": ("pass", ""),
    'say({"id": message["id"], "unsupported": "not today"})': ("unsupported", "not today"),
    'say({"id": message["id"], "error": "two\\nlines\\x1b[31m"})': ("error", "two lines [31m"),
    'say({"id": message["id"], "outputs": {}})': ("fail", "answered without s; want s"),
    'a = right(message)["outputs"]; say({"id": message["id"], "outputs": {"y": a["s"]}})': (
        "fail",
        "answered y, without s; want s",
    ),
    'say({"id": message["id"], "outputs": {"s": [[0.5]]}})': ("fail", "s has shape (1, 1), want (5, 7) (n m)"),
    'say({"id": message["id"], "outputs": {"s": None}})': ("error", "sigmoid: its answer 's' is None, want lists"),
    'a = right(message); a["outputs"]["t"] = 1; say(a)': ("fail", "answered t, which sigmoid does not have"),
    'print("computing"); say(right(message))': ("error", "sigmoid: its answer is no JSON: 'computing'"),
    "print(right(message)); sys.stdout.flush()": ("error", "sigmoid: its answer is no JSON"),
    'say({**right(message), "id": "0"})': ("error", "sigmoid: its answer has id '0', want"),
    'say({**right(message), "seconds": 1})': ("error", "sigmoid: its answer is an object with"),
    "os.kill(os.getpid(), signal.SIGSEGV)": ("crash", "sigmoid: the process was killed by SIGSEGV"),
    "os.kill(os.getpid(), signal.SIGKILL)": ("crash", "sigmoid: the process was killed by SIGKILL"),
    'sys.exit("no more")': ("crash", "sigmoid: the process ended with exit code 1; its last words: no more"),
    # as Rust has it, with a stack and a note behind it
    "sys.exit(\"thread 'main' (7) panicked at a.rs:1:7:\\nno such index\\nstack backtrace:\\n 0: main\\nnote: set it\")": (
        "crash",
        "sigmoid: the process ended with exit code 1; its last words: thread 'main' (7) panicked at a.rs:1:7: no such index",
    ),
    "os.close(1); time.sleep(100)": ("crash", "sigmoid: the process closed its stdout"),
    "sys.stdout.write('half'); sys.stdout.flush(); os._exit(0)": (
        "crash",
        "sigmoid: the process ended with exit code 0",
    ),
    # a child holds the pipes open, so that no end of file tells of the death
    "if os.fork(): os._exit(3)\ntime.sleep(100)": ("crash", "sigmoid: the process ended with exit code 3"),
    "sys.stderr.write('x' * 10_000_000); say(right(message))": ("pass", ""),
    "os.kill(os.getpid(), signal.SIGSTOP)": ("timeout", "sigmoid: no answer within 0.4 s"),
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(100)": ("timeout", "sigmoid: no answer within 0.4 s"),
    "while True: sys.stderr.write('x' * 100_000)": ("timeout", "sigmoid: no answer within 0.4 s"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_a_program_does_is_told(answer: str, tmp_path: Path) -> None:
    want, message = ANSWERS[answer]

    found = outcome(tmp_path, answer, 0.4 if want == "timeout" else 10.0)

    assert (found.outcome, found.message[: len(message)]) == (want, message)


def test_a_late_answer_is_not_the_next_cases(tmp_path: Path) -> None:
    """It would be right for the case that it is late for, and wrong for the next."""
    late = f"if not os.path.exists({str(tmp_path / 'once')!r}):\n    open({str(tmp_path / 'once')!r}, 'w')\n"
    with started(tmp_path, late + "    time.sleep(0.6)\nsay(right(message))", 0.4) as remote:
        found = check(remote, cases=(ODD, EVEN)).cases

    assert sorted((o.id, o.outcome) for o in found) == [(ODD, "timeout"), (EVEN, "pass")]


def test_a_second_answer_is_not_the_next_cases(tmp_path: Path) -> None:
    with started(tmp_path, "say(right(message)); say(right(message))") as remote:
        found = check(remote, cases=(ODD, EVEN)).cases

    assert [o.outcome for o in found] == ["pass", "error"]
    assert "its answer has id" in found[1].message


def test_after_a_crash_the_next_case_is_asked_of_a_new_process(tmp_path: Path) -> None:
    answer = "if len(message['inputs']['x']) == 5: os.abort()\nsay(right(message))"
    with started(tmp_path, answer) as remote:
        found = check(remote, cases=("sigmoid",)).cases

    crashed = {o.id for o in found if o.outcome == "crash"}
    assert ODD in crashed
    assert {o.outcome for o in found if o.id not in crashed} == {"pass", "unsupported"}


def test_the_next_process_may_be_begun_before_a_crash_and_ends_with_the_rest(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    begun = f"open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
    answer = "if len(message['inputs']['x']) == 5: os.abort()\nsay(right(message))"
    path = Path(written(tmp_path, answer)[-1])
    path.write_text(path.read_text().replace("runs = 0\n", f"runs = 0\n{begun}"))

    with program([sys.executable, "-S", str(path)]) as remote:
        remote.peer.keep_ready()
        first = check(remote, cases=(ODD, EVEN)).cases
        second = check(remote, cases=(ODD, EVEN)).cases
        remote.peer.keep_ready()

    assert [{o.id: o.outcome for o in found} for found in (first, second)] == [{ODD: "crash", EVEN: "pass"}] * 2
    several = [int(pid) for pid in pids.read_text().split()]
    assert len(several) == len({*several}) == 4  # two that fell over, each with one ahead
    assert survivors(several) == []


def test_what_does_not_start_again_is_not_started_for_every_case(tmp_path: Path) -> None:
    once = tmp_path / "once"
    text = f"import os\nif os.path.exists({str(once)!r}): raise SystemExit(4)\nopen({str(once)!r}, 'w')\n"
    path = tmp_path / "program.py"
    path.write_text(text + HEAD + "    os.abort()\n", encoding="utf-8")

    with program([sys.executable, "-S", str(path)]) as remote:
        found = check(remote, cases=(ODD, EVEN, "sigmoid/tiny")).cases

    assert [o.outcome for o in found] == ["crash"] * 3
    assert "not started again after it fell over" in found[1].message
    assert "exit code 4" in found[2].message


def test_whatever_a_program_has_started_ends_with_it(tmp_path: Path) -> None:
    """Children in its group, in groups and in sessions of their own, orphans, and those deaf to signals."""
    pids = tmp_path / "pids"
    sleeping = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)"
    answer = f"""
for session in (False, True):
    p = subprocess.Popen([sys.executable, "-S", "-c", {sleeping!r}], start_new_session=session)
    open({str(pids)!r}, "a").write(f"{{p.pid}}\\n")
if os.fork() == 0:
    os.setsid()
    open({str(pids)!r}, "a").write(f"{{os.getpid()}}\\n")
    if os.fork() == 0:
        open({str(pids)!r}, "a").write(f"{{os.getpid()}}\\n")
        time.sleep(1000)
    os._exit(0)
while open({str(pids)!r}).read().count("\\n") < 4:
    time.sleep(0.01)
say(right(message))
"""
    with started(tmp_path, answer) as remote:
        assert check(remote, cases=(ODD,)).conformant

    found = [int(line) for line in pids.read_text().split()]
    assert len(found) == 4
    if sys.platform == "linux":
        assert survivors(found) == []


def test_a_program_is_asked_to_leave_before_it_is_made_to(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(HEAD + "    say(right(message))\n" + f"open({str(tmp_path / 'left')!r}, 'w')\n", encoding="utf-8")

    with program([sys.executable, "-S", str(path)]) as remote:
        check(remote, cases=(ODD,))

    assert (tmp_path / "left").exists()


def test_a_program_that_does_not_leave_is_made_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnspec.conformance.remote.process.GRACE", 0.2)
    path = tmp_path / "program.py"
    path.write_text(HEAD + "    say(right(message))\nwhile True: sys.stdout.write('bye' * 9999)\n", encoding="utf-8")
    before = time.monotonic()

    with program([sys.executable, "-S", str(path)]) as remote:
        assert check(remote, cases=(ODD,)).conformant

    assert time.monotonic() - before < 5


STARTS = {
    "": "it ended with exit code 0",
    "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)": "it was killed by SIGSEGV",
    "raise SystemExit('no licence')": "it ended with exit code 1; its last words: no licence",
    "print('hello', flush=True); input()": "its answer to start is no JSON: 'hello'",
    "print('{}', flush=True); input()": "its answer to start lacks dtypes, operations, protocol",
    """print('{"error": "no device"}', flush=True); input()""": "no device",
    "import time; time.sleep(100)": "no answer within 0.5 s",
}


@pytest.mark.parametrize("text", STARTS)
def test_a_program_that_does_not_start_is_broken(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnspec.conformance.remote.peer.START", 0.5 if "100" in text else 30.0)

    with pytest.raises(BrokenCandidate) as error:
        program(raw(tmp_path, text), timeout=0.5)

    assert STARTS[text] in str(error.value)


@pytest.mark.parametrize("command", [["no-such-program"], ["/"], ["\0"]])
def test_what_is_no_program_is_broken(command: list[str]) -> None:
    with pytest.raises(BrokenCandidate, match="did not start"):
        program(command)


def test_a_dtype_that_a_program_does_not_have_is_not_tested(tmp_path: Path) -> None:
    with started(tmp_path, "say(right(message))") as remote:
        report = check(remote, "float32", cases=("sigmoid",))

    assert not report.tested
    assert {o.message for o in report.cases} == {"not offered: float32"}


def test_a_restart_takes_no_time_of_its_own(tmp_path: Path) -> None:
    with started(tmp_path, "os._exit(0)") as remote:
        before = time.monotonic()
        found = check(remote, cases=("sigmoid",)).cases
        seconds = time.monotonic() - before

    crashes = sum(o.outcome == "crash" for o in found)
    assert crashes > 10
    assert seconds / crashes < 0.5


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    def one() -> int:
        with started(tmp_path, "os._exit(0)") as remote:
            check(remote, cases=("sigmoid",))
        return len(os.listdir("/dev/fd"))

    first = one()

    assert one() == first
    assert signal.getsignal(signal.SIGCHLD) in (signal.SIG_DFL, None)


def test_a_command_of_texts_is_a_program(tmp_path: Path) -> None:
    report = check(written(tmp_path, "say(right(message))"), cases=(ODD,))

    assert report.conformant
