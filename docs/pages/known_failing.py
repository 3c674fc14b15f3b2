"""The frameworks' known failures as lists for `check --known-failing`: docs/known-failing/NAME.json.

The reason beside each id is the title of its section in docs/frameworks.md, where it stands with a reproduction in the
framework alone.
"""

import json
from collections.abc import Collection

from frameworks import DOCS, DTYPES, explained, reasons
from rnnspec.conformance import check
from rnnspec.conformance.report import format, known_failures
from rnnspec.conformance.report.report import Report
from rnnspec.golden import saving
from scoreboard import place


def write(names: Collection[str]) -> None:
    """The list of each framework that is named and installed."""
    for name in names:
        for dtype in DTYPES:
            print(f"{name} {dtype}: {_written(name, dtype)} known failures", flush=True)


def _written(name: str, dtype: str) -> int:
    """Put a framework's failures at a dtype into its list. Returns how many."""
    path = DOCS / "known-failing" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    # what fails in docs/reports is run again: whole runs of the frameworks on JAX take minutes
    failing = [outcome.id for outcome in Report.load(place(name, dtype)).failures]
    if not failing:
        return 0
    count = known_failures.write(path, check(name, dtype, cases=failing))
    data = json.loads(path.read_text())
    data["page"] = "docs/frameworks.md"
    for title, ids in explained(list(data["failing"][dtype]), name, dtype, reasons()).items():
        for case in ids:
            data["failing"][dtype][case]["why"] = title
    saving.save(path, format.written(data))
    return count
