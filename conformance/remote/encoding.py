"""Arrays as JSON and back. What comes from a candidate is hostile until it has passed here."""

import binascii
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference.contract import INTEGERS, MARKS

from ..candidate import DTYPES
from ..choices import BadChoice
from ..run.formats import dtype_of

BFLOAT16 = "bfloat16"  # which NumPy has by ml_dtypes alone
FLOATS = (*DTYPES, BFLOAT16)
NUMBERS = (*FLOATS, "int64", "int32", "bool")
NAMES = {np.dtype(name): name for name in NUMBERS if name != BFLOAT16}
LITTLE = {name: np.dtype("<u2" if name == BFLOAT16 else name).newbyteorder("<") for name in NUMBERS}  # as bytes
KEYS = {"dtype", "shape", "base64"}
MOST_AXES = 8
MOST_BYTES = 1 << 26


class Malformed(ValueError):
    """What was sent is not what the protocol says; the message says in what."""


def given(array: NDArray[Any], as_list: bool = False) -> Any:
    """An input as the protocol has it: one without axes is a plain number, true or false."""
    return encode(array, as_list) if array.ndim else _wide(array).item()


def encode(array: NDArray[Any], as_list: bool = False) -> Any:
    """An array as the protocol has it. Raises Malformed where it has no such numbers."""
    name = BFLOAT16 if array.dtype.name == BFLOAT16 else NAMES.get(array.dtype)
    if name is None:
        raise Malformed(f"has dtype {array.dtype}, which the protocol does not have")
    if as_list:
        return _wide(array).tolist()
    bits = array.view(np.uint16) if name == BFLOAT16 else array
    little = bits.astype(LITTLE[name], order="C", copy=False)
    text = binascii.b2a_base64(little.tobytes(), newline=False).decode("ascii")
    return {"dtype": name, "shape": list(array.shape), "base64": text}


def decode(value: Any, dtype: str) -> NDArray[Any]:
    """The array that `encode` wrote; `dtype` is that of what names none. Raises Malformed."""
    if isinstance(value, bool | int | float):
        return _scalar(value, dtype)
    if isinstance(value, list):
        return _listed(value, dtype)
    if not isinstance(value, dict) or set(value) != KEYS:
        raise Malformed(f"is {shown(value)}, want lists, or an object with dtype, shape, base64")
    kind, shape, data = value["dtype"], value["shape"], value["base64"]
    if not isinstance(kind, str) or kind not in NUMBERS:
        raise Malformed(f"has dtype {shown(kind)}, want {' or '.join(NUMBERS)}")
    if not isinstance(shape, list) or len(shape) > MOST_AXES or not all(type(n) is int and n >= 0 for n in shape):
        raise Malformed(f"has shape {shown(shape)}, want a list of up to {MOST_AXES} lengths")
    size = math.prod(shape) * LITTLE[kind].itemsize
    # beside an axis of no length any other would do, and NumPy has none longer than its memory
    if (most := max(size, *shape, 0)) > MOST_BYTES:
        raise Malformed(f"has {most} bytes, which is more than {MOST_BYTES}")
    return _packed(data, kind, size).reshape(shape)


def named(values: Any, dtype: str) -> dict[str, NDArray[Any]]:
    """Arrays by name. Raises Malformed, which names the array."""
    if not isinstance(values, dict):
        raise Malformed(f"is {shown(values)}, want an object of arrays by name")
    arrays = {}
    for name, value in values.items():
        try:
            arrays[name] = decode(value, _kind_of(name, dtype))
        except Malformed as error:
            raise Malformed(f"{shown(name)} {error}") from None
    return arrays


def _kind_of(name: str, dtype: str) -> str:
    return "int64" if name in INTEGERS else "bool" if name in MARKS else dtype


def parsed(line: bytes, parts: int | None = None) -> dict[str, Any]:
    """One line as an object, which has up to so many parts: each takes a hundred times its bytes. Raises Malformed."""
    if parts is not None and sum(map(line.count, (b"[", b"{", b":"))) > parts:
        raise Malformed(f"has more than {parts} lists, objects and keys, which is more than there is need for")
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise Malformed(f"is no JSON: {shown(line[:80].decode('utf-8', 'replace'))}") from None
    if not isinstance(value, dict):
        raise Malformed(f"is {shown(value)}, want an object")
    return value


def shown(value: Any) -> str:
    """A value of the candidate's in a message: short, on one line, without control characters."""
    if isinstance(value, Mapping):
        return f"an object with {', '.join(shown(key) for key in list(value)[:4]) or 'nothing'}"
    text = repr(value) if not isinstance(value, list) else repr(value[: MOST_AXES + 1])
    return text if len(text) <= 60 else f"{text[:60]}…"


def _wide(array: NDArray[Any]) -> NDArray[Any]:
    """In numbers that Python has."""
    return array.astype(np.float64) if array.dtype.name == BFLOAT16 else array


def _dtype(name: str) -> np.dtype[Any]:
    """NumPy's. Raises Malformed for bfloat16 where there is none."""
    try:
        return dtype_of("bf16") if name == BFLOAT16 else np.dtype(name)
    except BadChoice as why:
        raise Malformed(f"is of {BFLOAT16}: {why}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("an object has a key twice")
    return held


def _scalar(value: bool | int | float, dtype: str) -> NDArray[Any]:
    try:
        kind = _dtype(dtype) if isinstance(value, float) else None if isinstance(value, bool) else np.int64
        return np.array(value, kind)
    except OverflowError:
        raise Malformed(f"is {shown(value)}, which no int64 holds") from None


def _packed(data: Any, kind: str, size: int) -> NDArray[Any]:
    if not isinstance(data, str):
        raise Malformed(f"has base64 {shown(data)}, want a text")
    try:
        raw = binascii.a2b_base64(data, strict_mode=True)
    except (ValueError, binascii.Error):
        raise Malformed(f"is no base64: {shown(data[:40])}") from None
    if len(raw) != size:
        raise Malformed(f"has {len(raw)} bytes of data, want {size} by its shape and dtype")
    if kind == "bool":  # whatever is not 0
        return np.frombuffer(raw, np.uint8) != 0
    little = np.frombuffer(raw, LITTLE[kind])  # below in this machine's order, and writeable
    return little.astype(np.uint16).view(_dtype(kind)) if kind == BFLOAT16 else little.astype(kind)


def _listed(data: Any, kind: str) -> NDArray[Any]:
    """Lists in lists, all of a level equally long; null is NaN."""
    shape, level = [], [data]
    while level and isinstance(level[0], list):
        shape.append(len(level[0]))
        if len(shape) > MOST_AXES or not all(isinstance(part, list) and len(part) == shape[-1] for part in level):
            raise Malformed(f"has lists of unequal lengths, or more than {MOST_AXES} in each other")
        level = [element for part in level for element in part]
    fit = {int} if kind.startswith("int") else {bool} if kind == "bool" else {int, float, type(None)}
    if not {type(number) for number in level} <= fit:
        raise Malformed(f"is no plain list of {kind} numbers")
    try:
        with np.errstate(over="ignore"):
            return np.array(level, np.int64 if fit == {int} else np.float64).astype(_dtype(kind)).reshape(shape)
    except OverflowError:
        raise Malformed(f"has a number that {kind} does not hold") from None
