"""`rnnspec regenerate`"""

import os
from pathlib import Path
from typing import Any

import click

from . import options


@click.command()
@click.option(
    "--check", "check_only", is_flag=True, help="Write nothing; say whether the goldens are what the code gives."
)
@click.option(
    "--all", "everything", is_flag=True, help="Prove every case anew, also those whose recipe has not changed."
)
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, show_default=True)
@click.option(
    "--goldens",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to in place of the installed one.",
)
@click.pass_context
def regenerate(ctx: click.Context, check_only: bool, everything: bool, workers: int, goldens: Path | None) -> None:
    """Make the goldens anew, prove them, say what changed, and replace them all or not at all.

    Passes over a case whose golden was made by the same code from the same idea, save with --check or --all.

    Exit code: 0 done, or nothing differs; 1 a case is refused or, with --check, something differs; 2 usage.
    """
    try:
        from rnnspec.golden import regenerate as making
        from rnnspec.golden import replacing
    except ModuleNotFoundError as error:
        raise options.Ended(f"regenerate needs {error.name}: pip install 'rnnspec[regenerate]'", 2) from None
    folder = options.folder(goldens)
    kept = {} if check_only or everything else replacing.kept(folder)
    made = _made(making, workers, kept)
    differences = replacing.changes(folder, made)
    for line in differences:
        click.echo(line)
    if check_only and differences:
        raise options.Ended(f"{len(differences)} differences between {folder} and what the code gives", 1)
    if not check_only:
        with options.ending({OSError: 2}):
            replacing.write(folder, made)  # also where only a recipe is another
    click.echo(f"{len(made)} goldens in place" if differences else f"{len(made)} goldens are what the code gives")
    ctx.exit(0)


def _made(making: Any, workers: int, kept: dict[str, Any]) -> dict[str, Any]:
    from rnnspec.golden.case import CASES

    from .progress import progressing

    made = dict(kept)
    with options.ending({making.Refusals: 1}), progressing("proving") as progress:
        for fresh in making.make_all([name for name in CASES if name not in kept], workers):
            made[fresh.entry.id] = fresh
            progress(len(made), len(CASES))
    return made
