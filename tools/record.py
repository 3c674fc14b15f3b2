"""What is on record of a candidate: failures that are known, outputs of an earlier run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from . import options

MOST_NAMED = 8


def recorded(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a verb that holds a report against what is on record."""
    file = click.Path(dir_okay=False, path_type=Path)
    for option in (
        click.option(
            "--baseline",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            help="Record outputs here, and say whether they moved since.",
        ),
        click.option(
            "--write-known-failing", "write_known", type=file, metavar="FILE", help="Write the failures to this list."
        ),
        click.option(
            "--known-failing",
            "known",
            type=file,
            metavar="FILE",
            help="A list of failures that are known, strict in every direction.",
        ),
    ):
        command = option(command)
    return command


@dataclass
class Standing:
    """What came of holding a report against the record: problems make the run fail, notes do not."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    excused: bool = False  # every failure is a known one


def stand(report: Any, partial: bool, known: Path | None, write_known: Path | None, baseline: Path | None) -> Standing:
    """Raises options.Ended where a file cannot be used."""
    found = Standing([f"{name}: promised by the manifest, and has no verdict" for name in report.missing])
    if write_known:
        _write(report, write_known, found)
    if known:
        _known(report, known, found)
    if baseline:
        _baseline(report, partial, baseline, found)
    return found


def whole(write_known: Path | None, partial: bool) -> None:
    """A list of failures that a partial run writes would forget the others. Raises UsageError, before anything runs."""
    if write_known and partial:
        raise click.UsageError("--write-known-failing needs a whole run: leave out --case")


def _write(report: Any, path: Path, found: Standing) -> None:
    from rnnspec.conformance import known_failures

    with options.ending({known_failures.KnownFailuresError: 2}):
        count = known_failures.write(path, report)
    found.notes.append(f"{path}: {count} known failures written; say beside each why it fails")


def _known(report: Any, path: Path, found: Standing) -> None:
    from rnnspec.conformance import checking, known_failures

    with options.ending({known_failures.KnownFailuresError: 2}):
        listed = known_failures.read(path, report.dtype)
    found.problems += [f"{path}: {line}" for line in listed.problems(report.cases, checking.known_ids())]
    found.excused = all(listed.covers(outcome) for outcome in report.cases)
    failing = report.tested - report.totals["pass"]
    if failing and found.excused and not found.problems:
        found.notes.append(f"all {failing} failures are those of {path}")


def _baseline(report: Any, partial: bool, folder: Path, found: Standing) -> None:
    from rnnspec.conformance import baseline

    with options.ending({baseline.BaselineError: 2, OSError: 2}):
        held = baseline.compared(folder, report.dtype, report.cases, partial)
    for names, words in ((held.moved, "moved since they were recorded"), (held.lost, "recorded once, are no more")):
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            found.problems.append(
                f"{folder}: outputs of {len(names)} cases {words}: {', '.join(names[:MOST_NAMED])}{more}"
            )
    if held.moved or held.lost:
        found.notes.append(f"if that is meant, remove {folder / report.dtype} and run again")
    if held.recorded:
        found.notes.append(f"{folder}: outputs of {len(held.recorded)} cases recorded")
    if held.same:
        found.notes.append(f"{folder}: outputs of {len(held.same)} cases are the same bits as recorded")
