"""`rnnspec verify`"""

from pathlib import Path

import click

from . import options


@click.command()
@options.JSON
@options.GOLDENS
@click.pass_context
def verify(ctx: click.Context, json_file: str | None, goldens: Path | None) -> None:
    """Verify that the goldens are what their manifest says: digests, contract, counts, files.

    Exit code: 0 they are, 1 they are not.
    """
    from rnnspec.golden import manifest
    from rnnspec.golden.verify import problems

    folder = options.folder(goldens)
    found = list(problems(folder))
    if not options.write_json(json_file, {"folder": str(folder), "problems": found}):
        for problem in found:
            click.echo(f"Error: {problem}", err=True)
        if not found:
            stated = manifest.read(folder)
            click.echo(f"{len(stated.cases)} goldens are what their manifest says, digest {stated.digest}")
    ctx.exit(1 if found else 0)
