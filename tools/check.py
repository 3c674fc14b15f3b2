"""`rnnspec check`"""

from pathlib import Path
from typing import Any

import click

from . import options

NOT_CONFORMANT, USAGE, NOT_STARTED, NOTHING_TESTED = 1, 2, 3, 5


@click.command()
@click.argument("candidate", default="reference")
@click.option("--dtype", type=click.Choice(["float64", "float32", "float16"]), default="float64", show_default=True)
@click.option(
    "--case", "cases", multiple=True, metavar="ID", help="Only this case, property or operation (repeatable)."
)
@click.option("--verbose", "-v", is_flag=True, help="Show every failure in full.")
@options.JSON
@options.GOLDENS
@click.pass_context
def check(
    ctx: click.Context,
    candidate: str,
    dtype: str,
    cases: tuple[str, ...],
    verbose: bool,
    json_file: str | None,
    goldens: Path | None,
) -> None:
    """Check CANDIDATE, an implementation of recurrent layers, against the goldens.

    CANDIDATE is a module (pkg.module), an object in one (pkg.module:object), a file (path/to/file.py) or
    a registered name (`rnnspec list candidates`); without it the reference checks itself.

    Exit code: 0 conformant, 1 not, 2 usage, 3 the candidate did not start, 5 nothing was tested.
    """
    from .summary import show

    report = _checked(candidate, dtype, cases, options.folder(goldens))
    if not options.write_json(json_file, report.as_json()):
        show(report, verbose)
    ctx.exit(NOTHING_TESTED if not report.tested else 0 if report.conformant else NOT_CONFORMANT)


def _checked(candidate: str, dtype: str, cases: tuple[str, ...], folder: Path) -> Any:
    from rnnspec.conformance import candidate as found
    from rnnspec.conformance import checking
    from rnnspec.golden import GoldenError

    from .progress import progressing

    errors: dict[type[Exception], int] = {
        found.UnknownCandidate: USAGE,
        found.BrokenCandidate: NOT_STARTED,
        checking.UnknownCase: USAGE,
        GoldenError: USAGE,
    }
    # what a candidate prints is its own affair, and stdout may be the report's
    with options.ending(errors), options.stdout_kept(), progressing("checking") as progress:
        return checking.check(candidate, dtype, only=cases, folder=folder, progress=progress)
