"""`rnnspec scoreboard`"""

from pathlib import Path

import click

from . import options, pages
from .report import loaded

USAGE = 2
LARGEST = 1 << 28  # bytes of a page


@click.command()
@click.argument("files", metavar="REPORT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write index.html and reports/*.html; an earlier board there is replaced.",
)
def scoreboard(files: tuple[Path, ...], folder: Path) -> None:
    """Write a board of candidates, operations and dtypes from reports that `rnnspec check --json FILE` has stored.

    Several reports of one candidate and dtype are its versions over time. DIR/index.html opens from disk. Exit code: 0
    written, whatever the verdicts, 2 usage, a file that is no report, reports of different goldens, or a folder that
    cannot be written.
    """
    from rnnspec.conformance.report import scoreboard as board
    from rnnspec.conformance.report.format import ReportError

    reports = [(str(file), loaded(file)) for file in dict.fromkeys(files)]
    with options.ending({ReportError: USAGE}):
        made = board.scoreboard(reports)
    _ready(folder, board.INDEX, board.FOLDER, board.TITLE)
    written = set[Path]()
    for name, page in made:
        pages.save(str(folder / name), page.encode("utf-8", "backslashreplace"))
        written.add(folder / name)
    for left in {*(folder / board.FOLDER).glob("*.html")} - written:  # of an earlier board
        left.unlink(missing_ok=True)
    click.echo(f"{folder / board.INDEX}: {len(reports)} report{'s' if len(reports) > 1 else ''}")


def _ready(folder: Path, index: str, inside: str, title: str) -> None:
    """Make the folders. Raises Ended where that cannot be, or where other pages than a board's would be written over."""
    from rnnspec.golden import saving

    try:
        (folder / inside).mkdir(parents=True, exist_ok=True)
        there = (folder / index).exists()
        if there and f"<title>{title}</title>".encode() not in saving.read(folder / index, LARGEST):
            raise options.Ended(f"{folder / index}: is there, and is no scoreboard; choose another folder", USAGE)
        if not there and any((folder / inside).iterdir()):
            raise options.Ended(f"{folder / inside}: has files that are no scoreboard's; choose another folder", USAGE)
    except (OSError, ValueError) as error:  # the second is a name's
        raise options.Ended(
            f"{folder}: cannot be written: {getattr(error, 'strerror', None) or error}", USAGE
        ) from None
