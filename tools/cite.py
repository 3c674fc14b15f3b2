"""`rnnspec cite`"""

from pathlib import Path

import click

from . import options
from .citing import STYLES, Citation, written


@click.command()
@click.option("--style", type=click.Choice(list(STYLES)), help="One of the two alone.")
@options.GOLDENS
def cite(style: str | None, goldens: Path | None) -> None:
    """Say how to cite rnnspec, as text and as BibTeX, with its version and the digest of the goldens.

    Verdicts rest on the goldens: two of one digest are of the same evidence. Exit code: 0, 2 for goldens that cannot be read.
    """
    from rnnspec.conformance.report.environment import kit_version
    from rnnspec.golden import GoldenError, read_manifest

    with options.ending({GoldenError: 2}):
        digest = read_manifest(options.folder(goldens)).digest
    citation = Citation.of(written(), kit_version(), digest)
    click.echo("\n\n".join(STYLES[name](citation) for name in ([style] if style else STYLES)))
