"""Foreign code, called: whatever it raises and however it asks for the end of the process, the kit goes on.

What ends the process past Python, as an exit in C or a signal, cannot be held here: the command notices it, since it
supervises its run; in a process of its own (`--isolate`) it is a verdict.
"""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

Place = tuple[int, int]  # process and thread

_lock = threading.Lock()
_inside: Counter[Place] = Counter()  # guards that are open
_asked: dict[Place, str] = {}  # where the end was asked for, and by what
_exit = os._exit


class ProcessExit(BaseException):
    """Foreign code asked for the end of the process; the message says by what."""


@contextmanager
def guarded() -> Iterator[None]:
    """Let foreign code run inside, in which `os._exit` raises ProcessExit and nothing but the user's own interrupt is a KeyboardInterrupt.

    What was swallowed comes at the end: ProcessExit, or the interrupt.
    """
    here = _here()
    with _interrupts() as interrupts:
        _enter(here)
        try:
            yield
        except KeyboardInterrupt as error:
            if interrupts:
                raise
            raise ProcessExit("KeyboardInterrupt").with_traceback(error.__traceback__) from None
        finally:
            asked = _leave(here)
        if asked:
            raise ProcessExit(asked)
        if interrupts:
            raise KeyboardInterrupt


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """The user's interrupts while foreign code runs: a signal, which only the main thread hears, and no exception."""
    seen: list[int] = []
    before: Any = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield seen
        return

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)


def _here() -> Place:
    return os.getpid(), threading.get_ident()


def _enter(here: Place) -> None:
    with _lock:
        os._exit = _end
        _inside[here] += 1


def _leave(here: Place) -> str:
    """What was asked for here meanwhile, "" for nothing."""
    with _lock:
        _inside[here] -= 1
        if _inside[here]:
            return ""
        del _inside[here]
        if not _inside:
            os._exit = _exit
        return _asked.pop(here, "")


def _end(status: Any = 0) -> Any:
    """What stands for os._exit while a candidate is called: other threads, and a fork of its own, may leave."""
    here = _here()
    if here not in _inside:
        _exit(status)
    _asked[here] = f"os._exit({status})" if type(status) is int else "os._exit"
    raise ProcessExit(_asked[here])
