"""All reports of a board in one page, where a page a report is too much: script and style stand there once, each report is packed."""

import gzip
import json
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from ..html import SCRIPT, contents, titled
from ..html.sealed import sealed, text
from ..report import Report

TITLE = "rnnspec reports"
STYLE = "#overview li { padding: 3px 0; overflow-wrap: anywhere; } #overview li a { color: var(--accent); }\n"


def together(reports: Iterable[tuple[str, Report]]) -> str:
    """The page of reports by their names, which its address has behind `?`; what it shows of each is what the page of one shows."""
    packed = {}
    axes: dict[str, Any] = {}
    for name, report in reports:
        found = contents(report)
        axes = found["axes"]
        packed[name] = [titled(report), _packed(found["reports"])]
    elements, *others = SCRIPT[1:]  # its data is another
    package = "rnnspec.conformance.report.html"
    scripts = [
        text(elements, package),
        text("together.js", __package__),
        *(text(name, package) for name in others),
    ]
    return sealed(TITLE, [text("style.css", package), STYLE], scripts, {"axes": axes, "packed": packed}, waits=True)


def _packed(data: Any) -> str:
    """The same text for the same data, whenever it is made."""
    written = json.dumps(data, separators=(",", ":"), allow_nan=False).encode()
    return b64encode(gzip.compress(written, 9, mtime=0)).decode()
