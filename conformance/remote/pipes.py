"""The three pipes of a candidate, each with a thread that waits at it: there is no other way to that on every system."""

import contextlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread

CHUNK = PIPE = 1 << 20
# what Rust says where it ends a program: where, and in the same line or the next one why; behind it a stack and a note
PANIC = re.compile(
    r"^(thread .* panicked at .*)\n(?:(?!stack backtrace:|note: )(.*)\n)?(?:stack backtrace:\n(?:[ \t].*\n)*)?(?:note: .*\n)*\Z",
    re.MULTILINE,
)
LAST_WORDS = 1 << 14  # bytes kept of what a candidate writes to stderr


class Pipe(Thread):
    """A thread that owns one end, and closes it when it is done with it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(daemon=True)  # a process that nobody may end can hold the other end for ever
        self._descriptor = descriptor
        _widen(descriptor)
        self.start()

    def run(self) -> None:
        try:
            self.work()
        finally:
            os.close(self._descriptor)

    def work(self) -> None:
        raise NotImplementedError

    def read(self) -> bytes:
        """What comes next, b"" at the end."""
        with contextlib.suppress(OSError):
            return os.read(self._descriptor, CHUNK)
        return b""


class Requests(Pipe):
    """Its stdin: writes what it is given, one text at a time."""

    def __init__(self, descriptor: int) -> None:
        self._texts: SimpleQueue[bytes | None] = SimpleQueue()
        self.written = Event()
        super().__init__(descriptor)

    def send(self, text: bytes) -> None:
        self.written.clear()
        if rest := self._tried(text):
            self._texts.put(rest)
        else:
            self.written.set()

    def _tried(self, text: bytes) -> bytes:
        """What is left of a text when all is written that the pipe has room for, where a system has a way to that."""
        try:
            os.set_blocking(self._descriptor, False)
            try:
                return text[os.write(self._descriptor, text) :]
            finally:
                os.set_blocking(self._descriptor, True)
        except (AttributeError, OSError):
            return text

    def close(self) -> None:
        self._texts.put(None)

    def work(self) -> None:
        while (text := self._texts.get()) is not None:
            with contextlib.suppress(OSError):  # it reads no more: its end, or its silence, is noticed elsewhere
                while text:
                    text = text[os.write(self._descriptor, text[:CHUNK]) :]
            self.written.set()


@dataclass(frozen=True)
class Line:
    """What was read: `text` without its end, None where there is no more, or none within the length that was asked for."""

    text: bytes | None
    too_long: bool = False


class Answers(Pipe):
    """Its stdout: a line where it is asked for, and what comes in one go before, so that nothing piles up here."""

    def __init__(self, descriptor: int, heard: Callable[[Line], None]) -> None:
        self._heard, self._received, self._end = heard, bytearray(), -1
        self._lengths: SimpleQueue[int | None] = SimpleQueue()
        super().__init__(descriptor)

    def ask(self, longest: int) -> None:
        """`heard` is called with the next line, if it has up to so many bytes."""
        self._lengths.put(longest)

    def forget(self) -> None:
        """Whatever comes is of no interest any more, and is read so that nobody waits."""
        self._lengths.put(None)

    def work(self) -> None:
        more = (
            self._read_on()
        )  # at the pipe already when it is asked: each thread that has to be woken costs a case time
        while (longest := self._lengths.get()) is not None:
            while more and self._end < 0 and len(self._received) <= longest:
                more = self._read_on()
            self._heard(self._line(longest))
            more = more and (self._end >= 0 or self._read_on())
        while self.read():
            pass

    def _read_on(self) -> bool:
        """Whether there was more. Only what is new is searched for the end of the line."""
        data = self.read()
        if self._end < 0 and (found := data.find(b"\n")) >= 0:
            self._end = len(self._received) + found
        self._received += data
        return bool(data)

    def _line(self, longest: int) -> Line:
        if self._end < 0 and len(self._received) <= longest:
            return Line(None)
        if self._end < 0 or self._end > longest:
            return Line(None, too_long=True)
        text = bytes(self._received[: self._end])
        del self._received[: self._end + 1]
        self._end = self._received.find(b"\n")
        return Line(text)


class Words(Pipe):
    """Its stderr: always read, the end of it kept."""

    def __init__(self, descriptor: int) -> None:
        self._kept = b""
        super().__init__(descriptor)

    def work(self) -> None:
        while data := self.read():
            self._kept = (self._kept + data)[-LAST_WORDS:]

    @property
    def kept(self) -> str:
        """The end of it, as it came."""
        return self._kept.decode("utf-8", "replace")

    @property
    def last(self) -> str:
        """The last line, or what a panic in Rust says ahead of its stack and its note, made fit to print."""
        said = self.kept.strip()
        panic = PANIC.search(f"{said}\n")
        words = " ".join(filter(None, panic.groups())) if panic else "".join(said.splitlines()[-1:])
        return "".join(c if c.isprintable() else " " for c in words)[:200]


def _widen(descriptor: int) -> None:
    """Room for a whole message, where the system has a way to that: each time a pipe is full costs two switches."""
    with contextlib.suppress(ImportError, AttributeError, OSError):  # OSError: more than this user may have
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE)
