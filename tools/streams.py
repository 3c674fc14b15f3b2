"""stdin, stdout and stderr as they are handed over: closed, full or too narrow, they end in one line, never in a traceback."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any, TextIO

import click

from . import descriptors
from .descriptors import ERR, OUT, occupied
from .options import Ended

UNREAD = 2  # the exit code where not all could be written


class Group(click.Group):
    """A command whose streams are made fit first."""

    def main(self, *args: Any, **more: Any) -> Any:
        with fit():
            return super().main(*args, **more)


@contextmanager
def fit() -> Iterator[None]:
    """Streams that can be written to as far as anything can: what no encoding has is escaped, what fails is said."""
    before = sys.stdout, sys.stderr
    occupied()
    made = _made(sys.stdout, _Out, OUT), _made(sys.stderr, _Err, ERR)
    sys.stdout, sys.stderr = made
    try:
        yield
    finally:
        for stream in made:
            with suppress(Ended, SystemExit, ValueError):  # a candidate may have closed it
                stream.flush()
        sys.stdout, sys.stderr = before


@contextmanager
def kept() -> Iterator[TextIO]:
    """Let what a candidate prints go to stderr, also where it prints past Python: stdout may be the report's.

    It has streams of its own, to close or to replace; this gives the kit's stderr.
    """
    sys.stdout.flush()
    kept, kit = os.dup(OUT), sys.stderr
    known = os.fstat(kept)
    os.dup2(ERR, OUT)
    try:
        with redirect_stdout(_lent(kit)), redirect_stderr(_lent(kit)):
            yield kit
    finally:
        occupied()
        if descriptors.same(kept, known):
            os.dup2(kept, OUT)
            os.close(kept)
        else:  # a candidate has closed it
            descriptors.closed(OUT)


def _made(stream: TextIO | None, kind: type[io.FileIO], number: int) -> TextIO:
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # without one where Python is not to buffer
    if stream is not None and (type(raw) is not io.FileIO or raw.fileno() != number):
        return stream  # a test's, or a console's of Windows
    lines = number == ERR or raw is buffer or os.isatty(number)
    return _opened(kind, number, stream.encoding if stream else "utf-8", lines)


def _lent(stream: TextIO) -> TextIO:
    """Another stderr, where this one is of `fit`."""
    if type(getattr(getattr(stream, "buffer", None), "raw", None)) is not _Err:
        return stream
    return _opened(_Err, ERR, stream.encoding, lines=True)


def _opened(kind: type[io.FileIO], number: int, encoding: str, lines: bool) -> TextIO:
    raw = io.BufferedWriter(kind(number, "w", closefd=False))
    return io.TextIOWrapper(raw, encoding=encoding, errors="backslashreplace", line_buffering=lines)


class Unread(SystemExit):
    """Who reads has closed the pipe: an end of the command's, and none that a candidate made."""


class _Out(io.FileIO):
    def write(self, data: Any, /) -> Any:
        try:
            return super().write(data)
        except OSError as error:
            with open(os.devnull, "wb") as nothing:  # for what is left in buffers
                os.dup2(nothing.fileno(), OUT)
            if isinstance(error, BrokenPipeError):  # who reads has seen enough, as `head` has
                raise Unread(UNREAD) from None
            raise Ended(f"stdout cannot be written: {error.strerror}", UNREAD) from None


class _Err(io.FileIO):
    def write(self, data: Any, /) -> Any:
        try:
            return super().write(data)
        except OSError:  # there is nobody to tell
            return len(data)
