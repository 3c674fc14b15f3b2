"""A check in a process of its own: a run that ends without its verdict is a failure, whatever its exit code says.

What is checked shares the run's process, and may end it past Python: by a crash, by an exit in C. So the run says on a
pipe what it is at, last of all its exit code, and the process that was asked for it waits, passes on what ends it, and hears that.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from threading import Thread

from rnnspec.conformance.remote.ending import how
from rnnspec.conformance.remote.handing import inherited, pipe

from . import descriptors

NO_VERDICT, NOT_STARTED = 1, 2
VERDICT = "verdict "  # before the exit code; anything else is the id that runs
ENDED = 100  # and the exit code, where a candidate has closed the pipe: no code that anything else ends with
PATIENCE = 5.0  # seconds that a run has to leave once it is told to
NOTICED = 1.0  # seconds in which a run hears a terminal's interrupt by itself
PASSED_ON = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Told(BaseException):
    """A signal for the end of the run."""


def supervised(arguments: Sequence[str]) -> int:
    """Run the command with these arguments in a process of its own; its exit code, or NO_VERDICT."""
    descriptors.occupied()
    heard, said = pipe()
    # -P: what lies in the current folder stands in for no module of the command's
    command = [sys.executable, "-P", "-m", "rnnspec.tools", inherited(said), *arguments]
    with _listening():
        try:
            running = subprocess.Popen(command, close_fds=False)  # --json may name one: /dev/fd/7
        except OSError as error:
            print(f"Error: a check needs a process of its own: {error}", file=sys.stderr)
            return NOT_STARTED
        finally:
            os.close(said)
        last = [""]
        hearing = Thread(
            target=_hear, args=(heard, last), daemon=True
        )  # what the run leaves behind may hold the pipe open
        hearing.start()
        code = _ended(running)
    hearing.join(NOTICED)
    return _told(code, last[0])


def _hear(heard: int, last: list[str]) -> None:
    with os.fdopen(heard, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            last[0] = line.rstrip("\n")


def _told(code: int, last: str) -> int:
    if last.startswith(VERDICT):
        return int(last.removeprefix(VERDICT))
    if code in {-number for number in PASSED_ON}:
        return 128 - code
    if code >= ENDED:
        return code - ENDED
    where = f" in {last}" if last else " before the first case"
    print(
        f"Error: the run ended without a verdict: its process {how(code)}{where}; "
        "with --isolate that is one case's verdict, and the others have theirs",
        file=sys.stderr,
    )
    return NO_VERDICT


@contextlib.contextmanager
def _listening() -> Iterator[None]:
    """Signals that end a command raise Told."""

    def told(number: int, _: object) -> None:
        raise Told(number)

    before = {number: signal.signal(number, told) for number in PASSED_ON if signal.getsignal(number) != signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ended(running: "subprocess.Popen[bytes]") -> int:
    """Wait for a run, and let it leave where this process is told to."""
    try:
        return running.wait()
    except Told as told:
        number = told.args[0]
    with contextlib.suppress(Told, subprocess.TimeoutExpired):  # told twice: at once
        if number == signal.SIGINT:  # a terminal tells both
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(NOTICED)
        if running.poll() is None:
            running.send_signal(number)
        running.wait(PATIENCE)
    if running.poll() is None:
        running.kill()
        running.wait()
        return -int(number)
    return running.returncode
