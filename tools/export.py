"""`rnnspec export`"""

from pathlib import Path

import click

from . import options


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@options.DTYPE
@options.CASE
@options.GOLDENS
def export(folder: Path, dtype: str, cases: tuple[str, ...], goldens: Path | None) -> None:
    """Write the inputs of cases to DIR, for what can hold no pipe: firmware, Verilog, another machine.

    A folder a case has case.json, inputs/*.npy and parameters/*.npy. Put results into its results/, and
    `rnnspec judge DIR` says what `check` would (docs/protocol.md). Exit code: 0 written, 2 not.
    """
    from rnnspec.conformance import checking
    from rnnspec.conformance.remote import files
    from rnnspec.golden import GoldenError

    from .progress import progressing

    errors: dict[type[Exception], int] = {files.BadExport: 2, checking.UnknownCase: 2, GoldenError: 2}
    source = options.folder(goldens)
    with options.ending(errors), progressing("exporting") as progress:
        checking.known_cases(cases, source)
        written = files.export(folder, dtype, cases, source, progress)
    click.echo(f"{folder}: inputs of {len(written)} cases at {dtype}; `rnnspec judge {folder}` reads the results")
