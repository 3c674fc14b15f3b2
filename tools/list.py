"""`rnnspec list`"""

from pathlib import Path
from typing import Any

import click

from . import options
from .kinds import Near

KINDS = ("operations", "families", "cases", "properties", "deviations", "candidates")


@click.command("list")
@click.argument("kind", type=Near(KINDS), default="operations")
@options.JSON
@options.GOLDENS
def list_(kind: str, json_file: str | None, goldens: Path | None) -> None:
    """List operations, families, cases, properties, deviations or candidates."""
    from rnnspec.golden import GoldenError

    with options.ending({GoldenError: 2}):
        rows = LISTS[kind](options.folder(goldens))
    if options.write_json(json_file, [{"name": name, **more} for name, more in rows.items()]):
        return
    width = max(len(name) for name in rows)
    for name, more in rows.items():
        click.echo(f"{name:<{width}}  {'  '.join(str(value) for value in more.values())}".rstrip())


def _operations(folder: Path) -> dict[str, dict[str, Any]]:
    from rnnspec.golden import cases
    from rnnspec.reference import OPERATIONS

    counts = {name: sum(entry.operation.name == name for entry in cases(folder)) for name in OPERATIONS}
    return {n: {"cases": f"{counts[n]} cases", "summary": o.summary} for n, o in OPERATIONS.items()}


def _cases(folder: Path) -> dict[str, dict[str, Any]]:
    from rnnspec.golden import cases

    return {e.id: {"shows": e.shows + (f" [{', '.join(e.labels)}]" if e.labels else "")} for e in cases(folder)}


def _deviations(_: Path) -> dict[str, dict[str, Any]]:
    from rnnspec.conformance.deviations.catalogue import CATALOGUE

    return {d.id: {"kind": d.kind, "summary": d.summary} for d in CATALOGUE.values()}


def _candidates(_: Path) -> dict[str, dict[str, Any]]:
    from rnnspec.conformance.finding import registered

    return {name: {"stands for": target} for name, target in sorted(registered().items())} or {"(none)": {}}


def _properties(_: Path) -> dict[str, dict[str, Any]]:
    from rnnspec.conformance.properties.table import PROPERTIES

    return {name: {"says": known.says} for name, known in PROPERTIES.items()}


def _families(_: Path) -> dict[str, dict[str, Any]]:
    from rnnspec.reference import FAMILIES

    return {family.name: {"summary": family.summary} for family in FAMILIES}


LISTS = {
    "operations": _operations,
    "families": _families,
    "cases": _cases,
    "properties": _properties,
    "deviations": _deviations,
    "candidates": _candidates,
}
