"""Many reports on one board: candidate by operation by dtype, each cell with a way into the page of its report.

The board is a folder, `index.html` and a page a report, made as the page of a report is: sealed, so that it opens from
disk and asks for nothing. What is sorted and left out by whom looks at it stands in the address alone.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rnnspec.golden import read_manifest
from rnnspec.reference import OPERATIONS

from ..html import html
from ..html.sealed import sealed, text
from ..report import Report
from .standing import by_age, one_goldens, row

INDEX = "index.html"
TITLE = "rnnspec scoreboard"
FOLDER = "reports"  # that the pages of reports lie in
SCRIPT = ("1-state.js", "2-candidates.js", "3-operations.js", "4-board.js")
LONGEST = 60  # characters of a candidate's name or version in a name of a file
UNFIT = re.compile(r"[^a-z0-9._]+")


def scoreboard(reports: Sequence[tuple[str, Report]]) -> Iterator[tuple[str, str]]:
    """The pages of a board by their place in its folder, the index last; each report is given with its file's name.

    Raises ReportError where reports are of different goldens, which must not be mixed, or there is none.
    """
    goldens = one_goldens(reports)
    files = _files([report for _, report in reports])
    rows = []
    for track in _tracks([report for _, report in reports]):
        for report, earlier in zip(track, [None, *track], strict=False):
            changes = earlier.compare(report).lines() if earlier else []
            newest = report is track[-1]
            rows.append({**row(report), "file": files[id(report)], "newest": newest, "changes": changes})
    return _written(reports, files, {"goldens": goldens, "operations": _operations(goldens, rows), "reports": rows})


def _written(reports: Sequence[tuple[str, Report]], files: dict[int, str], data: Any) -> Iterator[tuple[str, str]]:
    for _, report in reports:
        yield f"{FOLDER}/{files[id(report)]}", html(report)
    styles = [text("style.css", "rnnspec.conformance.report.html"), text("board.css", __package__)]
    scripts = [text("1-elements.js", "rnnspec.conformance.report.html"), *(text(name, __package__) for name in SCRIPT)]
    yield INDEX, sealed(TITLE, styles, scripts, data)


def _tracks(reports: list[Report]) -> list[list[Report]]:
    """Those of one candidate and dtype together, oldest first."""
    found: dict[tuple[str, str], list[Report]] = {}
    for report in reports:
        found.setdefault((report.candidate, report.at), []).append(report)
    return [by_age(track) for track in found.values()]


def _operations(goldens: str, rows: list[dict[str, Any]]) -> list[list[str]]:
    """Name and family of each operation: all that there are, tested or not, and of goldens of another time those that are told of."""
    told = list(dict.fromkeys(operation for each in rows for operation in each["cells"]))
    known = [name for name in OPERATIONS if name in told or goldens == read_manifest().digest]
    return [[name, OPERATIONS[name].family] for name in known] + [[name, ""] for name in told if name not in OPERATIONS]


def _files(reports: list[Report]) -> dict[int, str]:
    """A file's name for each report, by its identity: no two alike, and fit for any system and address."""
    found: dict[int, str] = {}
    for report in reports:
        stem = "-".join(_fit(part) for part in (report.candidate, report.at, report.version))
        names = (f"{stem}{f'-{n}' if n > 1 else ''}.html" for n in range(1, len(reports) + 1))
        found[id(report)] = next(name for name in names if name not in found.values())
    return found


def _fit(name: str) -> str:
    return UNFIT.sub("-", name.lower())[:LONGEST].strip("-.") or "none"
