"""Ways to spoil a manifest: by what it says, by its text, by its bytes."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from planted.hostile import CASE, Spoil
from rnnspec.golden import Entry
from rnnspec.golden.digests import overall, sealed, told

Data = dict[str, Any]
DIMS = {"n_x": 3, "n_a": 5, "m": 7, "T_x": 4, "n_y": 2}


def data(change: Callable[[Data], object]) -> Spoil:
    """Change what the manifest says."""

    def spoil(path: Path) -> None:
        held = json.loads(path.read_text(encoding="utf-8"))
        change(held)
        path.write_text(json.dumps(held), encoding="utf-8")

    return spoil


def line(**changes: Any) -> Spoil:
    """Change keys of one case."""
    return data(lambda held: next(c for c in held["cases"] if c["id"] == CASE).update(changes))


def dims(**changes: Any) -> Spoil:
    return line(dims={**DIMS, **changes})


def fitted(**changes: Any) -> Spoil:
    """Change keys of one case, and every digest of the manifest with them."""

    def change(held: Data) -> None:
        found = next(case for case in held["cases"] if case["id"] == CASE)
        found.update(asdict(sealed(Entry(**{**found, **changes}))))
        entries = [Entry(**case) for case in held["cases"]]
        held["digest"], held["provenance"] = overall(entries), told(entries, held["versions"])

    return data(change)


def text(change: Callable[[str], str]) -> Spoil:
    return lambda path: path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def raw(contents: bytes) -> Spoil:
    return lambda path: path.write_bytes(contents)


def without(key: str) -> Spoil:
    return data(lambda held: held.pop(key))
