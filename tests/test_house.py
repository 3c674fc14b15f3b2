"""The product's shape: imports point one way and in no circle, files and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path
from types import ModuleType

import pytest
from rnnspec.conformance import ROOMS, edits
from rnnspec.conformance.edits import generated

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("reference", "golden", "conformance", "tools", "api")  # each may import itself and those before it
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
TESTS = {path.stem for path in (ROOT / "tests").iterdir() if path.is_dir()} - set(LAYERS) - {"command"}
by_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())


def module(path: Path) -> str:
    """A file's dotted name; `api` is `rnnspec` itself."""
    layer, *parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("rnnspec", *([] if layer == "api" else [layer]), *(p for p in parts if p != "__init__")))


MODULES = {module(path): path for path in FILES}


def imported(path: Path, modules: dict[str, Path] = MODULES) -> Iterator[str]:
    """What a file imports, at its top or later, as modules where they are ours."""
    name = module(path)
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            yield from (full if (full := f"{base}.{alias.name}") in modules else base for alias in node.names)


def graph() -> dict[str, set[str]]:
    return {name: {other for other in imported(path) if other in MODULES} - {name} for name, path in MODULES.items()}


def circle(edges: dict[str, set[str]]) -> str:
    """The edges of one circle, "" where there is none."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return " ← ".join(error.args[1])
    return ""


def room(name: str) -> str:
    """`rnnspec.conformance.report.format` is in the room `report`."""
    return name.split(".")[2]


def test_no_imports_make_a_circle() -> None:
    assert circle(graph()) == ""


def test_a_circle_is_found_and_its_edges_are_named() -> None:
    edges = graph()
    edges["rnnspec.reference.contract"].add("rnnspec.reference.family")

    assert "rnnspec.reference.contract" in circle(edges)
    assert "rnnspec.reference.family" in circle(edges)


@by_file
def test_imports_point_one_way(path: Path) -> None:
    layer = LAYERS.index(path.relative_to(ROOT).parts[0])
    later = {f"rnnspec.{name}" for name in LAYERS[layer + 1 :]} | ({"rnnspec"} if LAYERS[layer] != "api" else set())

    assert [name for name in imported(path) if ".".join(name.split(".")[:2]) in later] == []


def test_a_room_imports_only_rooms_before_it() -> None:
    order = {name: place for place, name in enumerate(ROOMS)}
    inside = {name: path for name, path in MODULES.items() if name.startswith("rnnspec.conformance.")}

    wrong = [
        f"{name} imports {other}"
        for name, path in inside.items()
        for other in imported(path)
        if other in inside and order[room(other)] > order[room(name)]
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("home", "loose"),
    [(edits, {"evidence", "finding", "telling"}), (generated, set())],
    ids=["edits", "generated"],
)
def test_a_folder_of_edits_imports_only_folders_before_it(home: ModuleType, loose: set[str]) -> None:
    """And of what stands beside the folders only these."""
    within = f"{home.__name__}."
    parts = {name: name.removeprefix(within).split(".") for name in MODULES if name.startswith(within)}
    folder = {name: own[0] for name, own in parts.items() if len(own) > 1}

    wrong = [
        f"{name} imports {other}"
        for name in folder
        for other in imported(MODULES[name])
        if other in folder and home.FOLDERS.index(folder[other]) > home.FOLDERS.index(folder[name])
    ]

    beside = {
        other for name in folder for other in imported(MODULES[name]) if other in parts and len(parts[other]) == 1
    }
    assert wrong == []
    assert {name.removeprefix(within) for name in beside} == loose
    assert {*folder.values()} == {*home.FOLDERS}


def test_every_room_has_its_place_in_the_order() -> None:
    here = {
        path.stem
        for path in (ROOT / "conformance").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }

    assert sorted(ROOMS) == sorted(here - {"__init__"})


@by_file
def test_the_product_imports_no_test(path: Path) -> None:
    assert [name for name in imported(path) if name.split(".")[0] in TESTS] == []


@by_file
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert len(text.splitlines()) <= 250
    assert [f.name for f in functions if f.end_lineno and f.end_lineno - f.lineno + 1 > 30] == []


def test_adapters_lie_one_folder_a_framework_in_files_of_a_page() -> None:
    """What a framework needs; `described` and `recurrent` are what they share."""
    adapters = [
        path
        for path in FILES
        if path.parent.parent.name == "candidates" and path.parent.name not in ("described", "recurrent")
    ]
    lines = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in adapters}

    assert len({path.parent for path in adapters}) >= 6
    assert {name: n for name, n in lines.items() if n > 120} == {}


def test_all_layers_were_looked_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(LAYERS)


def test_every_package_is_in_the_wheel() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = {module(path) for path in FILES if path.stem == "__init__"}

    assert [name for name in sorted(packages) if f'"{name}"' not in text] == []
