"""A progress bar in a terminal; now and then a line in a pipe, where work is long."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY = 5.0  # seconds between lines
QUIET = 10.0  # after which there is one, where nothing is done yet; then after twice as long, and so on


@contextmanager
def progressing(what: str, stream: TextIO | None = None, then: str = "") -> Iterator[Callable[[int, int], None]]:
    """A function to be called with (done, of all), which tells stderr, or this stream; in a terminal what is done `then`, too."""
    console = Console(file=stream, stderr=True)
    if not (console.is_terminal and console.file.isatty()):  # a notebook asks for colours, and has no bar
        with _lines(what, then, stream or sys.stderr) as told:
            yield told
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=then if then and done == total else what)

        yield told


@contextmanager
def _lines(what: str, then: str, stream: TextIO) -> Iterator[Callable[[int, int], None]]:
    """Also where one step takes long, such as a problem of a million steps, or what is done then: now and then how long it has been."""
    begun = time.monotonic()
    last, heard, doing, ended = [begun], [begun], [what], threading.Event()

    def told(done: int, total: int) -> None:
        heard[0], doing[0] = time.monotonic(), then if then and done == total else what
        if time.monotonic() - last[0] > EVERY:
            last[0] = time.monotonic()
            print(f"{what}: {done} of {total}", file=stream, flush=True)

    def beat() -> None:
        for wait in (QUIET * 2**k for k in count()):
            if ended.wait(wait):
                return
            if time.monotonic() - heard[0] >= wait:
                print(f"{doing[0]}: at work for {time.monotonic() - begun:.0f} s", file=stream, flush=True)

    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield told
    finally:
        ended.set()
        beating.join()


@contextmanager
def counting(
    what: str, most: int | None, seconds: float | None, stream: TextIO | None = None
) -> Iterator[Callable[[int], None]]:
    """A function to be called with how much is done, where it ends after so much or so long."""
    with progressing(what, stream) as told:
        begun = time.monotonic()

        def counted(done: int) -> None:
            passed = int(time.monotonic() - begun)
            told(*((done, most) if most else (min(passed, int(seconds or passed)), int(seconds or passed))))

        yield counted
