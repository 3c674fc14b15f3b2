"""How a report stands on the board: a row of numbers, and a cell an operation, with what was not tested beside what failed."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rnnspec.golden.entry import shown

from ...run.outcome import Outcome
from .. import order
from ..format import ReportError, number
from ..html import verdict
from ..report import Report

MOST_NAMED = 3  # files of one digest
MOST_REASONS = 12  # for not testing, of one report
LONGEST = 200  # characters of one
SKIPPED = "inputs that {} cannot hold"
MISSING = "promised by the manifest, and without a verdict"
PIECES = re.compile(r"\d+|\D+")


def one_goldens(reports: Sequence[tuple[str, Report]]) -> str:
    """The digest of the goldens that all reports are of. Raises ReportError, which says which reports have which."""
    files: dict[str, list[str]] = {}
    for name, report in reports:
        files.setdefault(report.goldens, []).append(name)
    if not files:
        raise ReportError("there is no report")
    if len(files) == 1:
        return next(iter(files))
    told = (f"{_named(names)} of {digest or 'none'}" for digest, names in files.items())
    raise ReportError(
        f"reports of different goldens cannot stand on one board: {'; '.join(told)}; run `rnnspec check` again for those of the others"
    )


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(shown(name, LONGEST) for name in names[:MOST_NAMED])}{more}"


def by_age(reports: Iterable[Report]) -> list[Report]:
    """Reports of one candidate and dtype, oldest first: by the numbers of their versions, else as they are given."""
    return sorted(reports, key=lambda report: [_piece(text) for text in PIECES.findall(report.version)])


def _piece(text: str) -> tuple[bool, int, str]:
    return (True, int(text[:300]), "") if text.isdecimal() and text.isascii() else (False, 0, text)


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


def _cell(outcomes: list[Outcome]) -> list[Any]:
    """Passed, failed, not tested, the closest to its budget of what passed, and the case that tells most."""
    failed = [outcome for outcome in outcomes if outcome.failed]
    passed = [outcome for outcome in outcomes if not outcome.failed and outcome.verdicts]
    closest = max(passed, key=lambda outcome: outcome.worst, default=None)
    telling = [*order.telling_first(failed)[:1], *([closest] if closest else []), *outcomes[:1]]
    n = sum(outcome.outcome == "pass" for outcome in outcomes)
    return [n, len(failed), 0, number(closest.worst) if closest else None, telling[0].id if telling else ""]


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
