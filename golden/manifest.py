"""The manifest: one line a case, and the contract, so that no reader of the goldens needs Python."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from rnnspec.reference import OPERATIONS, Operation
from rnnspec.reference.checking import Dimensions

from .digests import evidence, overall, provenance, told
from .entry import INT32, Entry, GoldenError, shown

FOLDER = Path(__file__).resolve().parent / "fixtures"
NAME = "manifest.json"
SCHEMA = 3
KEYS = {"schema", "digest", "provenance", "versions", "counts", "operations", "cases"}
CASE_ID = re.compile(r"[a-z][a-z0-9_]{0,60}/([a-z0-9][a-z0-9-]{0,90}|[a-z][A-Za-z0-9_=,-]{0,180}seed=[0-9]{1,9})")
LARGEST = 2**24  # bytes of the manifest
LONGEST = 4096  # of an axis; with the sum below it bounds what a hostile manifest can make a reader allocate
MOST_ELEMENTS = 2**23
KINDS: dict[Any, type] = {str: str, int: int, list[str]: list, dict[str, int]: dict, dict[str, str]: dict}


@dataclass(frozen=True)
class Manifest:
    cases: dict[str, Entry]
    digest: str
    versions: dict[str, str] = field(default_factory=dict)


def contract() -> dict[str, Any]:
    """The operations as data."""
    return {name: _as_data(operation) for name, operation in OPERATIONS.items()}


def _as_data(operation: Operation) -> dict[str, Any]:
    return {
        "kind": operation.kind,
        "direction": operation.direction,
        "family": operation.family,
        "dims": list(operation.dims),
        "summary": operation.summary,
        "source": operation.source,
        "arguments": dict(operation.arguments),
        "parameters": dict(operation.parameters),
        "options": dict(operation.options),
        "outputs": dict(operation.outputs),
        "optional_outputs": {name: list(what) for name, what in operation.optional_outputs.items()},
        "omittable": list(operation.omittable),
        "forward": operation.forward.name if operation.forward else None,
    }


def written(entries: Iterable[Entry], versions: Mapping[str, str]) -> str:
    """The file's text: sorted, one object a case and one an operation, each on its line."""
    ordered = sorted(entries, key=lambda entry: entry.id)
    parts = {
        "schema": _text(SCHEMA),
        "digest": _text(overall(ordered)),
        "provenance": _text(told(ordered, versions)),
        "versions": _text(dict(sorted(versions.items()))),
        "counts": _text(counted(ordered)),
        "operations": _lines("{}", [f"{_text(name)}: {_text(data)}" for name, data in sorted(contract().items())]),
        "cases": _lines("[]", [_text(asdict(entry)) for entry in ordered]),
    }
    return "{\n" + ",\n".join(f'  "{key}": {text}' for key, text in parts.items()) + "\n}\n"


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _lines(brackets: str, lines: list[str]) -> str:
    return f"{brackets[0]}\n    " + ",\n    ".join(lines) + f"\n  {brackets[1]}"


def counted(entries: Iterable[Entry]) -> dict[str, int]:
    """How many cases each operation has."""
    names = [entry.operation.name for entry in entries]
    return {name: names.count(name) for name in OPERATIONS}


