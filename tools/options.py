"""Options that several verbs share, and how an error ends a verb."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os.path import isdir
from pathlib import Path
from typing import Any, TypeVar

import click
from rnnspec.conformance.choices import CHOICES, DTYPES, LARGEST_SEED, BadChoice

from . import descriptors
from .kinds import Parsed, Seconds

Command = TypeVar("Command", bound=Callable[..., Any])


def _choice(name: str, *names: str, **more: Any) -> Callable[[Command], Command]:
    """The option of a choice, as conformance/choices.py has it for pytest and pyproject.toml too."""
    known = next(choice for choice in CHOICES if choice.name == name)
    return click.option(f"--{name}", *names, metavar=known.metavar or None, help=known.text, **more)


GOLDENS = _choice("goldens", type=click.Path(exists=True, file_okay=False, path_type=Path))
DTYPE = _choice("dtype", type=click.Choice(DTYPES), default=DTYPES[0])
PRECISION = _choice("precision")
DEVICE = _choice("device", type=Parsed("device"))
CASE = _choice("case", "cases", multiple=True)
ISOLATE = click.option("--isolate/--no-isolate", help=next(c.text for c in CHOICES if c.name == "isolate"))
TIMEOUT = _choice("timeout", type=Parsed("timeout"))
MEMORY = _choice("memory", type=Parsed("memory"))
PROGRAM = _choice("program", type=Parsed("program"))
KNOWN_FAILING = _choice("known-failing", type=click.Path(dir_okay=False, path_type=Path))
JSON = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write the result as JSON to this file, - for stdout.",
)
VERBOSE = click.option("--verbose", "-v", is_flag=True, help="Show every failure in full.")
WRITE_KNOWN_FAILING = click.option(
    "--write-known-failing",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the failures to this list.",
)
BASELINE = click.option(
    "--baseline",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Record outputs here, and say whether they moved since.",
)
EXPLAIN_SECONDS = click.option(
    "--explain-seconds",
    type=Seconds(0, 86400),
    default=6.0,
    show_default=True,
    help="CPU time to look for what explains the failures: in the equations, and in the candidate's source.",
)
NO_EXPLAIN = click.option("--no-explain", is_flag=True, help="Do not look for what explains the failures.")
LINE = click.option(
    "--line", is_flag=True, help="Look for the wrong line in a Python source, too, where the equations explain."
)
SOURCE = click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Of a program: look in this source for the one change with which all passes (repeatable).",
)
BUILD = click.option(
    "--build",
    metavar="COMMAND",
    help="With --source: builds the program, in a copy of the current folder; none where it is read as it is.",
)
SOURCE_SECONDS = click.option(
    "--source-seconds",
    type=Seconds(0, 86400, min_open=True),
    metavar="SECONDS",
    help="With --source: how long to look, builds among it (default: 120).",
)
AT = click.option(
    "--at",
    metavar="AXIS=N,…",
    help="Judge at this size instead, estimated on the spot: n_a=1024,n_x=512,m=32,T_x=512.",
)
OPTION = click.option(
    "--option",
    "used",
    metavar="NAME,…",
    help="With --at: the options in use, as the contract names them: lengths,reverse,c0.",
)
SIZES = click.option(
    "--sizes", is_flag=True, help="Judge a fixed set of sizes past the usual blocks instead, estimated on the spot."
)
SEED = click.option(
    "--seed", type=click.IntRange(0, LARGEST_SEED), help="With --at: of the numbers that are drawn (default: 0)."
)
REPLAY = click.option(
    "--replay",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Judge the problem that `rnnspec hunt` wrote to this file instead.",
)
MAP = click.option(
    "--map", "as_map", is_flag=True, help="Draw where the first failure is wrong, a character an element."
)
PLOT = click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Draw a case into this .svg or .png: its outputs over time, saturation, sensitivity.",
)
NO_MEMORY = 1  # and so no verdict
BEHIND = "rnnspec.program"  # in the context: the program behind --, and its arguments


class WithProgram(click.Command):
    """A command that takes a program and its arguments behind `--`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            cut = args.index("--")
            args, ctx.meta[BEHIND] = args[:cut], args[cut + 1 :]
            if not any(ctx.meta[BEHIND][:1]):  # nor is "" one, a variable that is not set
                raise click.UsageError("there is no program behind --", ctx)
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- PROGRAM ARGS…]"]


