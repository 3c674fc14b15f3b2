"""A report, or several side by side, as one page: a single file that asks for nothing else, and works offline.

There is no template library, as there is nothing to fill in: the page carries the reports' JSON, and its own script makes
every element from it, putting in as text all that a candidate has said. What is left to substitute are the title, and the
style, the script and the data themselves, for which the standard library's `string.Template` is enough. A policy in the
page lets no other script, style or request run, whatever a file of someone else's has in it. The charts are SVG that the
script draws; none of the libraries of charts has an error's scale of budgets, and the smallest is larger than this page.
"""

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from ...verdict.comparing import AXES
from ..report import Report
from ..wording import headline, reproduction

SCRIPT = (
    *("1-elements.js", "2-arrays.js", "3-map.js", "4-matrix.js"),
    *("5-case.js", "6-detail.js", "7-page.js", "8-walking.js"),
)


def html(*reports: Report) -> str:
    """The page of one report, or of several side by side."""
    style, script = _file("style.css"), "".join(['"use strict"; {\n', *map(_file, SCRIPT), "}"])
    data = {"axes": AXES, "reports": [_data(report) for report in reports]}
    return Template(_file("page.html")).substitute(
        title=escape(", ".join(f"{r.candidate} is {_verdict(r)} [{r.at}]" for r in reports)),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        data=_inert(data),
    )


def _data(report: Report) -> dict[str, Any]:
    """A report's JSON less what it says twice, and what needs this kit's words: the verdict, how a case is run again."""
    data = report.as_json()
    for case, outcome in zip(data["cases"], report.cases, strict=True):
        for output in case["outputs"].values():
            output["problem"] = bool(output["problem"])  # the headline has the words
            del output["at"]
        if outcome.failed:
            case["message"] = headline(outcome)
            case["reproduce"] = reproduction(outcome.id, report.candidate, report.at, report.spelled)
    return {**data, "dtype": report.at, "verdict": _verdict(report)}


def _verdict(report: Report) -> str:
    if not report.tested:
        return "nothing tested"
    return "conformant" if report.conformant else "not conformant"


def _inert(data: Any) -> str:
    """JSON that no parser of HTML finds an end of the script or a comment in."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _file(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
