"""What a candidate may have left behind in the interpreter, undone: none of it is to act between two of its calls."""

import signal
import sys
import threading
from typing import Any

TIMERS = [getattr(signal, name) for name in ("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF") if hasattr(signal, name)]
PLACES = ("path", "meta_path", "path_hooks")  # what the kit itself still imports by
Hooks = tuple[Any, Any, int, list[Any], list[bool]]


def taken() -> Hooks:
    """Trace, profile and depth, where to import from, and the timers that run."""
    places = [list(getattr(sys, name)) for name in PLACES]
    return sys.gettrace(), sys.getprofile(), sys.getrecursionlimit(), places, _running()


def put_back(before: Hooks) -> None:
    """Undo what has changed since; places to import from may have been added."""
    trace, profile, depth, places, timers = before
    if sys.gettrace() is not trace:
        sys.settrace(trace)
    if sys.getprofile() is not profile:
        sys.setprofile(profile)
    if sys.getrecursionlimit() != depth:
        sys.setrecursionlimit(depth)
    for name, place in zip(PLACES, places, strict=True):
        if getattr(sys, name, None) != place:
            _filled(name, place)
    if (running := _running()) != timers:
        for timer, was, runs in zip(TIMERS, timers, running, strict=True):
            if runs and not was:
                signal.setitimer(timer, 0)


def _filled(name: str, before: list[Any]) -> None:
    now = getattr(sys, name, None)
    if type(now) is list:
        now += [place for place in before if place not in now]
    else:
        setattr(sys, name, before)


def _running() -> list[bool]:
    if threading.current_thread() is not threading.main_thread():  # whose they are
        return []
    return [signal.getitimer(timer)[0] > 0 for timer in TIMERS]


def handlers() -> dict[int, Any]:
    """Who hears which signal; None is nobody of Python's."""
    return {number: signal.getsignal(number) for number in signal.valid_signals()}


def handle(before: dict[int, Any]) -> None:
    """Let those hear signals again who did before."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in before.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)
