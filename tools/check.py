"""`rnnspec check`"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from . import options, record

NOT_CONFORMANT, USAGE, NOT_STARTED, NOTHING_TESTED = 1, 2, 3, 5


@click.command(cls=options.WithProgram)
@click.argument("candidate", default="reference")
@options.DTYPE
@options.CASE
@options.VERBOSE
@options.ISOLATE
@options.TIMEOUT
@options.MEMORY
@record.recorded
@options.JSON
@options.GOLDENS
@click.pass_context
def check(
    ctx: click.Context,
    /,
    verbose: bool,
    json_file: str | None,
    known: Path | None,
    write_known: Path | None,
    baseline: Path | None,
    **given: Any,
) -> None:
    """Check CANDIDATE, an implementation of recurrent layers, against the goldens.

    CANDIDATE is a module (pkg.module), an object in one (pkg.module:object), a file (path/to/file.py) or
    a registered name (`rnnspec list candidates`); without it the reference checks itself. Or, behind `--`, it is
    a program in any language, with its arguments: rnnspec check -- ./program (docs/protocol.md).

    Exit code: 0 conformant (or every failure is a known one), 1 not, 2 usage, 3 the candidate did not start or broke the protocol, 5 nothing was tested.
    """
    record.whole(write_known, bool(given["cases"]))
    report = _checked(ctx, **given)
    told(ctx, report, verbose, json_file, record.stand(report, bool(given["cases"]), known, write_known, baseline))


def told(
    ctx: click.Context, report: Any, verbose: bool, json_file: str | None, standing: record.Standing | None = None
) -> None:
    """Show or write a report and how it stands to the record, and leave with its exit code."""
    from .summary import show

    standing = standing or record.Standing()
    data = {**report.as_json(), "record": {"problems": standing.problems, "notes": standing.notes}}
    if not options.write_json(json_file, data):
        show(report, verbose)
        for line in (*standing.notes, *standing.problems):
            click.echo(line)
    good = (report.conformant or standing.excused) and not standing.problems
    ctx.exit(NOTHING_TESTED if not report.tested else 0 if good else NOT_CONFORMANT)


def _checked(
    ctx: click.Context, candidate: str, dtype: str, cases: tuple[str, ...], goldens: Path | None, **alone: Any
) -> Any:
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
    folder = options.folder(goldens)
    # what a candidate prints is its own affair, and stdout may be the report's
    with (
        options.ending(errors),
        options.stdout_kept(),
        _started(ctx, candidate, folder, **alone) as it,
        progressing("checking") as progress,
    ):
        return checking.check(it, dtype, only=cases, folder=folder, progress=progress)


def _started(
    ctx: click.Context, candidate: str, folder: Path, isolate: bool, timeout: float | None, memory: int | None
) -> AbstractContextManager[Any]:
    """The candidate: as it was named, or in a process of its own, which ends with the context."""
    program: Sequence[str] = ctx.meta.get(options.PROGRAM, ())
    if not program and not isolate:
        if timeout is not None or memory is not None:
            raise click.UsageError("--timeout and --memory need --isolate, or a program behind --")
        return nullcontext(candidate)
    if program and not options.omitted(ctx, "candidate"):
        raise click.UsageError(f"give CANDIDATE or a program behind --, not both: {candidate!r}")
    from rnnspec.conformance.remote import candidate as remote

    options.leave_on_sigterm()  # or what was started would outlive the kit
    seconds = remote.TIMEOUT if timeout is None else timeout
    most = remote.MEMORY if memory is None else memory or None
    return remote.program(program, seconds, most) if program else remote.isolated(candidate, seconds, most, folder)