def subject(ctx: click.Context, candidate: str | None, program: tuple[str, ...] | None) -> Any:
    """What is to be checked: the candidate's name, or a program's command. What is typed goes before pyproject.toml."""
    behind = ctx.meta.get(BEHIND)
    if behind and typed(ctx, "program"):
        raise click.UsageError("give a program by --program or behind --, not both")
    command = behind or program
    if command and typed(ctx, "candidate"):
        if behind or typed(ctx, "program"):
            raise click.UsageError(f"give CANDIDATE or a program, not both: {candidate!r}")
        return candidate
    if not command and candidate is None:
        raise click.UsageError("give CANDIDATE, or a program behind --: there is nothing to check")
    return command or candidate


def typed(ctx: click.Context, parameter: str) -> bool:
    """Whether an option stands on the command line, and not in a project's pyproject.toml."""
    return ctx.get_parameter_source(parameter) is click.core.ParameterSource.COMMANDLINE


def of_project() -> dict[str, Any]:
    """The choices of the nearest pyproject.toml, as defaults of the verbs' options. Raises Ended."""
    from rnnspec.conformance.choices import of_project

    with ending({BadChoice: 2}):
        try:
            here = Path.cwd()
        except OSError as error:
            raise Ended(f"the current folder cannot be used: {error.strerror}", 2) from None
        found = of_project(here)
    return {{"case": "cases"}.get(name, name.replace("-", "_")): value for name, value in found.items()}


def size(at: str | None, used: str | None, seed: int | None) -> Any:
    """The size that is asked for, None for the goldens. Raises Ended."""
    from rnnspec.golden.sized import BadSize, Size

    if at is None:
        if used is not None or seed is not None:
            raise click.UsageError("--option and --seed go with --at")
        return None
    if not at.strip(" ,"):
        raise click.UsageError("--at says no size: give an axis and its length, as n_a=64")
    with ending({BadSize: 2}):
        return Size.named(",".join([at, *filter(None, [used]), *([] if seed is None else [f"seed={seed}"])]))


def rebuild(sources: tuple[Path, ...], build: str | None, seconds: float | None) -> Any:
    """How a program is built whose source is looked at, None where none is named. Raises Ended."""
    if not sources:
        if build is not None or seconds is not None:
            raise click.UsageError("--build and --source-seconds go with --source")
        return None
    from rnnspec.conformance.rebuild.choice import SECONDS, Rebuild

    with ending({BadChoice: 2}):
        return Rebuild(sources, build, SECONDS if seconds is None else seconds)


def leave_politely() -> None:
    """Let what ends this process politely be an end of Python's, which cleans up."""
    for number in (getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, lambda number, _: sys.exit(128 + number))


class Ended(click.ClickException):
    """A one-line error with an exit code."""

    def __init__(self, message: Any, code: int) -> None:
        from rnnspec.conformance.run.telling import line

        super().__init__("\n".join(map(line, str(message).split("\n"))))
        self.exit_code = code  # type: ignore[misc]  # click declares it on the class


@contextmanager
def ending(kinds: dict[type[Exception], int]) -> Iterator[None]:
    """Turn expected errors into one line and an exit code."""
    try:
        yield
    except tuple(kinds) as error:
        raise Ended(error, next(code for kind, code in kinds.items() if isinstance(error, kind))) from None
    except MemoryError as error:
        raise Ended(f"it takes more memory than there is: {str(error) or 'no more can be had'}", NO_MEMORY) from None


def folder(goldens: Path | None) -> Path:
    from rnnspec.golden import FOLDER

    return goldens.resolve() if goldens else FOLDER


def has_folder(target: str | None) -> None:
    """Raises Ended where there is no folder to write a result into: a run is not to end with that."""
    if target == "":
        raise Ended("'' is no name of a file", 2)
    if target and target != "-" and not isdir(parent := Path(target).absolute().parent):
        raise Ended(f"{target}: cannot be written: there is no folder {parent}", 2)


def write_json(target: str | None, data: Any) -> bool:
    """Write where asked, whole or not at all; True where stdout has been used."""
    if target is None:
        return False
    has_folder(target)
    from rnnspec.conformance.report import format
    from rnnspec.golden import saving

    if target == "-" or saving.descriptor(Path(target)) == descriptors.OUT:
        click.echo(format.written(data), nl=False)
        return True
    with ending({format.ReportError: 2}):
        format.save(data, Path(target))
    return False
