"""A check in a process of its own: a run that ends without its verdict is a failure, whatever its exit code says.

What is checked shares the run's process, and may end it past Python: by a crash, by an exit in C. So the run says on a
pipe what it is at, last of all its verdict, behind a token that no other run has; and the process that was asked for it
waits, passes on what ends it, and hears that. Nothing else is a verdict, and after it nothing is waited for.
"""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from threading import Thread

from rnnspec.conformance.remote.ending import how
from rnnspec.conformance.remote.handing import inherited, pipe

from . import descriptors

NO_VERDICT, NOT_STARTED = 1, 2
PATIENCE = 5.0  # seconds that a run has to leave once it is told to, or has its verdict
NOTICED = 1.0  # seconds in which a run hears a terminal's interrupt by itself
PASSED_ON = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Told(BaseException):
    """A signal for the end of the run."""


class Heard:
    """What a run has said: the id that it is at, and its verdict."""

    def __init__(self, token: str) -> None:
        self.token, self.last, self.verdict = token, "", list[int]()

    def all(self, heard: int, running: "subprocess.Popen[bytes]") -> None:
        """Hear all that is said; after the verdict the run has to leave, whatever the candidate still does."""
        with os.fdopen(heard, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                token, _, code = line.rstrip("\n").partition(" ")
                if token == self.token:
                    self.verdict.append(int(code))
                    break
                self.last = line.rstrip("\n")
        if self.verdict:
            try:
                running.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                running.kill()


def supervised(arguments: Sequence[str]) -> int:
    """Run the command with these arguments in a process of its own; its exit code, or NO_VERDICT."""
    descriptors.occupied()
    (ear, mouth), heard = pipe(), Heard(secrets.token_hex())
    # -P: what lies in the current folder stands in for no module of the command's
    command = [sys.executable, "-P", "-m", "rnnspec.tools", inherited(mouth), heard.token, *arguments]
    with _listening():
        try:
            running = subprocess.Popen(command, close_fds=False)  # --json may name one: /dev/fd/7
        except OSError as error:
            print(f"Error: a check needs a process of its own: {error}", file=sys.stderr)
            return NOT_STARTED
        finally:
            os.close(mouth)
        # what the run leaves behind may hold the pipe open
        hearing = Thread(target=heard.all, args=(ear, running), daemon=True)
        hearing.start()
        code, told = _ended(running)
    hearing.join(NOTICED)
    return heard.verdict[0] if heard.verdict else 128 + told if told else _without_verdict(code, heard.last)


def _without_verdict(code: int, last: str) -> int:
    where = f" in {last}" if last else " before the first case, as the candidate was made or first called"
    instead = (
        "with --isolate that is one case's verdict, and the others have theirs"
        if last
        else "its own words, if it had any, stand above; of a layer that is described, see `takes` and the sizes"
    )
    print(f"Error: the run ended without a verdict: its process {how(code)}{where}; {instead}", file=sys.stderr)
    return NO_VERDICT


@contextlib.contextmanager
def _listening() -> Iterator[None]:
    """Signals that end a command raise Told. They wait until they are heard, here and in what is started here."""

    def told(number: int, _: object) -> None:
        raise Told(number)

    waiting(True)
    before = {number: signal.signal(number, told) for number in PASSED_ON if signal.getsignal(number) != signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        waiting(False)


def waiting(wait: bool) -> None:
    """Let signals that end a command wait, or come."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK if wait else signal.SIG_UNBLOCK, PASSED_ON)


def _ended(running: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """How a run ended, and the number of the signal that this process was told to end it by, or 0."""
    try:
        waiting(False)
        return running.wait(), 0
    except Told as told:
        number = int(told.args[0])
    with contextlib.suppress(Told, subprocess.TimeoutExpired):  # told twice: at once
        if number == signal.SIGINT:  # a terminal tells both
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(NOTICED)
        if running.poll() is None:
            running.send_signal(number)
        running.wait(PATIENCE)
    if running.poll() is None:
        running.kill()
    return running.wait(), number
