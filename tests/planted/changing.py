"""What changes of a candidate's source make of a file: its lines, and the differences that are shown."""

import ast
from pathlib import Path
from typing import Any

from rnnspec.conformance.repair.changes.every import LEVELS, changes
from rnnspec.conformance.repair.changes.words import words_of
from rnnspec.conformance.repair.observing import observed
from rnnspec.conformance.repair.source import Change, File
from rnnspec.conformance.repair.telling import lines


def made(file: File, change: Change) -> str:
    """The line that it makes, "" for what is no Python."""
    with change.made():
        try:
            ast.unparse(file.tree)
        except (RecursionError, ValueError):
            return ""
    return " ; ".join(line[1:].strip() for line in lines(((file, change),)) if line[0] == "+")


def lines_of(folder: Path, text: str) -> set[str]:
    """What changes of the first levels make of a file whose function `run` is called."""
    file, every = changes_of(folder, text)
    return {made(file, change) for change in every}


def shown_of(folder: Path, text: str) -> list[list[str]]:
    """The differences that changes of statements make, without what they are indented by."""
    file, every = changes_of(folder, text)
    several = [lines(((file, change),)) for change in every if isinstance(change.part, list)]
    return [[line[0] + line[1:].strip() for line in one] for one in several]


def changes_of(folder: Path, text: str) -> tuple[File, list[Change]]:
    path = folder / "some_layer.py"
    path.write_text(f"import numpy as np\n\n\n{text}", encoding="utf-8")
    home: dict[str, Any] = {"__file__": str(path), "__name__": "some_layer"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), home)
    seen = observed(home["run"])
    file = File(str(path), seen.lines[str(path)], seen)
    words = words_of(file)
    return file, [
        one for level in range(len(LEVELS) - 1) for own in file.statements for one in changes(own, words, level)
    ]
