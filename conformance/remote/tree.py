"""A candidate's process and all that it starts, as the kit holds it: by a supervisor, which outlives the kit."""

import os
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import IO, TextIO

from .ending import how
from .handing import handed, pipe

# -I and -S: nothing in a folder, in site-packages or behind a variable stands in for a module of its own
HERE = Path(__file__)
SUPERVISOR = (sys.executable, "-I", "-S", str(HERE.with_stem("supervisor")))  # bytecode, where all is
PATIENCE = 7.0  # seconds for a supervisor to end a tree in, which gives up on that before


class Tree:
    """Started here, and over with `end`, with this object or with the kit. Raises OSError.

    `ended` is called in another thread, once, with how the candidate's own process did that.
    """

    def __init__(self, command: Sequence[str], memory: int | None, ended: Callable[[str], None]) -> None:
        supervisor, lifeline, status = _supervised(command, memory or 0)
        self._owner = os.getpid()
        # also where the kit itself is interrupted, at any point from here on
        self._over = weakref.finalize(self, _end, supervisor, lifeline, self._owner)
        news = os.fdopen(status, encoding="utf-8", errors="replace")
        try:
            _begin(news)
            self.pipes = [os.dup(pipe.fileno()) for pipe in _files(supervisor)]
        except BaseException:
            self.end()
            news.close()
            raise
        finally:
            for pipe in _files(supervisor):
                pipe.close()
        self._listener = Thread(target=_listen, args=(news, memory, ended), daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        """Whether it has not been ended, and is ours: to a fork of the kit's it is not."""
        return self._over.alive and os.getpid() == self._owner

    def end(self) -> None:
        """End the candidate and all that it has started."""
        self._over()


def _supervised(command: Sequence[str], memory: int) -> tuple["subprocess.Popen[bytes]", int, int]:
    """A supervisor, what tells it that the kit lives, and what it tells its news on."""
    _unpacked()
    (theirs, lifeline), (news, status) = pipe(), pipe()
    try:
        names, given = handed(theirs, status)
        supervisor = subprocess.Popen(
            [*SUPERVISOR, *names, str(memory), _library(), *command],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # what a terminal sends to the kit is for the kit
            **given,
        )
    except BaseException:
        os.close(lifeline)
        os.close(news)
        raise
    finally:
        os.close(theirs)
        os.close(status)
    return supervisor, lifeline, news


def _unpacked() -> None:
    """Raises OSError where this lies in an archive, and the supervisor with it."""
    if archive := next((place for place in HERE.parents if place.is_file()), None):
        raise OSError(f"rnnspec lies in {archive}, which holds no file that can be run: install it")


@cache
def _library() -> str:
    """Where psutil lies, for a supervisor that needs it."""
    spec = find_spec("psutil")
    return str(Path(spec.origin).parents[1]) if spec and spec.origin else ""


def _files(process: "subprocess.Popen[bytes]") -> list[IO[bytes]]:
    return [pipe for pipe in (process.stdin, process.stdout, process.stderr) if pipe]


def _begin(news: TextIO) -> None:
    word, _, said = news.readline().strip().partition(" ")
    if word != "started":
        number, _, why = said.partition(" ")
        raise OSError(int(number or 0), why or "its supervisor was ended")


def _listen(news: TextIO, memory: int | None, ended: Callable[[str], None]) -> None:
    with news:
        word, _, said = news.readline().strip().partition(" ")
    if word == "exceeded":
        ended(f"was ended: it, or what it started, held more than {memory} MB when that was looked at, every {said} s")
    elif word != "ended":
        ended("was ended together with its supervisor")
    else:
        ended(how(int(said)))


def _end(supervisor: "subprocess.Popen[bytes]", lifeline: int, owner: int) -> None:
    if os.getpid() != owner:  # a fork of the kit's that leaves
        return
    os.close(lifeline)
    try:
        supervisor.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        supervisor.kill()
        supervisor.wait()
