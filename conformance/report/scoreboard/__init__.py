"""Many reports on one board: candidate by operation by dtype, each cell with a way into the page of its report.

The board is a folder, `index.html` and a page a report, made as the page of a report is: sealed, so that it opens from
disk and asks for nothing. What is sorted and left out by whom looks at it stands in the address alone.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any
from unicodedata import normalize

from rnnspec.golden import read_manifest
from rnnspec.reference import OPERATIONS

from ..html import html
from ..html.sealed import sealed, text
from ..report import Report
from .standing import by_age, changes, one_goldens, row
from .together import together

INDEX = "index.html"
TITLE = "rnnspec scoreboard"
FOLDER = "reports"  # that the pages of reports lie in
TOGETHER = "all.html"  # the page of all, where they have one
SCRIPT = ("1-state.js", "2-candidates.js", "3-operations.js", "4-board.js")
LONGEST = 60  # characters of a candidate's name or version in a name of a file
UNFIT = re.compile(r"[^a-z0-9._]+")


def scoreboard(given: Sequence[tuple[str, Report]], one_page: bool = False) -> Iterator[tuple[str, str]]:
    """The pages of a board by their place in its folder, the index last; each report is given with its file's name.

    Each report has a page of its own, or all have `one_page`, which is a tenth of the size. Raises ReportError where reports
    are of different goldens, which must not be mixed, or there is none.
    """
    goldens = one_goldens(given)
    reports = [report for _, report in given]
    names = _names(reports)
    place = f"{TOGETHER}?{{}}" if one_page else "{}.html"
    rows = []
    for track in _tracks(reports):
        for report, earlier in zip(track, [None, *track], strict=False):
            told = {"newest": report is track[-1], "changes": changes(earlier, report)}
            rows.append({**row(report), "file": place.format(names[id(report)]), **told})
    pages = _together(reports, names) if one_page else _apart(reports, names)
    return chain(pages, _index({"goldens": goldens, "operations": _operations(goldens, rows), "reports": rows}))


def _apart(reports: Sequence[Report], names: dict[int, str]) -> Iterator[tuple[str, str]]:
    for report in reports:
        yield f"{FOLDER}/{names[id(report)]}.html", html(report)


def _together(reports: Sequence[Report], names: dict[int, str]) -> Iterator[tuple[str, str]]:
    yield f"{FOLDER}/{TOGETHER}", together((names[id(report)], report) for report in reports)


def _index(data: Any) -> Iterator[tuple[str, str]]:
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


def _names(reports: list[Report]) -> dict[int, str]:
    """A name for each report, by its identity: no two alike, and fit for any file and address."""
    found: dict[int, str] = {}
    for report in reports:
        stem = "-".join(_fit(part) for part in (report.candidate, report.at, report.version))
        names = (f"{stem}{f'-{n}' if n > 1 else ''}" for n in range(1, len(reports) + 1))
        found[id(report)] = next(name for name in names if name not in found.values())
    return found


def _fit(name: str) -> str:
    """A name in the letters of a file's name: one that has others is told by its punycode, as in a domain's name."""
    name = normalize("NFKC", name[:LONGEST]).lower()
    plain = UNFIT.sub("-", name).strip("-.")
    other = "".join(c for c in name if not c.isascii() and c.isalnum())
    marked = "-".join(part for part in (plain, f"xn--{other.encode('punycode').decode()}" if other else "") if part)
    return marked[:LONGEST].strip("-.") or "none"
