"""An operation, a family, a case, a property and a deviation, in words and as data."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rnnspec.conformance.deviations import deviant
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.deviations.deviation import Deviation, difference
from rnnspec.conformance.properties.table import PROPERTIES, applies, property_id
from rnnspec.conformance.report import order, wording
from rnnspec.conformance.report.wording import WIDTH
from rnnspec.conformance.verdict.comparing import compare
from rnnspec.golden import Golden, cases, load
from rnnspec.golden.entry import GROUPS
from rnnspec.golden.manifest import contract
from rnnspec.reference import OPERATIONS, Family, Operation
from rnnspec.reference.contract import docstring

from . import equations


def operation(known: Operation, goldens: Path) -> tuple[dict[str, Any], str]:
    """The contract of an operation, its equation, and what there is of it: files, cases, properties, deviations."""
    texts = equations.equation(known)
    files = [*dict.fromkeys(place.partition(" ")[0] for place in texts), f"golden/fixtures/{known.name}"]
    named = {
        "cases": [entry.id for entry in cases(goldens) if entry.operation.name == known.name],
        "properties": [name for name in PROPERTIES if applies(name, known)],
        "deviations": [entry.id for entry in CATALOGUE.values() if known.name in entry.affects],
    }
    means = equations.axes(known)
    data = {**contract()[known.name], "equation": texts, "axes": means, "files": files, **named}
    order = equations.order(known)
    lines = [known.name, "", *_narrow([*_called(known), *docstring(known).split("\n"), *_beside(known)])]
    lines += ["Axes", *(f"    {axis:<8} {words}" for axis, words in means.items())]
    lines += ["", *_folded(order, "")] if order else []
    lines += ["", "the equation"]
    for place, text in texts.items():
        lines += ["", f"    {place}", "", *(f"        {line}".rstrip() for line in text.splitlines())]
    lines += ["", "files", *(f"    {file}" for file in files)]
    for kind, names in named.items():
        short = [name.removeprefix(f"{known.name}/") for name in names]
        lines += ["", f"{len(names)} {kind}", *_folded(", ".join(short))]
    return data, "\n".join(lines)


def _called(known: Operation) -> Iterator[str]:
    """How a function of a family is called: parameters are one dict, and so is what a gradient returns."""
    if known.family:
        given = [*known.arguments, *(["cache"] if known.forward else ["parameters"] if known.parameters else [])]
        options = ["*", *(f"{name}=" for name in known.options)] if known.options else []
        returned = [*known.outputs, *(["cache"] if known.has_cache else [])]
        made, how = ("gradients", ", a dict") if known.forward else (", ".join(returned), "")
        yield from (f"{made} = {known.name}({', '.join([*given, *options])}){how}", "")


def _beside(known: Operation) -> Iterator[str]:
    """What a program is given for a gradient, as no cache goes through a pipe."""
    if forward := known.forward:
        given = ", ".join([*forward.inputs, *forward.parameters, *(f"{name}=" for name in forward.options)])
        yield f"A program gets no cache, but what {forward.name} takes beside this: {given} (docs/protocol.md)."
        yield ""


def _folded(text: str, indent: str = "    ", inside: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if inside is None else inside,
        break_long_words=False,
        break_on_hyphens=False,
    )


def family(known: Family) -> tuple[dict[str, Any], str]:
    """What a family is, and its operations."""
    operations = [o.name for o in OPERATIONS.values() if o.family == known.name]
    data = {"name": known.name, "summary": known.summary, "source": known.source, "operations": operations}
    return data, _listed(known.name, {"what": known.summary, "source": known.source, "operations": operations})


def property_of(name: str, of: Operation | None = None) -> tuple[dict[str, Any], str]:
    """What a property says, of which operations, and on the inputs of which case it is tried."""
    known = PROPERTIES[name]
    operations = [of.name] if of else [o.name for o in OPERATIONS.values() if applies(name, o)]
    on = known.idea(of) if of else " or ".join(filter(None, (known.base, known.backward)))
    tried_on = f"{of.name if of else '<operation>'}/{on}{', and cases with options' * bool(known.with_options)}"
    data = {"name": name, "says": known.says, "operations": operations, "tried on": tried_on}
    title = property_id(of.name, name) if of else name
    return data, _listed(title, {key: value for key, value in data.items() if key != "name"})


def _listed(title: str, rows: dict[str, Any]) -> str:
    return "\n".join([title, "", *_rows(rows)])


def _rows(of: dict[str, Any], wide: int = 10) -> list[str]:
    return [line for key, value in of.items() if key != "id" for line in _row(key, value, wide)]


def _row(key: str, value: Any, wide: int) -> list[str]:
    """`key  value`, continued below where the value begins."""
    first, inside = f"  {key:<{wide}} ", " " * (wide + 3)
    return [first + _words(value)] if len(first + _words(value)) <= WIDTH else _folded(_words(value), first, inside)


def _narrow(lines: Iterable[str]) -> Iterator[str]:
    """Lines of words as narrow as a terminal, each continued further in."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        yield from [line] if len(line) <= WIDTH else _folded(line.lstrip(), indent, indent + 6 * " ")


