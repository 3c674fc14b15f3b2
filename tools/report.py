"""`rnnspec report`"""

from pathlib import Path
from typing import Any

import click

from . import options, pages


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@pages.with_pages
@click.pass_context
def report(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Write pages from reports that `rnnspec check --json FILE` has stored: of one, or of several side by side.

    Exit code: 0 written, whatever the verdict, 2 usage, a file that is no report, or a page that cannot be written.
    """
    if not pages.asked(ctx):
        raise click.UsageError(f"say which page to write: {', '.join(f'--{name}' for name in pages.PAGES)}", ctx)
    pages.write(ctx, *map(loaded, files))


def loaded(path: Path) -> Any:
    """A stored report, in which all that the pages rest on is there. Raises Ended."""
    from rnnspec.conformance.report.format import ReportError
    from rnnspec.conformance.report.report import Report

    with options.ending({ReportError: 2}):
        try:
            found = Report.load(path)
        except OverflowError:
            raise ReportError(f"{path}: has a number that is larger than any float") from None
        for outcome in found:
            for verdict in outcome.verdicts.values():
                if verdict.at and (verdict.got is None or verdict.want is None):
                    raise ReportError(f"{path}: {outcome.id}: {verdict.output} has a place and no numbers got and want")
        return found
