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
    from rnnspec.conformance.remote import files
    from rnnspec.conformance.selection import UnknownCase, known_ids, selected
    from rnnspec.golden import GoldenError

    from .progress import progressing

    source = options.folder(goldens)
    wrong: dict[type[Exception], int] = dict.fromkeys((files.BadExport, UnknownCase, GoldenError), 2)
    with options.ending(wrong), progressing("exporting") as progress:
        written = files.export(folder, dtype, selected(cases or None, known_ids(source)), source, progress)
    click.echo(f"{folder}: inputs of {len(written)} cases at {dtype}; `rnnspec judge {folder}` reads the results")
