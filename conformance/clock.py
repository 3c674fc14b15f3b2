"""The CPU time of a thread, which another thread may call up: what a machine does besides takes none of it."""

import math
import time
from threading import get_ident

UP = 1e9  # seconds, behind every deadline
_ends: dict[int, float] = {}  # by thread, where its time was called up


def spent() -> float:
    """In seconds; behind every deadline where the time of this thread was called up."""
    now = time.thread_time()
    return now + UP if now > _ends.get(get_ident(), math.inf) else now


class Timed:
    """The time of the thread that makes this, from then on until it is done."""

    def __init__(self) -> None:
        self._thread, self._begun = get_ident(), time.thread_time()

    def call_up(self, least: float) -> None:
        """By any thread: it is up when that one has spent so much."""
        _ends[self._thread] = self._begun + least

    def done(self) -> None:
        _ends.pop(self._thread, None)