def read(folder: Path = FOLDER, renewing: bool = False) -> Manifest:
    """The manifest of a folder, but for `renewing` without operations of another contract. Raises GoldenError."""
    path = folder / NAME
    if path.exists() and (not path.is_file() or path.stat().st_size > LARGEST):
        raise GoldenError(f"{path}: is no file of up to {LARGEST} bytes")
    try:
        data = json.loads(path.read_bytes(), object_pairs_hook=_object)
    except FileNotFoundError:
        raise GoldenError(f"{path}: no such file; `rnnspec regenerate` writes it") from None
    except (OSError, ValueError, RecursionError) as error:
        raise GoldenError(f"{path}: cannot be read as JSON: {shown(error)}") from None
    try:
        return _parsed(data, renewing)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GoldenError(f"{path}: {shown(f'lacks {error}' if isinstance(error, KeyError) else error)}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("an object has a key twice")
    return held


def _parsed(data: Any, renewing: bool) -> Manifest:
    if not isinstance(data, dict) or type(data.get("schema")) is not int or data["schema"] != SCHEMA:
        raise GoldenError(f"is no manifest of schema {SCHEMA}")
    if set(data) != KEYS:
        raise GoldenError(f"has the keys {', '.join(sorted(data))}, want {', '.join(sorted(KEYS))}")
    same = {name for name, operation in contract().items() if data["operations"].get(name) == operation}
    if renewing:
        lines = [line for line in data["cases"] if line["id"].split("/")[0] in same]
        return Manifest(_cases(lines), data["digest"], _texts("versions", data["versions"]))
    if unknown := set(data["operations"]) - set(OPERATIONS):
        raise GoldenError(f"has operations this version does not know: {', '.join(sorted(unknown))}")
    for name in OPERATIONS:
        if name not in same:
            raise GoldenError(f"the contract of {name} is not this version's; `rnnspec regenerate` renews it")
    cases = _cases(data["cases"])
    counts = counted(cases.values())
    if data["counts"] != counts:
        raise GoldenError(f"states the counts {data['counts']!r:.200}, but has {counts}")
    if missing := [name for name, count in counts.items() if not count]:
        raise GoldenError(f"has no case of {', '.join(missing)}")
    versions = _texts("versions", data["versions"])
    if data["digest"] != overall(cases.values()):
        raise GoldenError("its digest is not that of its cases")
    if data["provenance"] != told(cases.values(), versions):
        raise GoldenError("its provenance is not that of its cases and versions")
    return Manifest(cases, data["digest"], versions)


def _cases(lines: list[Any]) -> dict[str, Entry]:
    cases: dict[str, Entry] = {}
    for line in lines:
        entry = _entry(line)
        if entry.id in cases:
            raise GoldenError(f"{entry.id} stands twice")
        cases[entry.id] = entry
    return cases


def _texts(what: str, data: Any) -> dict[str, str]:
    if not isinstance(data, dict) or not all(isinstance(text, str) for text in data.values()):
        raise GoldenError(f"{what} is no object of texts")
    return data


def _entry(line: Any) -> Entry:
    if not isinstance(line, dict) or not isinstance(line.get("id"), str):
        raise GoldenError("a case is no object with an id")
    name = line["id"]
    if not CASE_ID.fullmatch(name) or name.split("/")[0] not in OPERATIONS:
        raise GoldenError(f"case id {name!r} is not <operation>/<case>")
    if set(line) != set(Entry.__annotations__):
        raise GoldenError(f"{name}: has the keys {', '.join(sorted(line))}, want {', '.join(Entry.__annotations__)}")
    for key, kind in Entry.__annotations__.items():
        if not isinstance(line[key], KINDS[kind]) or isinstance(line[key], bool):
            raise GoldenError(f"{name}: {key} is {line[key]!r:.40}, want {kind}")
        if kind == dict[str, str] and not all(isinstance(text, str) for text in line[key].values()):
            raise GoldenError(f"{name}: {key} is {line[key]!r:.40}, want {kind}")
        if kind == list[str] and not all(isinstance(text, str) for text in line[key]):
            raise GoldenError(f"{name}: {key} is {line[key]!r:.40}, want {kind}")
    entry = Entry(**line)
    _bounded(entry)
    if entry.evidence != evidence(entry):
        raise GoldenError(f"{name}: its evidence is not that of its arrays' digest, dims, features and dtypes")
    if entry.provenance != provenance(entry):
        raise GoldenError(f"{name}: its provenance is not that of what else is said of it")
    return entry


def _bounded(entry: Entry) -> None:
    omitted = {f"{name}=None" for name in entry.operation.all_omittable}
    typed = {INT32} if "lengths" in entry.features else set()
    if not set(entry.features) <= {*entry.operation.all_options, *omitted, *typed}:
        raise GoldenError(f"{entry.id}: features {entry.features} are not options of the operation")
    if not entry.dtypes or not set(entry.dtypes) <= {"float64", "float32", "float16"}:
        raise GoldenError(f"{entry.id}: dtypes {entry.dtypes} are not float64, float32 or float16")
    for axis, length in entry.dims.items():
        if type(length) is not int or not 1 <= length <= LONGEST:
            raise GoldenError(f"{entry.id}: axis {axis} has length {length!r:.20}, want 1 to {LONGEST}")
    arrays = Counter(axes for axes, _ in entry.axes.values())  # many have the same axes
    axes = " ".join(arrays).replace("+", " ").replace("*", " ").split()
    if set(entry.dims) != (used := {axis for axis in axes if not axis.isdigit()}):
        raise GoldenError(f"{entry.id}: dims names {', '.join(sorted(entry.dims))}, want {', '.join(sorted(used))}")
    shape = Dimensions(entry.id, entry.dims).shape
    if (sizes := sum(prod(shape(axes)) * count for axes, count in arrays.items())) > MOST_ELEMENTS:
        raise GoldenError(f"{entry.id}: {sizes} elements are more than {MOST_ELEMENTS}")
