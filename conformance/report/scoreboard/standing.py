"""How a report stands on the board: a row of numbers, and a cell an operation, with what was not tested beside what failed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from packaging.version import InvalidVersion, Version
from rnnspec.golden.entry import shown
from rnnspec.reference import OPERATIONS

from ...run.outcome import ESTIMATED, Outcome
from .. import order
from ..comparison import compared
from ..format import ReportError, number
from ..html import verdict
from ..report import Report

MOST_NAMED = 3  # files of one digest
MOST_REASONS = 12  # for not testing, of one report
LONGEST = 200  # characters of one
SKIPPED = "inputs that {} cannot hold"
MISSING = "promised by the manifest, and without a verdict"


def one_goldens(reports: Sequence[tuple[str, Report]]) -> str:
    """The digest of the goldens that all reports are of. Raises ReportError, which says which reports have which."""
    files: dict[str, list[str]] = {}
    for name, report in reports:
        # estimates are those of a version: nothing else says that two are of the same
        same = f"{report.goldens} by rnnspec {report.rnnspec}" if report.goldens == ESTIMATED else report.goldens
        files.setdefault(same, []).append(name)
    if not files:
        raise ReportError("there is no report")
    if files.keys() == {""}:
        raise ReportError(f"{_named(files[''])}: does not say which goldens it is of")
    if len(files) == 1:
        return reports[0][1].goldens
    told = (f"{_named(names)} of {digest or 'none'}" for digest, names in files.items())
    raise ReportError(
        f"reports of different goldens cannot stand on one board: {'; '.join(told)}; run `rnnspec check` again for those of the others"
    )


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(shown(name, LONGEST) for name in names[:MOST_NAMED])}{more}"


def by_age(reports: Iterable[Report]) -> list[Report]:
    """Reports of one candidate and dtype, oldest first: by the numbers of their versions, else as they are given."""
    return sorted(reports, key=lambda report: [_piece(word) for word in report.version[:LONGEST].split()])


def _piece(word: str) -> tuple[bool, Version, str]:
    """A version, or a word, which stands in front of all versions."""
    try:
        return True, Version(word.strip(",()")), ""
    except InvalidVersion:
        return False, Version("0"), word


def row(report: Report) -> dict[str, Any]:
    """What the board says of one report."""
    untested = _untested(report)
    cells = {name: _cell(outcomes) for name, outcomes in report.by_operation().items()}
    for operation, n in Counter(operation for _, operation in untested).items():
        cells.setdefault(operation, _cell([]))[2] = n
    return {
        "candidate": report.candidate,
        "version": report.version,
        "dtype": report.at,
        "rnnspec": report.rnnspec,
        "verdict": verdict(report),
        "partial": report.partial,
        "cells": cells,
        "why": _reasons(untested),
    }


def changes(earlier: Report | None, report: Report) -> dict[str, list[str]]:
    """What is not as it was, in words: of all operations under "", and by family."""
    if earlier is None:
        return {}
    found = {"": earlier.compare(report).lines()}
    for family in sorted({_family(outcome) for outcome in (*earlier.cases, *report.cases)} - {""}):
        before, now = ([o for o in each.cases if _family(o) == family] for each in (earlier, report))
        found[family] = compared(before, now).lines()
    return {family: lines for family, lines in found.items() if lines}


def _family(outcome: Outcome) -> str:
    return OPERATIONS[outcome.operation].family if outcome.operation in OPERATIONS else ""


def _cell(outcomes: list[Outcome]) -> list[Any]:
    """Passed, failed, not tested, the closest to its budget of what passed, the case that tells most, and that which is closest."""
    failed = [outcome for outcome in outcomes if outcome.failed]
    passed = [outcome for outcome in outcomes if not outcome.failed and outcome.verdicts]
    closest = max(passed, key=lambda outcome: outcome.worst, default=None)
    telling = [*order.telling_first(failed)[:1], *([closest] if closest else []), *outcomes[:1]]
    n = sum(outcome.outcome == "pass" for outcome in outcomes)
    near = number(closest.worst) if closest else None
    return [n, len(failed), 0, near, telling[0].id if telling else "", closest.id if closest else ""]


def _untested(report: Report) -> list[tuple[str, str]]:
    """Why, and the operation, for each case that has no verdict."""
    found = [(outcome.message, outcome.operation) for outcome in report.untested]
    found += [(SKIPPED.format(report.at), id.partition("/")[0]) for id in report.skipped]
    return found + [(MISSING, id.partition("/")[0]) for id in report.missing]


def _reasons(untested: list[tuple[str, str]]) -> list[list[Any]]:
    """Each reason with the number of its cases by operation, the commonest first; the rest is told as one."""
    counts = Counter(why for why, _ in untested)
    kept = {why for why, _ in counts.most_common(MOST_REASONS)}
    rest = f"{len(counts) - len(kept)} more reasons"
    found: dict[str, Counter[str]] = {why: Counter() for why, _ in counts.most_common(MOST_REASONS)}
    for why, operation in untested:
        found.setdefault(why if why in kept else rest, Counter())[operation] += 1
    return [[shown(why, LONGEST), dict(operations)] for why, operations in found.items()]
