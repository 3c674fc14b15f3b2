"""`rnnspec regenerate`"""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from . import options

ENDS = ("SIGINT", "SIGTERM", "SIGHUP")


@click.command()
@click.option(
    "--check", "check_only", is_flag=True, help="Write nothing; say whether the goldens are what the code gives."
)
@click.option(
    "--all", "everything", is_flag=True, help="Prove every case anew, also those whose recipe has not changed."
)
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, show_default=True)
@click.option("--scheduler", metavar="ADDRESS", help="Prove on the workers of a Dask scheduler (rnnspec[hunt]).")
@click.option(
    "--goldens",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to in place of the installed one.",
)
@click.pass_context
def regenerate(
    ctx: click.Context, check_only: bool, everything: bool, workers: int, scheduler: str | None, goldens: Path | None
) -> None:
    """Make the goldens anew, prove them, say what changed, and replace them all or not at all.

    Passes over a case whose golden was made by the same code from the same idea, save with --check or --all.

    Exit code: 0 done, or nothing differs; 1 a case is refused or, with --check, something differs; 2 usage.
    """
    making, replacing = _modules(scheduler)
    folder = options.folder(goldens)
    # who only looks need not be alone, and may look where nothing can be written
    with (
        options.ending({making.GoldenError: 2, making.LostWorkers: 2, OSError: 2}),
        leaving(),
        nullcontext() if check_only else replacing.alone(folder),
    ):
        kept = {} if check_only or everything else replacing.kept(folder)
        made = _made(making, (workers, scheduler), kept, replacing.promoted(folder))
        differences = replacing.changes(folder, made)
        for line in differences:
            click.echo(line)
        if check_only and differences:
            raise options.Ended(f"{len(differences)} differences between {folder} and what the code gives", 1)
        if not check_only:
            replacing.write(folder, made)  # also where only a recipe is another
    click.echo(f"{len(made)} goldens in place" if differences else f"{len(made)} goldens are what the code gives")
    ctx.exit(0)


def _modules(scheduler: str | None) -> tuple[Any, Any]:
    try:
        from rnnspec.golden import making, replacing

        if scheduler is not None:
            import distributed  # noqa: F401
    except ModuleNotFoundError as error:
        extra = "regenerate,hunt" if scheduler is not None else "regenerate"
        raise options.Ended(f"regenerate needs {error.name}: pip install 'rnnspec[{extra}]'", 2) from None
    return making, replacing


@contextmanager
def leaving() -> Iterator[None]:
    """Let a signal that ends this process be an end of Python's, which puts everything back, and end the workers first."""

    def leave(number: int, _: Any) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)  # putting back takes a moment, in which one more would be too many
        for worker in multiprocessing.active_children():
            worker.terminate()  # or their pool would wait for all that they still have to do
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _made(making: Any, where: tuple[int, str | None], kept: dict[str, Any], promoted: list[str]) -> dict[str, Any]:
    from rnnspec.golden.case import CASES
    from rnnspec.golden.recipe import recipe

    from .progress import progressing

    made, wanted = dict(kept), [*CASES, *promoted]
    recipe(next(iter(CASES.values())))  # an install without sources is told before the first proof
    missing = [name for name in wanted if name not in kept]
    with (
        options.ending({making.Refusals: 1}),
        progressing("proving") as progress,
        making.executor(*where) if missing else nullcontext() as pool,
    ):
        for fresh in making.make_all(missing, pool):
            made[fresh.entry.id] = fresh
            progress(len(made), len(wanted))
    return made
