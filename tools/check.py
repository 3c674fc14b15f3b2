"""`rnnspec check`"""

import os
from pathlib import Path
from typing import Any

import click

from . import options, pages, streams

NOT_CONFORMANT, USAGE, NOT_STARTED, NOTHING_TESTED = 1, 2, 3, 5
NOT_REPLAYED = (
    "dtype",
    "precision",
    "cases",
    "at",
    "sizes",
    "known_failing",
    "write_known_failing",
    "baseline",
    "rebuild",
    "line",
)


@click.command(cls=options.WithProgram)
@click.argument("candidate", required=False)
@options.PROGRAM
@options.DTYPE
@options.PRECISION
@options.DEVICE
@options.CASE
@options.AT
@options.OPTION
@options.SEED
@options.SIZES
@options.REPLAY
@options.VERBOSE
@options.MAP
@options.EXPLAIN_SECONDS
@options.NO_EXPLAIN
@options.LINE
@options.SOURCE
@options.BUILD
@options.SOURCE_SECONDS
@options.ISOLATE
@options.TIMEOUT
@options.MEMORY
@options.KNOWN_FAILING
@options.WRITE_KNOWN_FAILING
@options.BASELINE
@options.JSON
@pages.with_pages
@options.GOLDENS
@click.pass_context
def check(
    ctx: click.Context,
    /,
    candidate: str | None,
    program: tuple[str, ...] | None,
    verbose: bool,
    as_map: bool,
    json_file: str | None,
    no_explain: bool,
    replay: Path | None,
    **given: Any,
) -> None:
    """Check CANDIDATE, an implementation of recurrent layers, against the goldens.

    CANDIDATE is a module (pkg.module), an object in one (pkg.module:object), a file (path/to/file.py) or
    a registered name (`rnnspec list candidates`). Or, behind `--`, it is a program in any language, with its
    arguments: rnnspec check -- ./program (docs/protocol.md).

    What pytest takes, too, may also stand in [tool.rnnspec] of a pyproject.toml, by the option's name.

    Exit code: 0 conformant (or every failure is a known one), 1 not, also where the candidate ends the run, 2 usage,
    3 the candidate did not start or broke the protocol, 5 nothing was tested, 130 interrupted, 143 terminated.
    """
    subject = begun(ctx, candidate, program, json_file)
    pages.asked(ctx, json_file)
    given["explain_seconds"] *= not no_explain
    given["rebuild"] = options.rebuild(given.pop("sources"), given.pop("build"), given.pop("source_seconds"))
    given["at"] = options.size(given["at"], given.pop("used"), given.pop("seed"))
    report = _checked(subject, running=ctx.obj, **given) if replay is None else _replayed(ctx, subject, replay, given)
    told(ctx, report, verbose, json_file)


def told(ctx: click.Context, report: Any, verbose: bool, json_file: str | None) -> None:
    """Show or write a report, and leave with its exit code."""
    from rnnspec.golden.entry import shown

    from .summary import show

    used = options.write_json(json_file, report.as_json())
    if not (pages.write(ctx, report) or used):
        show(report, verbose)
        file = str(ctx.params.get("candidate") or "").partition(":")[0]
        is_own = (
            file.endswith(".py")
            and os.path.isfile(file)
            and not any(ctx.params.get(name) for name in ("line", "at", "precision", "replay"))
        )
        if is_own and any(not one.is_change for one in report.explanations):
            click.echo(f"which line of {shown(file)} that is: add --line")
        if ctx.params.get("as_map"):
            from .mapping import show as show_map

            show_map(report, options.folder(ctx.params["goldens"]))
    leave(ctx, NOTHING_TESTED if not report.tested else 0 if report.accepted else NOT_CONFORMANT)


def begun(ctx: click.Context, candidate: str | None, program: tuple[str, ...] | None, *targets: str | None) -> Any:
    """What is to be checked; from here on a verdict is to be said. Raises Ended where a target has no folder."""
    from rnnspec.golden.entry import shown

    subject = options.subject(ctx, candidate, program)
    own = {word for parameter in ctx.command.params for word in parameter.opts if word.startswith("--")}
    if theirs := [word for word in ctx.meta.get(options.BEHIND, ())[1:] if word.partition("=")[0] in own]:
        told = f"{', '.join(theirs)}: the program's own, as it stands behind --; what is meant for rnnspec stands before it"
        click.echo(shown(told), err=True)
    if ctx.obj:
        ctx.obj.checking = True
    for target in targets:
        options.has_folder(target)
    return subject


def leave(ctx: click.Context, code: int) -> None:
    """End with a verdict, and say it to the process that watches."""
    if ctx.obj:
        ctx.obj.verdict(code)
    ctx.exit(code)


def _checked(subject: Any, goldens: Path | None, **given: Any) -> Any:
    from rnnspec.conformance import checking
    from rnnspec.conformance.candidate import BrokenCandidate, Unjudged

    from .progress import progressing

    if given["isolate"] or not isinstance(subject, str):
        options.leave_politely()  # or what was started would outlive the kit
    wrong: dict[type[Exception], int] = {Unjudged: NOT_CONFORMANT, BrokenCandidate: NOT_STARTED}
    wrong |= dict.fromkeys(checking.WRONG, USAGE)
    # what a candidate prints is its own affair, and stdout may be the report's
    with (
        options.ending(wrong),
        streams.kept() as stderr,
        progressing("checking", stderr, "explaining") as progress,
    ):
        cases = given.pop("cases") or None
        return checking.check(subject, cases=cases, goldens=options.folder(goldens), progress=progress, **given)


def _replayed(ctx: click.Context, subject: Any, path: Path, given: dict[str, Any]) -> Any:
    """The report of a problem that a hunt has written, which has a dtype of its own."""
    from rnnspec.conformance import checking
    from rnnspec.conformance.candidate import BrokenCandidate, Unjudged
    from rnnspec.conformance.hunting.problem import BadProblem, read
    from rnnspec.conformance.hunting.replaying import replayed
    from rnnspec.conformance.report.wording import replaying

    if chosen := [name for name in NOT_REPLAYED if (given.get(name) and name != "dtype") or options.typed(ctx, name)]:
        raise click.UsageError(
            f"--replay is of one problem: leave out --{chosen[0].replace('_', '-').replace('cases', 'case')}"
        )
    wrong: dict[type[Exception], int] = {Unjudged: NOT_CONFORMANT, BrokenCandidate: NOT_STARTED, BadProblem: USAGE}
    wrong |= dict.fromkeys(checking.WRONG, USAGE)
    with options.ending(wrong), streams.kept():
        problem, limits = read(path), {name: given[name] for name in ("device", "isolate", "timeout", "memory")}
        report = replayed(subject, problem, explain_seconds=given["explain_seconds"], **limits)
        report.cases[0].again = replaying(str(path), report) if problem.circumstances else ""
        return report
