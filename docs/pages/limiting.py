"""How long a command takes, and where that is too long."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

limited = click.option("--limit", metavar="SECONDS", type=float, help="End with exit code 1 where it took longer.")


@contextmanager
def within(limit: float | None) -> Iterator[None]:
    """Say how many seconds what is inside took. Ends where they are more than the limit."""
    begin = time.monotonic()
    yield
    took = time.monotonic() - begin
    click.echo(f"took {took:.0f} s")
    if limit is not None and took > limit:
        sys.exit(f"took longer than the {limit:g} s that it may take")
