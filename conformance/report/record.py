"""How a report stands to what is on record: failures that are known, outputs of an earlier run."""

from collections.abc import Callable, Collection
from pathlib import Path

from rnnspec.golden import Golden
from rnnspec.golden.entry import shown

from . import baseline as baselines
from . import known_failures
from .report import Record, Report
from .wording import number

MOST_NAMED = 8
Place = Path | str | None


def stand(
    report: Report,
    known_ids: Collection[str],
    known: Place,
    write_known: Place,
    baseline: Place,
    goldens: Callable[[str], Golden],
) -> Record:
    """With what the report notes already. Raises KnownFailuresError or BaselineError where a file cannot be used."""
    missing = [f"{name}: promised by the manifest, and has no verdict" for name in report.missing]
    found = Record(missing, [*report.record.notes])
    if write_known:
        count = known_failures.write(Path(write_known), report)
        found.notes.append(f"{write_known}: {count} known failures written; say beside each why it fails")
    if known:
        _known(report, known_ids, known_failures.read(Path(known), report.dtype), found)
    if baseline:
        _baseline(report, Path(baseline), found, goldens)
    found.problems, found.notes = ([shown(line, 2000) for line in lines] for lines in (found.problems, found.notes))
    return found


def _known(report: Report, known_ids: Collection[str], listed: known_failures.Known, found: Record) -> None:
    found.problems += [f"{listed.path}: {line}" for line in listed.problems(report.cases, known_ids)]
    for outcome in filter(listed.covers, report.failures):
        outcome.known = listed.whys.get(outcome.id, "")
    found.excused = all(listed.covers(outcome) for outcome in report.cases)
    if report.failures and found.excused and not found.problems:
        found.notes.append(f"all {len(report.failures)} failures are those of {listed.path}")


def _baseline(report: Report, folder: Path, found: Record, goldens: Callable[[str], Golden]) -> None:
    held = baselines.compared(folder, report.dtype, report.cases, report.partial, goldens)
    far, where = held.furthest
    moved = "moved since they were recorded"
    moved += f", by up to {number(far)} of the budget ({where})" if far else ""
    for names, words in ((held.moved, moved), (held.lost, "recorded once, are no more")):
        if names:
            found.problems.append(f"{folder}: outputs of {len(names)} cases {words}: {_named(names)}")
    if held.otherwise:
        lines = [f"{words} in {len(names)} cases ({_named(names)})" for words, names in held.otherwise.items()]
        more = f"; and {len(lines) - MOST_NAMED} more" if len(lines) > MOST_NAMED else ""
        found.problems.append(f"{folder}: {'; '.join(lines[:MOST_NAMED])}{more}")
    if held.moved or held.lost:
        found.notes.append(f"if that is meant, remove {folder / report.dtype} and run again")
    if held.recorded:
        found.notes.append(f"{folder}: outputs of {len(held.recorded)} cases recorded")
    if held.same:
        found.notes.append(f"{folder}: outputs of {len(held.same)} cases are the same bits as recorded")


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"
