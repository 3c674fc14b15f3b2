"""`rnnspec compare`"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from . import options
from .report import loaded

FOUND, NOT_COMPARABLE = 1, 2
KINDS = {
    "new": "newly_failing",
    "otherwise": "otherwise",
    "gone": "gone",
    "fixed": "fixed",
    "added": "new",
    "nearer": "nearer",
    "farther": "farther",
}


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--fail-on",
    "kinds",
    multiple=True,
    type=click.Choice(list(KINDS)),
    help="End with 1 where something is so: new fails and did not before, otherwise fails by another reason or size, gone is tested no more, added is tested only "
    "now, nearer and farther pass with more and with less of the budget used.",
)
@options.JSON
@click.pass_context
def compare(ctx: click.Context, old: Path, new: Path, kinds: tuple[str, ...], json_file: str | None) -> None:
    """Say what has changed from OLD to NEW, two reports that `rnnspec check --json FILE` has stored.

    Exit code: 0 nothing of the kinds of --fail-on, 1 some, 2 the two cannot be compared, or usage.
    """
    from rnnspec.conformance.report.format import ReportError

    before, after = loaded(old), loaded(new)
    with options.ending({ReportError: NOT_COMPARABLE}):
        found = before.compare(after)
    if not options.write_json(json_file, asdict(found)):
        different = before.goldens != after.goldens
        _echo(
            _titled(old, before),
            _titled(new, after),
            *["of different goldens: a case may have changed, not the candidate"] * different,
            *(found.lines() or ["nothing has changed"]),
        )
    ctx.exit(FOUND if any(getattr(found, KINDS[kind]) for kind in kinds) else 0)


def _echo(*lines: str) -> None:
    from rich.console import Console

    from .summary import folded, width_of

    click.echo(folded("\n".join(lines), width_of(Console())))


def _titled(path: Path, report: Any) -> str:
    from rnnspec.golden.entry import shown

    passed, failed = report.totals["pass"], len(report.failures)
    part = ", a part" if report.partial else ""
    return shown(f"{path}: {report.candidate} [{report.at}], {passed} passed, {failed} failed{part}")
