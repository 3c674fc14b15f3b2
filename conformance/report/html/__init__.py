"""A report, or several side by side, as one page: a single file that asks for nothing else, and works offline.

The charts are SVG that the page's script draws; none of the libraries of charts has an error's scale of budgets, and the
smallest is larger than this page.
"""

from typing import Any

from ...candidate import NOT_DEFINED
from ...verdict.comparing import AXES
from ..report import Report
from ..wording import headline, reproduction
from .sealed import sealed, text

SCRIPT = (
    "0-data.js",
    *("1-elements.js", "2-arrays.js", "3-map.js", "4-matrix.js"),
    *("5-case.js", "6-detail.js", "7-page.js", "8-walking.js"),
)


def html(*reports: Report) -> str:
    """The page of one report, or of several side by side."""
    title = ", ".join(map(titled, reports))
    return sealed(title, [text("style.css")], map(text, SCRIPT), contents(*reports))


def titled(report: Report) -> str:
    """The verdict in a line."""
    return f"{report.candidate} is {verdict(report)} [{report.at}]"


def contents(*reports: Report) -> dict[str, Any]:
    """What a page's script makes the page from."""
    found = [_data(report) for report in reports]
    return {"axes": AXES, "reports": found if len(found) > 1 else [_shorter(*found)]}


def _data(report: Report) -> dict[str, Any]:
    """A report's JSON less what it says twice, and what needs this kit's words: the verdict, how a case is run again."""
    data = report.as_json()
    for case, outcome in zip(data["cases"], report.cases, strict=True):
        for output in case["outputs"].values():
            output["problem"] = bool(output["problem"])  # the headline has the words
            del output["at"]
        if outcome.failed:
            case["message"] = headline(outcome)
            case["reproduce"] = outcome.again or reproduction(outcome.id, report.candidate, report.at, report.spelled)
    return {**data, "dtype": report.at, "verdict": verdict(report)}


def _shorter(data: dict[str, Any]) -> dict[str, Any]:
    """Of operations that are not defined, the names of the cases alone: most of a candidate that has one family."""
    of: dict[str, list[Any]] = {}
    for case in data["cases"]:
        of.setdefault(case["operation"], []).append(case)
    undefined: dict[str, list[str]] = {}
    for operation, cases in of.items():
        if all(case["message"] == NOT_DEFINED and case["id"].startswith(f"{operation}/") for case in cases):
            undefined[operation] = [case["id"].partition("/")[2] for case in cases]
    cases = [case for case in data["cases"] if case["operation"] not in undefined]
    return {**data, "cases": cases, "undefined": undefined}


def verdict(report: Report) -> str:
    """In words."""
    if not report.tested:
        return "nothing tested"
    return "conformant" if report.conformant else "not conformant"
