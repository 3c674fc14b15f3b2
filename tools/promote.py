"""`rnnspec promote`"""

from pathlib import Path
from shlex import quote

import click

from . import options


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--goldens",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to add it to, which gets a copy of the installed goldens where it has none; default: the installed one.",
)
def promote(file: Path, goldens: Path | None) -> None:
    """Prove the problem in FILE, which `rnnspec hunt` has written, and add it to the goldens.

    Exit code: 0 done, 1 it is not fit to be a golden, 2 usage.
    """
    try:
        from rnnspec.golden import GoldenError, promoting
        from rnnspec.golden.refusal import Refused
    except ModuleNotFoundError as error:
        raise options.Ended(f"promote needs {error.name}: pip install 'rnnspec[regenerate]'", 2) from None
    from rnnspec.conformance.hunting.problem import BadProblem, read

    with options.ending({BadProblem: 2, GoldenError: 2, OSError: 2, Refused: 1}):
        problem = read(file)
        if problem.circumstances:
            raise Refused(
                f"{file}: not fit to be a golden, which is plain arrays in a call by itself: what was found needs"
                f" {problem.circumstances}; `rnnspec check CANDIDATE --replay {quote(str(file))}` shows it"
            )
        folder = options.folder(goldens)
        added = promoting.promoted(problem.case, problem.dtype, folder)
    click.echo(f"{added.id}: proven, in {folder}")
    at = f" --precision {quote(problem.precision)}" if problem.precision else f" --dtype {problem.dtype}"
    click.echo(f"  rnnspec check CANDIDATE{at} --goldens {quote(str(folder))} --case {added.id}")
