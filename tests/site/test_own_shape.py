"""What writes the pages keeps the house's rule: its modules import each other in no circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs/pages"
FILES = {".".join(path.relative_to(FOLDER).with_suffix("").parts): path for path in FOLDER.rglob("*.py")}


def imported(name: str, text: str) -> set[str]:
    """What a module imports of the others, at its top or later."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), name.rpartition(".")[0])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_no_imports_make_a_circle() -> None:
    edges = {name: imported(name, path.read_text(encoding="utf-8")) & {*FILES} for name, path in FILES.items()}

    TopologicalSorter(edges).prepare()
    assert edges["manual.expressions"] >= {"manual.calls", "manual.symbols"}
    assert edges["manual.operations"] >= {"defects", "manual.statements"}


def test_a_circle_is_told() -> None:
    edges = {"a.one": imported("a.one", "from . import two"), "a.two": imported("a.two", "def f(): from .one import g")}

    with pytest.raises(CycleError):
        TopologicalSorter(edges).prepare()


def test_files_are_no_longer_than_the_house_has_them() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in FILES.items()}

    assert {name: n for name, n in lengths.items() if n > 250} == {}
