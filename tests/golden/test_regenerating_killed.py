"""Two regenerations at once, and one that is killed: a folder holds the old goldens or the new, and nothing else for long."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from planted.goldens import committed, generic, larger
from rnnspec.golden import FOLDER, cases
from rnnspec.golden.replacing import alone, write
from rnnspec.golden.verify import problems

TESTS = Path(__file__).resolve().parents[1]
COMMAND = str(Path(sys.executable).with_name("rnnspec"))
# one golden an operation, each output larger by one, is put in place; at one of the moves the process gets a signal
WRITING = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from planted.goldens import generic, larger
from rnnspec.golden.replacing import alone, write
from rnnspec.tools.regenerate import leaving

fresh, replace, calls = larger(generic()), os.replace, []

def replacing(*paths):
    calls.append(paths)
    if len(calls) == {at}:
        os.kill(os.getpid(), {signal})
    replace(*paths)

os.replace = replacing
with leaving(), alone(Path(sys.argv[1])):
    write(Path(sys.argv[1]), fresh)
"""
ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL)
MOVES = (1, 2, 9, 40)  # at which it is killed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".regenerate.lock"
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    old = generic()
    old.pop("softmax/generic")  # which the new have
    old["softmax/zero"] = committed(next(entry for entry in cases() if entry.id == "softmax/zero"))
    write(tmp_path / "golden", old)
    return tmp_path / "golden"


@pytest.mark.parametrize("how", ENDS, ids=lambda how: how.name)
@pytest.mark.drawn("at", MOVES)
def test_one_that_is_ended_in_the_middle_changes_nothing(folder: Path, how: signal.Signals, at: int) -> None:
    before = contents(folder)

    script = WRITING.format(tests=str(TESTS), at=at, signal=int(how))
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False)

    assert done.returncode == (128 + how if how in (signal.SIGTERM, signal.SIGHUP) else -how), done.stderr
    if how is signal.SIGKILL:
        with alone(folder):  # as the next one begins
            pass
    assert contents(folder) == before
    assert list(problems(folder)) == []


def test_one_that_is_killed_when_all_is_in_place_has_changed_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = larger(generic())
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)  # as if it had no time left
    write(folder, fresh)
    monkeypatch.undo()
    assert list(folder.glob(".regenerat*"))

    with alone(folder):
        pass

    assert list(problems(folder)) == []
    assert set(contents(folder)) == {"manifest.json", *(f"{name}.npz" for name in fresh)}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """All goldens but for some, which are proven anew."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "whole"))
    for path in sorted(folder.glob("*/generic.npz")):
        path.unlink()
    return folder


def regenerate(folder: Path) -> subprocess.Popen[str]:
    words = [COMMAND, "regenerate", "--workers", "1", "--goldens", str(folder)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def at_work(folder: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not (folder / ".regenerate.lock").exists() or not children(process.pid):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda how: how.name)
def test_a_second_one_is_refused_and_the_first_leaves_at_once_when_told_to(whole: Path, how: signal.Signals) -> None:
    before = contents(whole)
    first = regenerate(whole)
    at_work(whole, first)

    second = regenerate(whole)
    told = second.communicate(timeout=60)[1]
    workers = children(first.pid)
    first.send_signal(how)
    first.communicate(timeout=10)

    assert second.returncode == 2
    assert told == f"Error: {whole}: another `rnnspec regenerate` is at work there; wait for its end\n"
    assert first.returncode in (128 + how, 1)  # 1 is click's for Ctrl-C
    assert contents(whole) == before
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_folder_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = regenerate(tmp_path / "file" / "golden")

    assert done.communicate(timeout=60)[1].count("\n") == 1
    assert done.returncode == 2
    assert os.listdir(tmp_path) == ["file"]
