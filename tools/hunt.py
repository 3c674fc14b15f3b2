"""`rnnspec hunt`"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rnnspec.conformance.choices import LARGEST_SEED

from . import options, streams
from .check import NOT_CONFORMANT, NOT_STARTED, NOTHING_TESTED, USAGE, begun, leave
from .kinds import Seconds

SECONDS = 60.0
FILE = "rnnspec-found.json"


@click.command(cls=options.WithProgram)
@click.argument("candidate", required=False)
@options.PROGRAM
@options.DTYPE
@options.PRECISION
@options.DEVICE
@click.option("--case", "cases", multiple=True, metavar="NAME", help="Only this operation or family (repeatable).")
@click.option(
    "--seconds",
    type=Seconds(0, 10**7, min_open=True),
    help="Hunt for so long (default: 60, or until --count).",
)
@click.option("--count", type=click.IntRange(1, 10**9), help="Hunt until so many problems are judged.")
@click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_SEED),
    default=0,
    show_default=True,
    help="Of the problems that are drawn.",
)
@click.option("--keep-going", is_flag=True, help="Go on behind a find, in the other operations.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(FILE),
    show_default=True,
    help="Where the smallest problem goes; further ones beside it, numbered.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Processes on this machine (rnnspec[hunt]).",
)
@click.option("--scheduler", metavar="ADDRESS", help="Hunt on the workers of a Dask scheduler (rnnspec[hunt]).")
@options.VERBOSE
@options.EXPLAIN_SECONDS
@options.NO_EXPLAIN
@options.ISOLATE
@options.TIMEOUT
@options.MEMORY
@options.JSON
@click.pass_context
def hunt(
    ctx: click.Context,
    /,
    candidate: str | None,
    program: tuple[str, ...] | None,
    verbose: bool,
    json_file: str | None,
    no_explain: bool,
    output: Path,
    **given: Any,
) -> None:
    """Hunt CANDIDATE through new problems: sizes, options, regimes, layouts, calls behind calls.

    What it fails is made as small as it can be, explained, and written to a file: `rnnspec check CANDIDATE --replay FILE` plays it
    again, `rnnspec promote FILE` makes a golden of it. The same seed draws the same problems. A candidate that may
    crash or hang is hunted with --isolate.

    Exit code: 0 nothing found, 1 found, also where the candidate ends the run, 2 usage, 3 the candidate did not start, 5 it offers no
    operation that could be hunted, or no problem was judged.
    """
    _by_one_road(ctx, given["scheduler"])
    subject = begun(ctx, candidate, program, json_file, str(output) if output.name else "")
    given["explain_seconds"] *= not no_explain
    if given["seconds"] is None and given["count"] is None:
        given["seconds"] = SECONDS
    hunted = _hunted(subject, running=ctx.obj or (lambda id: None), **given)
    _told(hunted, output, verbose, json_file)
    leave(ctx, NOT_CONFORMANT if hunted.finds else 0 if hunted.judged else NOTHING_TESTED)


def _by_one_road(ctx: click.Context, scheduler: str | None) -> None:
    """Raises UsageError where workers are asked for in two ways, or by no address."""
    if scheduler == "":
        raise click.UsageError("--scheduler says no address: leave it out, or give one, as tcp://10.0.0.1:8786")
    if scheduler and options.typed(ctx, "jobs"):
        raise click.UsageError("--jobs are of this machine, and --scheduler has workers of its own: leave one out")


def _told(hunted: Any, output: Path, verbose: bool, json_file: str | None) -> None:
    from rnnspec.conformance.hunting import problem as problems
    from rnnspec.conformance.report.wording import replaying

    from .summary import folded, show

    paths = [output if not k else output.with_stem(f"{output.stem}-{k + 1}") for k in range(len(hunted.finds))]
    for path, find in zip(paths, hunted.finds, strict=True):
        find.outcome.again = replaying(str(path), hunted.report) if find.problem.circumstances else ""
    used = bool(hunted.report) and options.write_json(json_file, hunted.report.as_json())
    if hunted.report and not used:
        show(hunted.report, verbose)
    for path, find in zip(paths, hunted.finds, strict=True):
        with options.ending({OSError: USAGE}):
            problems.save(find.problem, path, candidate=hunted.candidate, message=find.outcome.message)
        click.echo(f"{path}: {find.problem.case.id}\n  replay: {replaying(str(path), hunted.report)}", err=used)
    click.echo(folded(hunted.said, 80), err=used)


@contextmanager
def _storing_nothing() -> Iterator[None]:
    """Hypothesis notes what code it has read in a folder of its own, which would be where the command is run."""
    with TemporaryDirectory() as folder:
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", folder)  # workers have it, too
        yield


def _hunted(subject: Any, jobs: int, scheduler: str | None, cases: tuple[str, ...], **given: Any) -> Any:
    try:
        from rnnspec.conformance.hunting import hunted as hunting
        from rnnspec.conformance.hunting import spreading
    except ModuleNotFoundError as error:
        raise options.Ended(f"hunt needs {error.name}: pip install 'rnnspec[hunt]'", USAGE) from None
    from rnnspec.conformance.candidate import BrokenCandidate, Unjudged
    from rnnspec.conformance.checking import WRONG

    from .progress import counting

    if given["isolate"] or jobs > 1 or scheduler or not isinstance(subject, str):
        options.leave_politely()  # or what was started would outlive the kit
    wrong: dict[type[Exception], int] = {Unjudged: NOT_CONFORMANT, BrokenCandidate: NOT_STARTED}
    wrong |= dict.fromkeys(WRONG, USAGE)
    with (
        options.ending(wrong),
        _storing_nothing(),
        streams.kept() as stderr,
        counting("hunting", given["count"], given["seconds"], stderr) as heard,
    ):
        if jobs > 1 or scheduler:
            return spreading.hunt(subject, jobs=jobs, scheduler=scheduler, cases=cases or None, heard=heard, **given)
        return hunting.hunt(subject, cases=cases or None, heard=heard, **given)
