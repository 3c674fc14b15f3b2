"""A report as a page: each kind is an option of `check`, `judge` and `report`, and a function from reports to text."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from . import descriptors, options

Command = TypeVar("Command", bound=Callable[..., Any])
USAGE = 2
ASKED = "rnnspec.pages"  # in the context: the kinds that are asked for, and where each goes
# each is a module of conformance/report, and its function of that name
PAGES = {
    "html": "Write a page that needs nothing else.",
    "markdown": "Write a page that fits a job's summary: the verdict, a table, the failures by cause.",
    "junit": "Write JUnit's XML, a test a case.",
    "badge": "Write an SVG of a few words, full only where all there is passed.",
}


def with_pages(command: Command) -> Command:
    """The options, which `write` finds in the context."""
    for name, text in reversed(PAGES.items()):
        kind = click.Path(dir_okay=False, allow_dash=True)
        command = click.option(
            f"--{name}", metavar="FILE", type=kind, expose_value=False, callback=_keep, help=f"{text} - for stdout."
        )(command)
    return command


def _keep(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta.setdefault(ASKED, {})[parameter.name] = value


def asked(ctx: click.Context, json_file: str | None = None) -> list[str]:
    """The kinds that are asked for. Raises UsageError, before any work, where stdout is to be several things."""
    found: dict[str, str | None] = {"json": json_file, **ctx.meta.get(ASKED, {})}
    found |= {"map": "-"} if ctx.params.get("as_map") else {}
    if len(twice := [f"--{name}" for name, target in found.items() if target is not None and _is_stdout(target)]) > 1:
        raise click.UsageError(f"stdout can be one of {' and '.join(twice)}", ctx)
    return [name for name in found if name in PAGES]


def write(ctx: click.Context, *reports: Any) -> bool:
    """Write each page that is asked for, whole or not at all; True where stdout has been used. Raises Ended."""
    used = False
    for name, target in ctx.meta.get(ASKED, {}).items():
        page = getattr(import_module(f"rnnspec.conformance.report.{name}"), name)
        used |= save(target, page(*reports).encode("utf-8", "backslashreplace"))
    return used


def save(target: str, data: bytes) -> bool:
    """Write to a file, whole or not at all, or to stdout, and then return True. Raises Ended."""
    from rnnspec.golden import saving

    if not Path(target).name:
        raise options.Ended(f"{target!r} is no name of a file", USAGE)
    if _is_stdout(target):
        click.echo(data, nl=False)
        return True
    try:
        saving.save(Path(target), data)
    except (OSError, ValueError) as error:  # the second is a name's
        why = getattr(error, "strerror", None) or error
        raise options.Ended(f"{target}: cannot be written: {why}", USAGE) from None
    return False


def _is_stdout(target: str) -> bool:
    from rnnspec.golden import saving

    return target == "-" or saving.descriptor(Path(target)) == descriptors.OUT
