"""The manifest: one line a case, and the contract, so that no reader of the goldens needs Python."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from rnnspec.reference import OPERATIONS, Operation
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.contract import ANY, FLAGS, INTEGERS, ContractError

FOLDER = Path(__file__).resolve().parent
NAME = "manifest.json"
SCHEMA = 1
KEYS = {"schema", "digest", "versions", "counts", "operations", "cases"}
CASE_ID = re.compile(r"[a-z][a-z0-9_]{0,60}/[a-z0-9][a-z0-9-]{0,60}")
LARGEST = 2**24  # bytes of the manifest
LONGEST = 4096  # of an axis; with the sum below it bounds what a hostile manifest can make a reader allocate
MOST_ELEMENTS = 2**23
NOT_FLOATS = dict.fromkeys(INTEGERS, "<i8") | dict.fromkeys(FLAGS, "|b1")
KINDS: dict[Any, type] = {str: str, int: int, list[str]: list, dict[str, int]: dict}


def shown(what: object, most: int = 400) -> str:
    """A text for one line of a message: control characters escaped, cut where it goes on for long."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(what)[: most + 1])
    return line if len(line) <= most else f"{line[:most]}…"


class GoldenError(ValueError):
    """A golden or the manifest is not what it should be; the message names the file."""


@dataclass(frozen=True)
class Entry:
    """One case's line."""

    id: str
    shows: str
    labels: list[str]
    features: list[str]
    dtypes: list[str]
    dims: dict[str, int]
    seed: int
    inputs: str  # digest of inputs and parameters
    digest: str  # of those and of what follows from them
    bits: int
    corroborated: list[str]
    recipe: str  # digest of the code and the idea that it was made from

    @property
    def operation(self) -> Operation:
        return OPERATIONS[self.id.split("/")[0]]

    def axes(self) -> dict[str, tuple[str, str]]:
        """Key in the npz -> (axes, dtype), in order."""
        inputs = self.operation.run_inputs(self.dims, self.features)
        parameters = self.operation.all_parameters(self.dims)
        outputs = self.operation.expected([*inputs, *parameters])
        groups: dict[str, tuple[Mapping[str, str], str]] = {
            "inputs": (inputs, "<f8"),
            "parameters": (parameters, "<f8"),
            "outputs": (outputs, "<f8"),
            "sensitivity": (outputs, "<f4"),
            "underflow": (outputs, "<f4"),
        }
        return {
            f"{group}/{name}": (
                "n m" if axes == ANY else axes,
                NOT_FLOATS.get(name, dtype) if dtype == "<f8" else dtype,
            )
            for group, (arrays, dtype) in groups.items()
            for name, axes in arrays.items()
        }

    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        """Key in the npz -> (shape, dtype), in order."""
        dims = Dimensions(self.id, self.dims)
        return {key: (dims.shape(axes), dtype) for key, (axes, dtype) in self.axes().items()}


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


def overall(entries: Iterable[Entry]) -> str:
    """One digest of all goldens."""
    text = "".join(f"{entry.id}:{entry.digest};" for entry in sorted(entries, key=lambda entry: entry.id))
    return sha256(text.encode()).hexdigest()[:32]


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
    if data["digest"] != overall(cases.values()):
        raise GoldenError("its digest is not that of its cases")
    return Manifest(cases, data["digest"], _texts("versions", data["versions"]))


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
        if kind == list[str] and not all(isinstance(text, str) for text in line[key]):
            raise GoldenError(f"{name}: {key} is {line[key]!r:.40}, want {kind}")
    entry = Entry(**line)
    _bounded(entry)
    return entry


def _bounded(entry: Entry) -> None:
    omitted = {f"{name}=None" for name in entry.operation.all_omittable}
    if not set(entry.features) <= {*entry.operation.all_options, *omitted}:
        raise GoldenError(f"{entry.id}: features {entry.features} are not options of the operation")
    if not entry.dtypes or not set(entry.dtypes) <= {"float64", "float32", "float16"}:
        raise GoldenError(f"{entry.id}: dtypes {entry.dtypes} are not float64, float32 or float16")
    for axis, length in entry.dims.items():
        if type(length) is not int or not 1 <= length <= LONGEST:
            raise GoldenError(f"{entry.id}: axis {axis} has length {length!r:.20}, want 1 to {LONGEST}")
    axes = " ".join(axes for axes, _ in entry.axes().values()).replace("+", " ").replace("*", " ").split()
    if set(entry.dims) != (used := {axis for axis in axes if not axis.isdigit()}):
        raise GoldenError(f"{entry.id}: dims names {', '.join(sorted(entry.dims))}, want {', '.join(sorted(used))}")
    sizes = 0
    for shape, _ in entry.shapes().values():
        size = 1
        for length in shape:
            size *= length
        sizes += size
    if sizes > MOST_ELEMENTS:
        raise GoldenError(f"{entry.id}: {sizes} elements are more than {MOST_ELEMENTS}")


__all__ = ["FOLDER", "ContractError", "Entry", "GoldenError", "Manifest", "contract", "read", "written"]
