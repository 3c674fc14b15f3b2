"""`rnnspec judge`"""

from pathlib import Path

import click

from . import options
from .check import told


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@options.CASE
@options.VERBOSE
@options.JSON
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
    from rnnspec.golden import GoldenError

    from .progress import progressing

    errors: dict[type[Exception], int] = {files.BadExport: 2, checking.UnknownCase: 2, GoldenError: 2}
    source = options.folder(goldens)
    with options.ending(errors), progressing("judging") as progress:
        found = files.results(folder, source)
        checking.known_cases(cases, source)
        wanted = {name for name in found.cases if not cases or {name, name.partition("/")[0]} & set(cases)}
        if not wanted:
            raise checking.UnknownCase(f"{folder} has no inputs of {', '.join(cases) or 'any case'}")
        report = checking.check(found, found.dtype, only=wanted, folder=source, progress=progress)
    told(ctx, report, verbose, json_file)
