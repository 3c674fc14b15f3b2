"""Foreign code, called: whatever it raises and however it asks for the end of the process, the kit goes on.

What ends the process past Python, as an exit in C or a signal, cannot be held here: the command notices it, since it
supervises its run; in a process of its own (`--isolate`) it is a verdict.
"""

import _signal  # type: ignore[import-not-found]  # signal makes an enum's member of each number and handler: half of what a guard would cost
import atexit
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Any

from . import hooks

Place = tuple[int, int]  # process and thread

FAILURE = 1  # the exit code of what leaves before its verdict with one that would be a success
_lock = threading.Lock()
_inside: Counter[Place] = Counter()  # guards that are open
_asked: dict[Place, str] = {}  # where the end was asked for, and by what
_runs: list[int] = []  # the process of each run that is held
_exit = os._exit
_homes = (os, sys.modules[os.name])  # posix or nt, where os has it from


class ProcessExit(BaseException):
    """Foreign code asked for the end of the process; the message says by what."""


@contextmanager
def held() -> Iterator[None]:
    """Keep os._exit for a whole run: who leaves before its verdict, from wherever, leaves with a failure."""
    handlers = hooks.handlers()
    with _lock:
        _runs.append(os.getpid())
        _patched(_end)
    try:
        yield
    finally:
        with _lock:
            _runs.pop()
            if not _runs and not _inside:
                _patched(_exit)
        hooks.handle(handlers)


def left_with(status: int) -> None:
    """Let the process end with this failure, whatever a candidate has asked to be done at its end: that comes later."""

    def leave() -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, OSError, ValueError):  # a candidate may have closed it
                stream.flush()
        _exit(status)

    atexit.register(leave)


class guarded:
    """Let foreign code run inside, in which `os._exit` raises ProcessExit and nothing but the user's own interrupt is a KeyboardInterrupt.

    What was swallowed comes at the end: ProcessExit, or the interrupt. What it has left in the interpreter's hooks is
    undone, and a fork of its own ends here.
    """

    def __enter__(self) -> None:
        self._hooks = hooks.taken()
        self._here = _here()
        self._interrupts: list[int] = []
        self._handler = _listen(self._interrupts)
        with _lock:
            if not _inside:
                _patched(_end)
            _inside[self._here] += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if os.getpid() != self._here[0]:  # one kit is enough
            _exit(_code(error))
        hooks.put_back(self._hooks)
        asked = _leave(self._here)
        if self._handler:
            _signal.signal(_signal.SIGINT, self._handler)
        if isinstance(error, KeyboardInterrupt) and not self._interrupts:
            raise ProcessExit("KeyboardInterrupt").with_traceback(trace) from None
        if error is None and asked:
            raise ProcessExit(asked)
        if error is None and self._interrupts:
            raise KeyboardInterrupt


def _listen(seen: list[int]) -> Any:
    """Note the user's interrupts while foreign code runs: a signal, which only the main thread hears, and no exception.

    What heard them before, None where nothing of Python's did.
    """
    if threading.current_thread() is not threading.main_thread():
        return None
    before: Any = _signal.getsignal(_signal.SIGINT)
    if not callable(before):
        return None

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        before(number, frame)

    _signal.signal(_signal.SIGINT, note)
    return before


def _code(error: BaseException | None) -> int:
    """With what a fork ends: as Python would end it."""
    if isinstance(error, SystemExit):
        return error.code if type(error.code) is int else int(error.code is not None)
    return int(error is not None)


def _here() -> Place:
    return os.getpid(), threading.get_ident()


def _patched(leave: Any) -> None:
    for home in _homes:
        home._exit = leave  # type: ignore[attr-defined]


def _leave(here: Place) -> str:
    """What was asked for here meanwhile, "" for nothing."""
    with _lock:
        _inside[here] -= 1
        if _inside[here]:
            return ""
        del _inside[here]
        if not _inside and not _runs:
            _patched(_exit)
        return _asked.pop(here, "")


def _end(status: Any = 0) -> Any:
    """What stands for os._exit while a candidate is called, and in a run: a fork of the candidate's may leave."""
    here, words = _here(), f"os._exit({status})" if type(status) is int else "os._exit"
    if here in _inside:
        _asked[here] = words
        raise ProcessExit(words)
    if here[0] in _runs:
        status = status if type(status) is int and status & 0xFF else FAILURE
        os.write(2, f"rnnspec: {words} before the run's verdict: it ends with {status}\n".encode())
    _exit(status)
