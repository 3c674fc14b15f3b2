"""Arrays in a report's JSON: little-endian bytes in base64, in lines of a bounded length."""

import math
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .format import ReportError

DTYPES = ("<f2", "<f4", "<f8", "|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8")
LONGEST = 1 << 21  # of an axis: an empty array may claim any
LINE = 4000  # characters; no text of a report is much longer
SMALLER = np.float16, np.float32  # tried for arrays of float64


def encoded(array: NDArray[Any], axes: str = "") -> dict[str, Any] | None:
    """An array as JSON has it, bit for bit; None where its dtype is none of DTYPES."""
    kind = array.dtype.newbyteorder("<").str if array.dtype.kind in "biuf" else ""
    if kind not in DTYPES:
        return None
    text = b64encode(np.ascontiguousarray(array, kind).tobytes()).decode()
    lines = [text[i : i + LINE] for i in range(0, len(text), LINE)]
    return {"dtype": kind, "shape": list(array.shape), **({"axes": axes} if axes else {}), "base64": lines}


def narrowed(array: NDArray[Any]) -> NDArray[Any]:
    """The same values in the smallest dtype that has them."""
    with np.errstate(all="ignore"):
        for dtype in SMALLER if array.dtype == np.float64 else ():
            if np.array_equal((found := array.astype(dtype)).astype(np.float64), array):
                return found
    return array


def rounded(array: NDArray[Any]) -> NDArray[Any]:
    """In float32, for numbers of which only the size matters, where that has their size."""
    size = np.abs(array[array != 0])
    info = np.finfo(np.float32)
    holds = not size.size or (size.min() > info.tiny and size.max() < info.max)
    return array.astype(np.float32) if holds else array


def length(data: Mapping[str, Any]) -> int:
    """How many characters an encoded array takes, of its bytes alone."""
    return sum(map(len, data["base64"]))


def check(data: Mapping[str, Any], name: str) -> None:
    """Raises ReportError where an encoded array has not as many bytes as its shape wants."""
    if max(data["shape"], default=0) > LONGEST:
        raise ReportError(f"{name} has an axis of length {max(data['shape'])}, and none is longer than {LONGEST}")
    size = math.prod(data["shape"]) * np.dtype(data["dtype"]).itemsize
    if (found := length(data)) != (want := 4 * math.ceil(size / 3)):
        raise ReportError(f"{name} has {found} characters, want {want}: it is {data['dtype']} {tuple(data['shape'])}")
