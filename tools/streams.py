"""stdin, stdout and stderr as they are handed over: closed, full or too narrow, they end in one line, never in a traceback."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import click

from .descriptors import ERR, OUT, occupied
from .options import Ended


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
    sys.stdout, sys.stderr = _made(sys.stdout, _Out, OUT), _made(sys.stderr, _Err, ERR)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Ended):
                stream.flush()
        sys.stdout, sys.stderr = before


def _made(stream: TextIO | None, kind: type[io.FileIO], number: int) -> TextIO:
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # without one where Python is not to buffer
    if stream is not None and (type(raw) is not io.FileIO or raw.fileno() != number):
        return stream  # a test's, or a console's of Windows
    return io.TextIOWrapper(
        io.BufferedWriter(kind(number, "w", closefd=False)),
        encoding=stream.encoding if stream else "utf-8",
        errors="backslashreplace",
        line_buffering=number == ERR or raw is buffer or os.isatty(number),
    )


class _Out(io.FileIO):
    def write(self, data: Any, /) -> Any:
        try:
            return super().write(data)
        except OSError as error:
            with open(os.devnull, "wb") as nothing:  # for what is left in buffers
                os.dup2(nothing.fileno(), OUT)
            raise Ended(f"stdout cannot be written: {error.strerror}", 2) from None


class _Err(io.FileIO):
    def write(self, data: Any, /) -> Any:
        try:
            return super().write(data)
        except OSError:  # there is nobody to tell
            return len(data)
