"""The product's shape: imports point one way, and files and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("reference", "golden", "conformance", "tools")  # each may import itself and those before it
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
TESTS = {path.stem for path in (ROOT / "tests").glob("*.py")} | {"tests"}
by_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())


def imported(path: Path) -> Iterator[str]:
    package = ".".join(("rnnspec", *path.relative_to(ROOT).parts[:-1]))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{alias.name}" for alias in node.names)


@by_file
def test_imports_point_one_way(path: Path) -> None:
    layer = LAYERS.index(path.relative_to(ROOT).parts[0])
    known = {f"rnnspec.{name}" for name in LAYERS[: layer + 1]}

    ours = [name for name in imported(path) if name.split(".")[0] == "rnnspec"]

    assert [name for name in ours if ".".join(name.split(".")[:2]) not in known] == []


@by_file
def test_the_product_imports_no_test(path: Path) -> None:
    assert [name for name in imported(path) if name.split(".")[0] in TESTS] == []


@by_file
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert len(text.splitlines()) <= 250
    assert [f.name for f in functions if f.end_lineno and f.end_lineno - f.lineno + 1 > 30] == []


def test_all_four_layers_were_looked_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(LAYERS)
