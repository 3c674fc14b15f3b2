"""What a case's arrays are, what a verdict on it rests on, and what else is said of it: a digest each."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .entry import Entry

Arrays = dict[str, NDArray[Any]]
DECIDING = ("digest", "dims", "features", "dtypes")  # the fields of a case that decide a verdict, beside exactness


def digest(arrays: Arrays, after: str = "") -> str:
    """Of the contents: key, dtype, shape and bytes of each array in order, chained to `after`."""
    hashed = sha256(after.encode())
    for key, array in sorted(arrays.items()):
        hashed.update(f"|{key}|{array.dtype.str}|{array.shape}|".encode())
        hashed.update(np.ascontiguousarray(array).tobytes())
    return hashed.hexdigest()[:32]


def digests(arrays: Arrays) -> tuple[str, str]:
    """The digest of what goes in, and that of what comes out chained to it."""
    given = {key: array for key, array in arrays.items() if key.split("/")[0] in ("inputs", "parameters")}
    first = digest(given)
    return first, digest({key: array for key, array in arrays.items() if key not in given}, first)


def evidence(entry: Entry) -> str:
    """Of a case's arrays and of every field that decides a verdict; what a case is said to show decides none."""
    return _of({name: getattr(entry, name) for name in DECIDING} | {"id": entry.id, "exact": entry.exact})


def provenance(entry: Entry) -> str:
    """Of every field that decides no verdict: how a case came about, and what is said of it."""
    names = [name for name in Entry.__annotations__ if name not in (*DECIDING, "evidence", "provenance")]
    return _of({name: getattr(entry, name) for name in names})


def sealed(entry: Entry) -> Entry:
    """An entry with the two digests that cover it."""
    return replace(entry, evidence=evidence(entry), provenance=provenance(entry))


def overall(entries: Iterable[Entry]) -> str:
    """One digest of the evidence of all cases: what a report names its goldens by."""
    return _of({entry.id: entry.evidence for entry in entries})


def told(entries: Iterable[Entry], versions: Mapping[str, str]) -> str:
    """One digest of the provenance of all cases, and of the versions that they were made with."""
    return _of({entry.id: entry.provenance for entry in entries} | {"versions": dict(versions)})


def _of(fields: Mapping[str, Any]) -> str:
    return sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:32]
