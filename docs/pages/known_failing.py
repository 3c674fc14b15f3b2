"""The frameworks' known failures as lists for `check --known-failing`: docs/known-failing/NAME.json.

The reason beside each id is the title of its section in docs/frameworks.md, where it stands with a reproduction in the
framework alone.
"""

import json
from collections.abc import Collection

from frameworks import DOCS, DTYPES, STORED, explained, reasons
from rnnspec.conformance import check
from rnnspec.conformance.report import format, known_failures
from rnnspec.golden import saving


def write(names: Collection[str]) -> None:
    """The list of each framework that is named and installed."""
    for name in names:
        for dtype in DTYPES:
            print(f"{name} {dtype}: {_written(name, dtype)} known failures", flush=True)


def _written(name: str, dtype: str) -> int:
    """Put a framework's failures at a dtype into its list. Returns how many."""
    path = DOCS / "known-failing" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    # what docs/frameworks.json says fails is run again: whole runs of the frameworks on JAX take minutes
    failing = json.loads(STORED.read_text())[name][dtype]["failing"]
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
