"""Two digests, apart: the evidence, on which a verdict rests, and what the arrays alone are."""

import json
from collections.abc import Iterable
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
    deciding = {name: getattr(entry, name) for name in DECIDING} | {"id": entry.id, "exact": entry.exact}
    return sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()[:32]


def overall(entries: Iterable[Entry]) -> str:
    """One digest of the evidence of all cases: what a report names its goldens by."""
    text = "".join(f"{entry.id}:{entry.evidence};" for entry in sorted(entries, key=lambda entry: entry.id))
    return sha256(text.encode()).hexdigest()[:32]
