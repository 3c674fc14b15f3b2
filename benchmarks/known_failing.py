"""The frameworks' known failures as lists for `check --known-failing`: `python benchmarks/known_failing.py NAME ...`.

Writes docs/known-failing/NAME.json for each framework that is named and installed; the reason beside each id is the title of its
section in docs/frameworks.md, where it stands with a reproduction in the framework alone.
"""

import json
import sys
import tomllib
from pathlib import Path

from frameworks import DTYPES, explained
from rnnspec.conformance import check, known_failures

DOCS = Path(__file__).parent.parent / "docs"


def write(name: str, dtype: str) -> int:
    """Put a framework's failures at a dtype into its list. Returns how many."""
    path = DOCS / "known-failing" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    # what docs/frameworks.json says fails is run again: whole runs of the frameworks on JAX take minutes
    failing = json.loads((DOCS / "frameworks.json").read_text())[name][dtype]["failing"]
    if not failing:
        return 0
    count = known_failures.write(path, check(name, dtype, only=failing))
    data = json.loads(path.read_text())
    data["page"] = "docs/frameworks.md"
    reasons = tomllib.loads((DOCS / "frameworks.toml").read_text())["reason"]
    for title, ids in explained(list(data["failing"][dtype]), name, dtype, reasons).items():
        for case in ids:
            data["failing"][dtype][case]["why"] = title
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    return count


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for dtype in DTYPES:
            print(f"{name} {dtype}: {write(name, dtype)} known failures", flush=True)
