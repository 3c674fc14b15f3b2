"""Answers that are made to cost: each is refused in the time and in the memory that a right one may take."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from planted.programs import HEAD, started, written
from rnnspec.conformance import check
from rnnspec.conformance.candidate import Faulty, TimedOut
from rnnspec.conformance.remote import protocol
from rnnspec.conformance.remote.encoding import Malformed, parsed
from rnnspec.conformance.remote.need import NUMBER, WORDS, Need, need
from rnnspec.conformance.remote.program import program
from rnnspec.golden import cases, load

TIMEOUT = 2.0
MORE = 48  # MB that an answer may cost the kit
WRITE = """
import sys
def write(text, times=1, before="", behind=""):
    sys.stdout.write(before)
    for _ in range(times): sys.stdout.write(text)
    print(behind, flush=True)
def array(text, times, last):
    write(text, times, '{"id":"' + message["id"] + '","outputs":{"s":[', last + "]}}")
"""
ANSWERS = {
    "lists in lists": "write('[' * 100_000, 1000)",
    "100 MB of lists": "array('[],' * 34_000, 1000, '[]')",
    "100 MB of objects": "array('{},' * 34_000, 1000, '{}')",
    "100 MB of numbers": "array('1,' * 50_000, 1000, '1')",
    "100 MB of base64": "write('A' * 100_000, 1000, '{\"id\":\"')",
    "100 MB of words": "write('x' * 100_000, 1000, '{\"id\":\"' + message['id'] + '\",\"error\":\"', '\"}')",
    "a number of 100 MB": "write('9' * 100_000, 1000)",
    "a number as long as a line may be": f"write('9' * {WORDS - 100})",
    "as many objects as a line may have": f"array('{{}},' * {WORDS // 3 - 100}, 1, '1')",
    "as many keys as a line may have": f"array('{{\"a\":1}},' * {WORDS // 8 - 100}, 1, '1')",
    "as many lists as a line may have": f"array('[],' * {WORDS // 3 - 100}, 1, '1')",
    "as many lists in lists as a line may have": f"array('[' * {WORDS // 2 - 100} + ']' * {WORDS // 2 - 100}, 1, '')",
    "as many texts as a line may have": f"array('\"ab\",' * {WORDS // 5 - 100}, 1, '1')",
    "as many numbers as a line may have": f"array('1.5,' * {WORDS // 4 - 100}, 1, '1')",
    "numbers of 4,300 digits": "array('9' * 4300 + ',', 240, '1')",
    "a line without an end": "while True: sys.stdout.write('x' * 100_000)",
    "an end that never comes": "sys.stdout.write('{'); sys.stdout.flush(); time.sleep(1000)",
    "a byte at a time": "while True: sys.stdout.write('['); sys.stdout.flush(); time.sleep(0.01)",
    "lines that are none": "while True: sys.stdout.write('\\n' * 100_000)",
    "nothing but zeros": "while True: sys.stdout.write('\\0' * 100_000)",
}
MEASURED = """
import json, sys, time
from pathlib import Path
from rnnspec.conformance import check, program

def held():
    return next(int(l.split()[1]) for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("VmHWM"))

with program(sys.argv[2:], timeout=float(sys.argv[1])) as remote:
    check(remote, cases=["sigmoid/tiny"])
    before, start = held(), time.monotonic()
    found = check(remote, cases=["sigmoid/generic"]).cases[0]
    seconds = time.monotonic() - start
print(json.dumps([found.outcome, found.message, (held() - before) / 1024, seconds]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the most that a process has held is read from /proc")
@pytest.mark.drawn("how", ANSWERS)
def test_a_hostile_answer_takes_no_more_than_a_right_one_may(how: str, tmp_path: Path) -> None:
    answer = "if runs == 1: say(right(message))\nelse:\n    " + ANSWERS[how]
    command = written(tmp_path, answer)
    Path(command[-1]).write_text(WRITE + Path(command[-1]).read_text(encoding="utf-8"), "utf-8")

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(TIMEOUT), *command], capture_output=True, text=True, timeout=60
    )

    assert done.stderr == ""
    outcome, message, more, seconds = json.loads(done.stdout)
    assert outcome in ("error", "fail", "timeout")
    assert len(message) < 300
    assert more < MORE
    assert seconds < TIMEOUT + 1


def test_what_a_program_says_when_it_starts_is_limited_too(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("input(); print('[' * 100_000_000, flush=True); input()", encoding="utf-8")

    with pytest.raises(Exception, match="did not start: it has more than the 1048576 bytes"):
        program([sys.executable, "-S", str(path)])


def test_reading_an_answer_takes_of_the_time_for_it(tmp_path: Path) -> None:
    """It is there in time, and as long as is allowed here."""
    path = tmp_path / "program.py"
    ready = "LONG = '[' + '1.5,' * 10_000_000 + '1]'\n"
    path.write_text(
        ready + HEAD + "    print('{\"id\":\"' + message['id'] + '\",\"outputs\":{\"s\":' + LONG + '}}', flush=True)\n"
    )
    golden = load("sigmoid/generic")
    message = protocol.run(golden.entry.operation, "float64", golden.inputs, {}, as_list=True)

    with (
        program([sys.executable, "-S", str(path)], timeout=0.6) as remote,
        pytest.raises(TimedOut, match="no answer within 0"),
    ):
        remote.peer.ask(message, "sigmoid", Need(10_000_000))


def test_words_are_cut_and_the_run_goes_on(tmp_path: Path) -> None:
    with started(tmp_path, "say({'id': message['id'], 'error': 'x' * 1_000_000})") as remote:
        found = check(remote, cases=("sigmoid/generic", "sigmoid/tall")).cases

    assert [(o.outcome, len(o.message)) for o in found] == [("error", 400)] * 2


@pytest.mark.parametrize("as_list", [False, True])
def test_every_right_answer_fits(as_list: bool) -> None:
    for entry in cases():
        golden = load(entry.id)
        given = {**golden.inputs, **golden.parameters}

        wanted = need(entry.operation, given, entry.operation.expected(given))

        numbers = sum(array.size for array in golden.outputs.values())
        assert numbers <= wanted.numbers <= 50 * numbers
        line = protocol.line(protocol.run(entry.operation, "float64", {}, golden.outputs, as_list))
        assert len(line) < WORDS / 8 + NUMBER * numbers
        assert sum(map(line.count, (b"[", b"{", b":"))) < wanted.parts / 4


def test_what_an_answer_needs_is_known_where_the_call_is_wrong() -> None:
    golden = load("lstm_network_backward/deep-ragged")
    given = {**golden.inputs, **golden.parameters}
    for name in given:
        rest = {n: a for n, a in given.items() if n != name}
        assert need(golden.entry.operation, rest, golden.entry.operation.expected(rest)).numbers > 0


def test_an_answer_is_refused_before_it_is_parsed() -> None:
    line = b'{"a":' + b"[" * 100 + b"]" * 100 + b"}"

    assert parsed(line, 200)
    with pytest.raises(Malformed, match="has more than 100 lists, objects and keys"):
        parsed(line, 100)


def test_an_answer_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    answer = "sys.stdout.buffer.write(json.dumps(right(message)).encode('utf-16') + b'\\n'); sys.stdout.flush()"
    with started(tmp_path, answer) as remote:
        golden = load("sigmoid/generic")
        message = protocol.run(golden.entry.operation, "float64", golden.inputs, {}, as_list=True)
        with pytest.raises(Faulty, match="its answer is no JSON"):
            remote.peer.ask(message, "sigmoid", Need(35))
