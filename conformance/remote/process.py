"""One process of a candidate's and all that it starts: asked in lines, each with a deadline, and ended whole."""

import contextlib
import fcntl
import os
import selectors
import signal
import subprocess
import time
import weakref
from collections.abc import Callable, Sequence

from .tree import end_tree, ended, limit, marked

CHUNK = PIPE = 1 << 20
LONGEST_LINE = 1 << 27
LAST_WORDS = 4096  # bytes kept of what the candidate writes to stderr
GRACE = 2.0  # seconds that a candidate has to leave once it is told to


class Died(Exception):
    """The process ended, or closed its stdout, before it answered; the message says how."""


class Late(Exception):
    """No answer by the deadline."""


class Flooded(Exception):
    """A line longer than any answer."""


class Process:
    """A running candidate. Raises OSError where it cannot be started."""

    def __init__(self, command: Sequence[str], memory: int | None = None) -> None:
        environment, mark = marked()
        self._process = subprocess.Popen(
            list(command),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # a group of its own, which can be killed as one
        )
        self._pid = self._process.pid
        self._over = weakref.finalize(
            self, _finish, self._process, mark, os.getpid()
        )  # also where the kit itself is interrupted
        self._received, self._line_end = bytearray(), -1
        self._unsent, self._stderr = memoryview(b""), b""
        self._closed = self._gone = False
        limit(self._pid, memory)
        self._watch()

    def _watch(self) -> None:
        self._selector = selectors.DefaultSelector()
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            os.set_blocking(pipe.fileno(), False)
            _widen(pipe.fileno())
        self._in, self._out, self._err = (
            pipe.fileno() for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        self._selector.register(self._out, selectors.EVENT_READ, self._read)
        self._selector.register(self._err, selectors.EVENT_READ, self._listen)
        self._pidfd = os.pidfd_open(self._pid) if hasattr(os, "pidfd_open") else None
        if self._pidfd is not None:  # a grandchild may hold the pipes open, so their end does not tell
            self._selector.register(self._pidfd, selectors.EVENT_READ, self._leave)

    @property
    def running(self) -> bool:
        return self._over.alive

    @property
    def last_words(self) -> str:
        """The last line on stderr, made fit to print."""
        lines = self._stderr.decode("utf-8", "replace").strip().splitlines()
        return "".join(c if c.isprintable() else " " for c in lines[-1])[:200] if lines else ""

    def exchange(self, message: bytes, seconds: float) -> bytes:
        """Send one line and wait for one. Raises Died, Late, Flooded; the process is good for nothing then."""
        deadline = time.monotonic() + seconds
        self._unsent = memoryview(message)
        self._write()
        if self._unsent:
            self._selector.register(self._in, selectors.EVENT_WRITE, self._write)
        while self._line_end < 0 or self._unsent:
            if len(self._received) > LONGEST_LINE:
                raise Flooded(f"sent more than {LONGEST_LINE} bytes without an end of line")
            self._pump(deadline)
        answer = bytes(self._received[: self._line_end])
        del self._received[: self._line_end + 1]
        self._line_end = self._received.find(b"\n")
        return answer

    def _pump(self, deadline: float) -> None:
        """Move what can be moved on any pipe. Raises Died or Late where nothing will come any more."""
        if self._gone or self._closed:
            raise Died(self._how())
        if (left := deadline - time.monotonic()) <= 0:
            raise Late
        for key, _ in self._selector.select(left if self._pidfd is not None else min(left, 0.05)):
            key.data()
        if self._pidfd is None and ended(self._pid):
            self._leave()

    def _write(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._in, self._unsent[:CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:  # it reads no more: its end, or its silence, is noticed elsewhere
            self._unsent = memoryview(b"")
        with contextlib.suppress(KeyError):
            self._selector.unregister(self._in)

    def _read(self) -> bool:
        data = _available(self._out)
        if data == b"":
            self._selector.unregister(self._out)
            self._closed = True
        if data and self._line_end < 0 and (found := data.find(b"\n")) >= 0:
            self._line_end = len(self._received) + found
        self._received += data or b""
        return bool(data)

    def _listen(self) -> bool:
        data = _available(self._err)
        if data == b"":
            self._selector.unregister(self._err)
        self._stderr = (self._stderr + (data or b""))[-LAST_WORDS:]
        return bool(data)

    def _leave(self) -> None:
        self._gone = True
        self._drain(lambda: not self._closed and self._read())
        self._drain(self._listen)

    def _drain(self, read: Callable[[], bool]) -> None:
        with contextlib.suppress(OSError, KeyError):
            for _ in range(LONGEST_LINE // CHUNK):  # a grandchild may write for ever
                if not read():
                    return

    def _how(self) -> str:
        if not self._gone and not _until(time.monotonic() + 0.2, lambda: ended(self._pid)):
            return "closed its stdout"
        self._drain(self._listen)
        self.kill()
        code = self._process.returncode
        if code >= 0:
            return f"ended with exit code {code}"
        return f"was killed by {signal.Signals(-code).name if -code in set(signal.Signals) else f'signal {-code}'}"

    def stop(self, message: bytes) -> None:
        """Ask it to leave, by a message and the end of its input, and end it where it does not."""
        if self.running:
            with contextlib.suppress(OSError):
                os.write(self._in, message)
            assert self._process.stdin
            with contextlib.suppress(KeyError):
                self._selector.unregister(self._in)
            self._process.stdin.close()
            _until(time.monotonic() + GRACE, self._is_leaving)
        self.kill()

    def _is_leaving(self) -> bool:
        self._drain(lambda: not self._closed and self._read())  # it may have more to say than a pipe holds
        self._received.clear()
        self._drain(self._listen)
        return ended(self._pid)

    def kill(self) -> None:
        """End the process and all that it has started."""
        if self.running:
            self._selector.close()
            if self._pidfd is not None:
                os.close(self._pidfd)
            self._over()


def _finish(process: "subprocess.Popen[bytes]", mark: str, owner: int) -> None:
    if os.getpid() != owner:  # a fork of the kit's that leaves
        return
    end_tree(process.pid, mark)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


def _widen(descriptor: int) -> None:
    """Room for a whole message, where the system has a way to that: each time a pipe is full costs two switches."""
    with contextlib.suppress(OSError):  # more than this user may have
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE)


def _available(descriptor: int) -> bytes | None:
    """What can be read at once: None where nothing can, b"" at the end."""
    try:
        return os.read(descriptor, CHUNK)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _until(deadline: float, happened: Callable[[], bool]) -> bool:
    wait = 0.0005
    while not (happens := happened()) and time.monotonic() < deadline:
        time.sleep(wait)
        wait = min(2 * wait, 0.02)
    return happens
