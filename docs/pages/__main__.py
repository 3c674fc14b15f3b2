"""The pages that a command writes: `python docs/pages --help`."""

import sys
from pathlib import Path

import click
import limiting


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Write the pages of docs/ anew, each from what the code gives or from a run."""


@main.command("kill-matrix")
@click.option("--check", is_flag=True, help="Write nothing; say whether the files are what the code gives.")
def _kill_matrix(check: bool) -> None:
    """Run every deviation on every golden."""
    import kill_matrix

    kill_matrix.write(check)


@main.command("effects")
@click.option("--check", is_flag=True, help="Write nothing; say which deviations do not do what is recorded.")
def _effects(check: bool) -> None:
    """Record what each deviation does, in numbers: by them an edit is told to be it."""
    import effects

    effects.write(check)


@main.command("against-onnx")
def _against_onnx() -> None:
    """Run every deviation on ONNX's node tests and on our goldens; needs the extra `dev` for onnx."""
    import against_onnx

    against_onnx.write()


@main.command("frameworks")
@click.argument("names", nargs=-1)
@click.option("--dtype", "dtypes", multiple=True, type=click.Choice(["float64", "float32"]))
@click.option("--stored", is_flag=True, help="Run no case: take the reports that `scoreboard` has stored.")
def _frameworks(names: tuple[str, ...], dtypes: tuple[str, ...], stored: bool) -> None:
    """Run the suite on the adapters that are NAMEd, else on all; the others' rows stay."""
    import frameworks

    frameworks.write(names, dtypes, stored)


@main.command("scoreboard")
@click.argument("names", nargs=-1)
@click.option("--dtype", "dtypes", multiple=True, type=click.Choice(["float64", "float32"]))
def _scoreboard(names: tuple[str, ...], dtypes: tuple[str, ...]) -> None:
    """Store the reports of the adapters that are NAMEd, else of all that are installed, for the scoreboard."""
    import scoreboard

    scoreboard.write(names, dtypes)


@main.command("known-failing")
@click.argument("names", nargs=-1, required=True)
def _known_failing(names: tuple[str, ...]) -> None:
    """Write the lists of the known failures of frameworks, from their reports in docs/reports."""
    import known_failing

    known_failing.write(names)


@main.command("defects")
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; say which are not as they are recorded.")
@click.option(
    "--newest",
    is_flag=True,
    help="Run no lists; say which are fixed in the versions that are installed, and keep that.",
)
def _defects(names: tuple[str, ...], check: bool, newest: bool) -> None:
    """Run the projects of recurrences that are NAMEd, else all, and write the hall of defects and their lists."""
    import defects

    if check or newest:
        sys.exit(not defects.check(newest, names))
    defects.write(names)


@main.command("factors")
def _factors() -> None:
    """Say what a run can differ in, and where two levels meet."""
    import factors

    factors.write()


@main.command("site")
@click.option(
    "-o", "target", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write."
)
@limiting.limited
def _site(target: Path, limit: float | None) -> None:
    """Build the site, which opens from a disk and on any host; needs the extra `site`."""
    with limiting.within(limit):
        from manual import building

        building.write(target)


@main.command("replay")
@click.argument("page", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@limiting.limited
def _replay(page: Path, limit: float | None) -> None:
    """Follow a PAGE of docs/site word for word in a fresh clone and environment, and compare what is printed."""
    from manual import building, replaying
    from manual.borrowed import ROOT

    with limiting.within(limit):
        same = replaying.replay(page, building.by_hand(page), ROOT)
    sys.exit(not same)


@main.command("speed")
@click.option("--seconds", default=10.0, help="For how long each line is measured at least.")
def _speed(seconds: float) -> None:
    """Measure the reference beside its matrix products, torch and ONNX; needs the extras `dev` and `torch`."""
    import speed

    speed.write(seconds)


main(prog_name="python docs/pages")
