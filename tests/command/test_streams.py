"""Streams that are closed, full or narrow, names that no file can have: one line and a documented exit code, never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("rnnspec"))
ONE = ("--case", "sigmoid/zero")
CHECK = ("check", "reference", *ONE)
VERBS = {
    "check": CHECK,
    "json": (*CHECK, "--json", "-"),
    "list": ("list",),
    "show": ("show", "sigmoid"),
    "help": ("--help",),
    "version": ("--version",),
}
by_verb = pytest.mark.parametrize("words", VERBS.values(), ids=VERBS)
FAILING = "def sigmoid(x):\n    return x\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="closes descriptors, and has /dev/full")


def run(folder: Path, *words: str, shell: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, with what the shell does to its streams."""
    return subprocess.run(
        ["bash", "-c", f'exec "$@" {shell}', "bash", COMMAND, *words],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str], says: str, code: int = 2) -> None:
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


@by_verb
@pytest.mark.parametrize(("shell", "why"), [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
def test_an_output_that_cannot_be_written_ends_with_2(
    tmp_path: Path, words: tuple[str, ...], shell: str, why: str
) -> None:
    one_line(run(tmp_path, *words, shell=shell), f"stdout cannot be written: {why}")


def test_a_reader_that_leaves_is_no_verdict(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{COMMAND} show lstm_forward/generic --hex | true; echo ${{PIPESTATUS[0]}}; {COMMAND} list cases | head -1; echo ${{PIPESTATUS[0]}}; {COMMAND} check notebook --no-explain --case rnn_forward | true; echo ${{PIPESTATUS[0]}}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stderr == ""
    shown, _first, listed, checked = done.stdout.splitlines()
    assert (shown, listed, checked) == ("2", "2", "2")


@pytest.mark.parametrize("shell", ["2>&-", "2>/dev/full", "<&-", "2>&- <&-"])
@pytest.mark.parametrize(("words", "code"), [(CHECK, 0), (("check", "wrong.py", *ONE), 1), (("check", "no_such"), 2)])
def test_another_closed_stream_changes_no_verdict(
    tmp_path: Path, words: tuple[str, ...], code: int, shell: str
) -> None:
    (tmp_path / "wrong.py").write_text(FAILING)

    done = run(tmp_path, *words, shell=shell)

    assert done.returncode == code
    assert ("conformant" in done.stdout) == (code < 2)


def test_a_file_is_written_whole_though_a_stream_is_closed(tmp_path: Path) -> None:
    for shell in ("2>&- <&-", ">&- 2>&- <&-"):
        done = run(tmp_path, *CHECK, "--json", "report.json", shell=shell)

        assert done.returncode == (0 if ">&- 2" not in shell else 2)
        assert json.loads((tmp_path / "report.json").read_bytes())["totals"]["pass"] == 1
        (tmp_path / "report.json").unlink()


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_a_narrow_terminal_gets_what_it_can_show(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "wrong.py").write_text(FAILING)

    shown = run(tmp_path, "check", "wrong.py", **environment)
    data = run(tmp_path, "list", "deviations", "--json", "-", **environment)

    assert shown.returncode == 1
    assert "budget" in shown.stdout
    assert shown.stderr == ""
    assert json.loads(data.stdout)


CLOSING = """
import os
from rnnspec.reference import softmax
def sigmoid(x):
    os.closerange({first}, 64)
    return softmax(x)
"""
ISOLATED = ("--isolate", "--case", "sigmoid/zero", "--case", "sigmoid/generic")  # each starts it anew


@pytest.mark.parametrize(("first", "isolate"), [(0, ()), (1, ()), (3, ()), (0, ISOLATED), (3, ISOLATED)])
def test_a_candidate_that_closes_descriptors_ends_nothing_but_itself(
    tmp_path: Path, first: int, isolate: tuple[str, ...]
) -> None:
    (tmp_path / "closing.py").write_text(CLOSING.format(first=first))
    (tmp_path / "known.json").write_text('{"failing": {"float64": {}}}')
    before = (tmp_path / "known.json").read_text()

    done = run(tmp_path, "check", "closing.py", "--json", "report.json", "--baseline", "kept", *isolate)

    assert "Traceback" not in done.stderr
    assert done.returncode == 1 if isolate else done.returncode in (1, 2)
    assert json.loads((tmp_path / "report.json").read_bytes())["candidate"]["name"] == "closing.py"
    assert (tmp_path / "known.json").read_text() == before


LONG = "n" * 5000
NAMES = {
    "no name": ((*CHECK, "--json", ""), "'' is no name of a file"),
    "a file as a folder": ((*CHECK, "--json", "file/x"), "file/x: cannot be written: there is no folder"),
    "a long name": ((*CHECK, "--json", LONG), "cannot be written: File name too long"),
    "a long candidate": (("check", LONG), "no candidate"),
    "a long file": (("check", LONG + ".py"), "no such file"),
    "a long list": ((*CHECK, "--known-failing", LONG), "File name too long"),
    "a long recording": ((*CHECK, "--baseline", LONG), "File name too long"),
    "a long folder": (("init", LONG), "File name too long"),
    "a long export": (("export", LONG, *ONE), "File name too long"),
    "a list without an end": ((*CHECK, "--known-failing", "pipe"), "pipe: cannot be read: is no file"),
    "a list of zeros": ((*CHECK, "--known-failing", "/dev/zero"), "/dev/zero: cannot be read: is no file"),
    "no candidate": (("check", ""), "no candidate ''"),
    "dots": (("check", "..."), "no candidate '...'"),
    "a folder": (("check", "."), "no candidate '.'"),
}


@pytest.mark.parametrize(("words", "says"), NAMES.values(), ids=NAMES)
def test_a_name_that_cannot_be_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    (tmp_path / "file").write_text("")
    os.mkfifo(tmp_path / "pipe")

    one_line(run(tmp_path, *words), says)

    assert {path.name for path in tmp_path.iterdir()} == {"file", "pipe"}


def test_the_longest_name_that_a_file_can_have_is_written(tmp_path: Path) -> None:
    assert run(tmp_path, *CHECK, "--json", "n" * 252).returncode == 0


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"mkdir gone; cd gone; rmdir ../gone; {COMMAND} {' '.join(CHECK)} --json report.json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_a_deep_table_of_choices_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("a = " + "[" * 5000)

    one_line(run(tmp_path, *CHECK), "pyproject.toml: cannot be read")


def test_a_model_with_a_long_name_is_no_file(tmp_path: Path) -> None:
    pytest.importorskip("onnx")

    one_line(run(tmp_path, "check", f"onnx:{LONG}"), "no such file")


SIGNED = """
from rnnspec.reference import rnn_forward as right
class Odd:
    def __call__(self, *arguments, **options):
        return right(*arguments, **options)
    @property
    def __signature__(self):
        {act}
rnn_forward = Odd()
"""
SHAPED = "import numpy as np\ndef sigmoid(x):\n    return {value}\n"
VALUES = (
    "np.empty((0, 1 << 40))",
    "np.empty((0,) * 32)",
    "np.zeros(x.shape, 'M8[s]')",
    "np.zeros(x.shape, object)",
    "memoryview(b'')",
)


@pytest.mark.parametrize("isolate", [(), ("--isolate",)], ids=["here", "isolated"])
@pytest.mark.parametrize("act", ["raise RuntimeError('[/x]')", "raise SystemExit(0)", "return 3"])
def test_a_signature_that_raises_is_none(tmp_path: Path, act: str, isolate: tuple[str, ...]) -> None:
    (tmp_path / "odd.py").write_text(SIGNED.format(act=act))

    done = run(tmp_path, "check", "odd.py", "--case", "rnn_forward", *isolate)

    assert done.returncode == 0, done.stderr
    assert "odd.py is conformant" in done.stdout


@pytest.mark.parametrize("value", VALUES)
def test_an_array_of_any_shape_is_a_failure(tmp_path: Path, value: str) -> None:
    (tmp_path / "odd.py").write_text(SHAPED.format(value=value))

    for isolate in ((), ("--isolate",)):
        done = run(tmp_path, "check", "odd.py", *isolate)

        assert "Traceback" not in done.stderr
        assert done.returncode == 1
        assert "kit could not judge" not in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--rnnspec-candidate", LONG), "no candidate"),
        (("--rnnspec-candidate", LONG + ".py"), "no such file"),
        (("--rnnspec-candidate", "reference", "--rnnspec-known-failing", "pipe"), "pipe: cannot be read: is no file"),
        (("--rnnspec-candidate", "reference", "--rnnspec-known-failing", "/dev/zero"), "/dev/zero: cannot be read"),
    ],
    ids=["name", "file", "pipe", "zeros"],
)
def test_pytest_says_in_one_line_what_cannot_be(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", "rnnspec.conformance", *words],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 4
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
