"""`rnnspec report`, and the forms besides JSON in which `check` writes its own."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from . import options

Command = Callable[..., Any]


def _html(reports: Sequence[Any]) -> bytes:
    from rnnspec.conformance.report import html

    return html.write(reports)


FORMS = {"html": (_html, "Write a page that needs nothing else to this file.")}  # option: its writer, its help


def forms(command: Command) -> Command:
    """The options of a command that writes reports, one a form."""
    for name, (_, text) in FORMS.items():
        kind = click.Path(dir_okay=False, path_type=Path)
        command = click.option(f"--{name}", type=kind, metavar="FILE", help=text)(command)
    return command


def put(reports: Sequence[Any], given: Mapping[str, Path | None]) -> None:
    """Write reports in the forms for which a file is given, each whole or not at all."""
    from rnnspec.conformance.report import format

    for name, path in given.items():
        if path is not None:
            with options.ending({format.ReportError: 2}):
                format.put(FORMS[name][0](reports), path)


@click.command()
@click.argument("files", metavar="FILE.json…", nargs=-1, required=True, type=click.Path(path_type=Path))
@forms
def report(files: tuple[Path, ...], **given: Path | None) -> None:
    """Show the reports that `rnnspec check --json` wrote in another form, several side by side.

    Exit code: 0 written, 2 not.
    """
    from rnnspec.conformance.report.format import ReportError
    from rnnspec.conformance.report.report import Report

    if not any(given.values()):
        raise click.UsageError(f"say what to write: {', '.join(f'--{name} FILE' for name in given)}")
    with options.ending({ReportError: 2}):
        reports = [Report.load(path) for path in files]
    put(reports, given)
