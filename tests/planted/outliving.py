"""Programs that are hard to end. All that they start holds a lock, which tells whether something of it still lives."""

import fcntl
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from .programs import HEAD

LOCKED = """
import fcntl, os, signal, sys, time
lock = os.open({lock!r}, os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
os.set_inheritable(lock, True)

def sleeping(environment):
    os.execve("/bin/sleep", ["sleep", "1000"], environment)
"""
# each runs in a child of the program's
WAYS = {
    "a child": "time.sleep(1000)",
    "a session of its own without an environment": "os.setsid(); sleeping({})",
    "a daemon without an environment": "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\nsleeping({})",
    "deaf": "for n in {*signal.valid_signals()} - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(n, signal.SIG_IGN)\n"
    "os.setsid(); time.sleep(1000)",
    "stopped": "os.setsid(); os.kill(os.getpid(), signal.SIGSTOP)",
    "never twice the same": "os.setsid()\nend = time.monotonic() + 60\nwhile time.monotonic() < end and not os.fork(): pass",
}
SEEN = ("a child", "deaf", "stopped")  # while their parent lives; with the mark in their environment


def clinging(
    folder: Path, before: str = "", answer: str = "time.sleep(1000)", ways: dict[str, str] = WAYS
) -> list[str]:
    """The command of a program that starts children in each way, and tells that in a file `ready`."""
    text = LOCKED.format(lock=str(folder / "lock"))
    for way in ways.values():
        indented = "".join(f"    {line}\n" for line in way.splitlines())
        text += f"if not os.fork():\n{indented}    os._exit(0)\n"
    text += f"time.sleep(0.1)\nopen({str(folder / 'ready')!r}, 'w').close()\n{before}\n"
    text += HEAD + f"    {answer}\n"
    path = folder / "clinging.py"
    path.write_text(text, encoding="utf-8")
    return [sys.executable, "-S", str(path)]


def ready(folder: Path) -> None:
    """Returns once all children are there."""
    deadline = time.monotonic() + 30
    while not (folder / "ready").exists():
        assert time.monotonic() < deadline, "the program did not start"
        time.sleep(0.01)


def all_ended(folder: Path, seconds: float = 10.0) -> bool:
    """Whether nobody holds the lock any more."""
    deadline = time.monotonic() + seconds
    with open(folder / "lock", "r+b") as file:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                time.sleep(0.01)
    return False


def kill_all(folder: Path) -> None:
    """What a failed test has left."""
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            with suppress(OSError):
                if any(os.path.realpath(held) == str(folder / "lock") for held in (process / "fd").iterdir()):
                    os.killpg(os.getpgid(int(process.name)), 9)  # of those that fork without an end, all at once