def case(golden: Golden, as_hex: bool) -> tuple[dict[str, Any], str]:
    """What a case shows, how it came about, and its arrays: their shapes and range, or every value in hex."""
    data = asdict(golden.entry)
    lines = [golden.id, "", *_rows(data, 13), ""]
    for group in GROUPS:
        for name, array in getattr(golden, group).items():
            lines.append(
                f"  {f'{group}/{name}':<20} {array.shape!s:<14} {np.abs(array).min():.3g} … {np.abs(array).max():.3g} in size"
            )
            if as_hex:
                lines += [f"    {list(at)} {float(array[at]).hex()}" for at in np.ndindex(array.shape)]
    arrays = {group: {n: a.tolist() for n, a in getattr(golden, group).items()} for group in GROUPS}
    return {**data, **arrays}, "\n".join(lines)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} = {v}" for k, v in value.items()) or "–"
    return ", ".join(map(str, value)) or "–" if isinstance(value, list) else str(value)


def deviation(entry: Deviation, goldens: Path) -> tuple[dict[str, Any], str]:
    """A deviation's entry, the difference as code in each way that it occurs, and what it does to one case."""
    data = {
        "id": entry.id,
        "kind": entry.kind,
        "summary": entry.summary,
        "affects": list(entry.affects),
        "exposed by": entry.exposed_by,
        "seen in": [link(place) for place in entry.seen_in],
    }
    lines = [entry.id, "", *_rows(data)]
    differences = [difference(way) if way else f"every operation is computed in {entry.dtype}" for way in entry.ways]
    for number, text in enumerate(differences, 1):
        title = "the difference as code" if number == 1 else f"it also occurs as (way {number})"
        lines += ["", f"  {title}", "", *(f"    {line}" for line in text.splitlines())]
    data["differences"] = differences
    if print_ := fingerprint(entry, goldens):
        data["fingerprint"] = print_
        lines += ["", "  its fingerprint", "", *_narrow(f"    {line}" for line in print_)]
    return data, "\n".join(lines)


def link(place: str) -> str:
    """`owner/name#12` as the address of its thread."""
    thread = re.fullmatch(r"([\w.-]+/[\w.-]+)#(\d+)", place)
    return f"https://github.com/{thread[1]}/issues/{thread[2]}" if thread else place


def fingerprint(entry: Deviation, goldens: Path) -> list[str]:
    """What it makes of the first case in which it shows: the outputs that are wrong, and the worst element of each."""
    places = [*OPERATIONS]
    affected = [e for e in cases(goldens) if e.operation.name in entry.affects]
    affected.sort(key=lambda e: (bool(e.labels), bool(e.features), places.index(e.operation.name), *order.effort(e)))
    for name in (e.id for e in affected):  # some show only where a case is saturated, but a plain one says more
        golden = load(name, goldens)
        found = deviant.outputs(golden, "float64", entry.ways[0], entry.dtype)
        if found is None or not deviant.margin(golden, found) > 1:
            continue
        return [f"in {name}", *(f"{output:<8} {_judged(golden, output, got)}" for output, got in found.items())]
    return []


def _judged(golden: Golden, output: str, got: Any) -> str:
    want = golden.outputs[output]
    if golden.entry.exact:
        return "as it should be" if np.array_equal(got, want) else f"{got.ravel()[:6]}, want {want.ravel()[:6]}"
    with np.errstate(all="ignore"):
        verdict = compare(golden, output, got.astype(np.float64), "float64")
    return "as it should be" if verdict.passed else wording.measured(verdict)
