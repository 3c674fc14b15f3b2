"""`rnnspec judge`"""

from pathlib import Path

import click

from . import options, pages
from .check import USAGE, told


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@options.CASE
@options.VERBOSE
@options.JSON
@pages.with_pages
@options.GOLDENS
@click.pass_context
def judge(
    ctx: click.Context,
    folder: Path,
    cases: tuple[str, ...],
    verbose: bool,
    json_file: str | None,
    goldens: Path | None,
) -> None:
    """Judge the results in DIR, which `rnnspec export DIR` has filled with inputs.

    A case whose results/ is empty is not tested. Properties, which need calls, are left to `check`.

    Exit code: 0 conformant, 1 not, 2 usage, 5 nothing was tested.
    """
    from rnnspec.conformance import checking
    from rnnspec.conformance.remote import files
    from rnnspec.conformance.selection import UnknownCase, known_ids, selected

    from .progress import progressing

    pages.asked(ctx, json_file)
    source = options.folder(goldens)
    wrong: dict[type[Exception], int] = dict.fromkeys((files.BadExport, *checking.WRONG), USAGE)
    with options.ending(wrong), progressing("judging") as progress:
        found = files.results(folder, source)
        wanted = {*found.cases}.intersection(selected(cases or None, known_ids(source)))
        if not wanted:
            raise UnknownCase(f"{folder} has no inputs of {', '.join(cases) or 'any case'}")
        report = checking.check(found, found.dtype, cases=wanted, goldens=source, progress=progress)
    told(ctx, report, verbose, json_file)
