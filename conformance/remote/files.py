"""Files in place of a pipe: a folder a case with its inputs, and results that are read where they were left."""

import io
import json
import math
import os
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import FOLDER, Golden, GoldenError, cases, load, read_manifest
from rnnspec.reference import ContractError, Operation

from ..candidate import DTYPES, NO_RESULTS, NOT_DEFINED, Arrays, Cache, Calls, Candidate, Got, Raised, Unsupported
from ..run.local import Local
from ..run.runner import Runner
from ..verdict.part import lasts, surplus
from .encoding import Malformed, parsed, shown
from .filling import Filling, Occupied, filling

FORMAT = 1
INDEX, CASE = "export.json", "case.json"
HEADER = 10_000  # bytes an .npy header may take
MOST_JSON = 1 << 24


class BadExport(ValueError):
    """A folder is not what `export` has written, or cannot be written to."""


def export(
    folder: Path,
    dtype: str,
    wanted: Collection[str],
    goldens: Path = FOLDER,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Write the inputs of the wanted cases, and return those ids that a dtype holds. Raises BadExport, GoldenError."""
    chosen = [entry for entry in cases(goldens) if dtype in entry.dtypes and entry.id in wanted]
    try:
        with filling(folder) as made:
            for done, entry in enumerate(chosen, 1):
                _write_case(made, folder / entry.id, load(entry.id, goldens), dtype)
                if progress:
                    progress(done, len(chosen))
            index = {"format": FORMAT, "goldens": read_manifest(goldens).digest, "dtype": dtype}
            made.file(folder / INDEX, _json({**index, "cases": [entry.id for entry in chosen]}))
    except Occupied as error:
        raise BadExport(str(error)) from None
    except OSError as error:
        raise BadExport(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
    return [entry.id for entry in chosen]


def _write_case(made: Filling, folder: Path, golden: Golden, dtype: str) -> None:
    runner, axes = Runner(Local(name=""), dtype), golden.entry.axes
    given = {f"inputs/{name}": array for name, array in runner.fresh(golden.inputs).items()}
    given |= {f"parameters/{name}": array for name, array in runner.fresh(golden.parameters).items()}
    data: dict[str, Any] = {"id": golden.id, "shows": golden.entry.shows}
    data |= {
        "operation": golden.entry.operation.name,
        "dtype": dtype,
        "features": golden.entry.features,
        "inputs": {},
        "parameters": {},
        "results": {},
    }
    for key, array in given.items():
        group, _, name = key.partition("/")
        data[group][name] = _described(key, array, axes[key][0])
        if array.ndim:
            made.file(folder / f"{key}.npy", _packed(array))
    for name, want in runner.fresh(golden.outputs).items():
        data["results"][name] = _described(f"results/{name}", want, axes[f"outputs/{name}"][0])
    made.folder(folder / "results")
    made.file(folder / CASE, _json(data))


def _packed(array: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def _described(key: str, array: NDArray[Any], axes: str) -> dict[str, Any]:
    if not array.ndim:
        return {"value": array.item()}
    return {"file": f"{key}.npy", "dtype": array.dtype.name, "shape": list(array.shape), "axes": axes}


def _json(data: Mapping[str, Any]) -> bytes:
    """A line a key, and a line an array."""
    parts = []
    for key, value in data.items():
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        if isinstance(value, dict) and value:
            text = "{\n  " + ",\n  ".join(f"{json.dumps(n)}: {json.dumps(v)}" for n, v in value.items()) + "\n }"
        parts.append(f" {json.dumps(key)}: {text}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


@dataclass(frozen=True, kw_only=True)
class Results(Candidate):
    """What lies in an exported folder, as a candidate: it is never run, only read."""

    folder: Path
    dtype: str
    cases: tuple[str, ...]

    def at(self, dtype: str) -> Calls:
        return _Read(self.folder, self.cases)


@dataclass(frozen=True)
class _Read:
    folder: Path
    cases: tuple[str, ...]

    def lacks(self, operation: Operation, features: Sequence[str]) -> str:
        mine = [name for name in self.cases if name.partition("/")[0] == operation.name]
        return "" if any(given(self.folder / name) for name in mine) else NO_RESULTS if mine else NOT_DEFINED

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> dict[str, Got]:
        place = self.folder / case / "results"
        if not case or not given(place.parent):
            raise Unsupported(NO_RESULTS)
        want = list(operation.expected([*inputs, *parameters]))
        if missing := [f"{name}.npy" for name in want if not (place / f"{name}.npy").exists()]:
            raise ContractError(f"{place}: lacks {', '.join(missing)}")
        given_there = sorted(path.stem for path in place.glob("*.npy") if path.name[0] != ".")
        if more := [f"{name}.npy" for name in surplus(operation, want, given_there)]:
            raise ContractError(f"{place}: has {', '.join(more[:4])}, which {operation.name} does not have")
        names = [*want, *(name for name in lasts(operation).values() if name in given_there and name not in want)]
        return {name: read_array(place / f"{name}.npy") for name in names}

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Cache:
        raise Unsupported(NO_RESULTS)

    def backward(self, operation: Operation, inputs: Arrays, cache: Cache) -> dict[str, Got]:
        raise Unsupported(NO_RESULTS)

    def tried(self, name: str, operation: Operation, case: str) -> str | None:
        raise Unsupported(NO_RESULTS)


def given(case: Path) -> bool:
    """Whether there are results of a case."""
    try:
        return any(name.endswith(".npy") for name in os.listdir(case / "results"))
    except OSError:
        return False


def results(folder: Path, goldens: Path = FOLDER) -> Results:
    """The results in a folder that `export` wrote. Raises BadExport, GoldenError."""
    path = folder / INDEX
    try:
        index = parsed(_bytes(path, MOST_JSON))
    except FileNotFoundError:
        raise BadExport(f"{path}: no such file; `rnnspec export {folder}` writes it") from None
    except (OSError, Malformed) as error:
        raise BadExport(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if index.get("format") != FORMAT:
        raise BadExport(f"{path}: has format {shown(index.get('format'))}, want {FORMAT}")
    if index.get("goldens") != read_manifest(goldens).digest:
        raise BadExport(f"{path}: was exported from other goldens; export again")
    known = {entry.id for entry in cases(goldens)}
    names, dtype = index.get("cases"), index.get("dtype")
    if not isinstance(names, list) or not all(isinstance(name, str) and name in known for name in names):
        raise BadExport(f"{path}: has cases {shown(names)}, want a list of case ids")
    if dtype not in DTYPES:
        raise BadExport(f"{path}: has dtype {shown(dtype)}, want float64, float32 or float16")
    return Results(
        name=str(folder),
        spelled=f"judge {shlex.quote(str(folder))} --case {{case}}",
        folder=folder,
        dtype=dtype,
        cases=tuple(names),
    )


def read_array(path: Path) -> NDArray[Any]:
    """One .npy of anyone's. Raises Raised, which names the file."""
    try:
        data = io.BytesIO(_bytes(path, MOST_JSON))
        version = np.lib.format.read_magic(data)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        shape, fortran, dtype = read[version](data, max_header_size=HEADER)
        if dtype.hasobject:
            raise ValueError("holds Python objects")
        rest = data.read()
        if len(rest) != math.prod(shape) * dtype.itemsize:
            raise ValueError(f"has {len(rest)} bytes of data, want {math.prod(shape) * dtype.itemsize} by its header")
        return np.frombuffer(rest, dtype).reshape(shape, order="F" if fortran else "C")
    except Exception as error:  # NumPy's parser of headers raises whatever Python's does
        text = str(getattr(error, "strerror", None) or error).splitlines()
        raise Raised(f"{path}: cannot be read: {text[0][:200] if text else type(error).__name__}") from None


def _bytes(path: Path, most: int) -> bytes:
    if path.exists() and not path.is_file():  # a pipe would wait for ever
        raise Malformed("is no file")
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise Malformed(f"has more than {most} bytes")
    return data


__all__ = ["BadExport", "GoldenError", "Results", "export", "results"]
