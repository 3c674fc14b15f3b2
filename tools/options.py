"""Options that several verbs share, and how an error ends a verb."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import click

GOLDENS = click.option(
    "--goldens",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of goldens to use in place of the installed ones.",
)
JSON = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write the result as JSON to this file, - for stdout.",
)
DTYPE = click.option(
    "--dtype", type=click.Choice(["float64", "float32", "float16"]), default="float64", show_default=True
)
CASE = click.option(
    "--case", "cases", multiple=True, metavar="ID", help="Only this case, property or operation (repeatable)."
)
VERBOSE = click.option("--verbose", "-v", is_flag=True, help="Show every failure in full.")
ISOLATE = click.option("--isolate", is_flag=True, help="Run a Python candidate in a process of its own.")
TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=86400),
    metavar="SECONDS",
    help="What a case may take in a process of its own.  [default: 10]",
)
MEMORY = click.option(
    "--memory",
    type=click.IntRange(min=0, max=1 << 24),
    metavar="MB",
    help="What a process of its own may allocate, 0 for no limit.  [default: 4096]",
)
PROGRAM = "rnnspec.program"


class WithProgram(click.Command):
    """A command that takes a program and its arguments behind `--`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            cut = args.index("--")
            args, ctx.meta[PROGRAM] = args[:cut], args[cut + 1 :]
            if not ctx.meta[PROGRAM]:
                raise click.UsageError("there is no program behind --", ctx)
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- PROGRAM ARGS…]"]


def omitted(ctx: click.Context, parameter: str) -> bool:
    return ctx.get_parameter_source(parameter) is click.core.ParameterSource.DEFAULT


def leave_on_sigterm() -> None:
    """Let a polite end of this process be one of Python's, which cleans up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


class Ended(click.ClickException):
    """A one-line error with an exit code."""

    def __init__(self, message: Any, code: int) -> None:
        super().__init__(str(message))
        self.exit_code = code  # type: ignore[misc]  # click declares it on the class


@contextmanager
def ending(kinds: dict[type[Exception], int]) -> Iterator[None]:
    """Turn expected errors into one line and an exit code."""
    try:
        yield
    except tuple(kinds) as error:
        code = next(code for kind, code in kinds.items() if isinstance(error, kind))
        raise Ended(error, code) from None


@contextmanager
def stdout_kept() -> Iterator[None]:
    """What a candidate prints goes to stderr, also where it prints past Python: stdout may be the report's."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def folder(goldens: Path | None) -> Path:
    from rnnspec.golden import FOLDER

    return goldens.resolve() if goldens else FOLDER


def write_json(target: str | None, data: Any) -> bool:
    """Write where asked, whole or not at all; True where stdout has been used."""
    if target is None:
        return False
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if target == "-":
        click.echo(text, nl=False)
        return True
    path = Path(target)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(text.encode("utf-8", "replace"))
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Ended(f"{target}: cannot be written: {error.strerror}", 2) from None
    return False
