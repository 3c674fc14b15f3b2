"""What is asked for: cases and properties by id, operation, family or property."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from rnnspec.golden import FOLDER, cases
from rnnspec.reference import FAMILIES, OPERATIONS

from .choices import BadChoice
from .properties.table import PROPERTIES, applies, property_id, property_in

OF_REPORTS = "property/"


class UnknownCase(ValueError):
    """No case, property, operation or family has that name."""


def known_ids(goldens: Path = FOLDER) -> dict[str, str]:
    """Every case and every property of an operation, by id, with the operation's name; operation by operation."""
    found = {entry.id: entry.operation.name for entry in cases(goldens)}
    found |= {
        property_id(name, p): name
        for name, operation in OPERATIONS.items()
        for p, known in PROPERTIES.items()
        if applies(p, operation) and f"{name}/{known.idea(operation)}" in found  # on whose inputs it is tried
    }
    places = {name: place for place, name in enumerate(OPERATIONS)}
    return dict(sorted(found.items(), key=lambda item: places[item[1]]))  # stable: cases before properties


def selected(names: Collection[str] | None, known: Mapping[str, str]) -> list[str]:
    """The ids that the names stand for, all for None. Raises UnknownCase, BadChoice, or TypeError for one text."""
    if names is None:
        return list(known)
    if isinstance(names, str | bytes):
        raise TypeError(f"cases is the text {names!r}, want a list: [{names!r}]")
    names = [_as_reported(name) for name in names]
    if not names:
        raise BadChoice("cases is an empty list: leave it out, or None, for all")
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"cases holds {name!r}, want ids, operations, families and properties")
        _check(name, {*known, *OPERATIONS, *PROPERTIES, *(family.name for family in FAMILIES)})
    return [id for id, operation in known.items() if _is_meant(id, operation, names)]


def _as_reported(name: str) -> str:
    """A property by its own name where it is given as a report has it, without an operation."""
    is_one = isinstance(name, str) and name.removeprefix(OF_REPORTS) in PROPERTIES
    return name.removeprefix(OF_REPORTS) if is_one else name


def _is_meant(id: str, operation: str, names: Collection[str]) -> bool:
    return not {id, operation, OPERATIONS[operation].family, property_in(id)}.isdisjoint(names)


def _check(name: str, known: Iterable[str]) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; `rnnspec list` names all"
        raise UnknownCase(f"no case, property, operation or family {name!r}{hint}")
