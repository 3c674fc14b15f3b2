"""A check in a process of its own: a run that ends without its verdict is a failure, whatever its exit code says.

What is checked shares the run's process, and may end it past Python: by a crash, by an exit in C. So the run says in
a file what it is at, last of all its exit code, and the process that was asked for it waits, passes on what ends it, and reads that.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

NO_VERDICT, NOT_STARTED = 1, 2
VERDICT = "verdict "  # before the exit code; anything else in the file is the id that runs
PATIENCE = 5.0  # seconds that a run has to leave once it is told to
NOTICED = 1.0  # seconds in which a run hears a terminal's interrupt by itself
PASSED_ON = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Told(BaseException):
    """A signal for the end of the run."""


def supervised(arguments: Sequence[str]) -> int:
    """Run the command with these arguments in a process of its own; its exit code, or NO_VERDICT."""
    try:
        return _supervised(arguments)
    except OSError as error:
        print(f"Error: a check needs a temporary file and a process of its own: {error}", file=sys.stderr)
        return NOT_STARTED


def _supervised(arguments: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="rnnspec-") as folder:
        state = Path(folder, "state")
        state.touch()
        # -P: what lies in the current folder stands in for no module of the command's
        command = [sys.executable, "-P", "-m", "rnnspec.tools", str(state), *arguments]
        with _listening():
            code = _ended(subprocess.Popen(command))
        last = state.read_text(encoding="utf-8")
    if last.startswith(VERDICT):
        return int(last.removeprefix(VERDICT))
    if code in {-number for number in PASSED_ON}:
        return 128 - code
    where = f" in {last}" if last else " before the first case"
    print(
        f"Error: the run ended without a verdict: its process {how(code)}{where}; "
        "with --isolate that is one case's verdict, and the others have theirs",
        file=sys.stderr,
    )
    return NO_VERDICT


def how(code: int) -> str:
    """The end of a process in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was killed by {signal.Signals(-code).name if -code in set(signal.Signals) else f'signal {-code}'}"


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
