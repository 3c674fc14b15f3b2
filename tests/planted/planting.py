"""Faults as a person would plausibly write them, planted into the text of a writing that shares nothing with the reference.

A conformance suite is worth what it catches, and what explains is worth what it names. Every fault is a line of a
table, and a candidate may have any number of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from planted import modules
from rnnspec.reference import OPERATIONS

FOLDER = Path(__file__).parents[1] / "writings"
# in the order of their imports
LAYERS = ("apart_cells", "apart_lstms", "apart_sequences", "apart_networks", "apart_containers")
RECURRENCES = (
    "apart_arrays",
    "apart_attention",
    "apart_scans",
    "apart_mamba",
    "apart_xlstm",
    "apart_gates",
    "apart_recurrences",
)
FAMILIES = (*LAYERS, *RECURRENCES, "apart_families")

Change = tuple[str, str] | tuple[str, str, int]  # with how often the words stand, if not once
Functions = dict[str, Callable[..., Any]]
Texts = Mapping[str, str]


class Writing(StrEnum):
    """The texts that take a fault."""

    TEN = "ten operations"  # apart.py
    PACKED = "packed"  # apart_families.py and what it imports
    MASKED = "masked"  # the same with the walk of apart_masked.py, for what a packed batch cannot have


@dataclass(frozen=True)
class Planted:
    """One fault.

    `operations` are those whose results it makes wrong; a backward operation counts as wrong when the cache that the
    same writing's forward hands it is. `changes` are replacements in the texts together, and `computed_in` is what
    a fault of precision has instead. `shows_in` is the dtype at which it is caught, `deviation` the catalogue's entry
    that it is a form of, `said` are words that stand where a fault that has no name is located, and `edit` those of an edit of the
    equation that is one.
    """

    id: str
    operations: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    into: Writing = Writing.PACKED
    computed_in: str = ""
    shows_in: str = "float64"
    deviation: str = ""
    said: tuple[str, ...] = ()
    edit: str = ""


def candidate(*planted: Planted, into: Writing = Writing.PACKED) -> Functions:
    """The operations of a writing with all that is planted.

    It is the writing of the faults, where there are any: a masked one takes what a packed one does.
    Raises ValueError where words to replace do not stand as often as a fault says, or faults have no text in common.
    """
    edited = _texts(_common({fault.into for fault in planted} or {into}))
    for fault in planted:
        edited = _edited(edited, fault)
    functions = vars(modules.loaded(edited)[next(reversed(edited))])
    found = {name: functions[name] for name in OPERATIONS if name in functions}
    narrow = next((fault.computed_in for fault in planted if fault.computed_in), "")
    return {name: _narrowed(function, narrow) for name, function in found.items()} if narrow else found


def _common(writings: set[Writing]) -> Writing:
    if Writing.TEN in writings and len(writings) > 1:
        raise ValueError(f"faults of {' and '.join(sorted(writings))} have no text in common")
    return Writing.MASKED if Writing.MASKED in writings else writings.pop()


@cache
def _texts(writing: Writing) -> Texts:
    names = ("apart",) if writing is Writing.TEN else FAMILIES
    texts = {name: (FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in names}
    if writing is Writing.MASKED:
        text, walk = texts["apart_sequences"], (FOLDER / "apart_masked.py").read_text(encoding="utf-8")
        start, end = text.index("class Packing:"), text.index("def initial(")
        texts["apart_sequences"] = text[:start] + walk[walk.index("class Packing:") :] + "\n\n" + text[end:]
    return texts


def _edited(texts: Texts, fault: Planted) -> Texts:
    for old, new, *times in fault.changes:
        if (found := sum(text.count(old) for text in texts.values())) != (times or [1])[0]:
            raise ValueError(f"{fault.id}: {old!r} occurs {found} times")
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    return texts


def _narrowed(function: Callable[..., Any], dtype: str) -> Callable[..., Any]:
    """Computes in another dtype and hands out float64."""

    def call(*args: Any, **options: Any) -> Any:
        given = {name: _cast(value, dtype) for name, value in options.items()}
        returned = function(*(_cast(a, dtype) for a in args), **given)
        if isinstance(returned, tuple):
            return (*(_cast(part, "float64") for part in returned[:-1]), returned[-1])
        return _cast(returned, "float64")

    return call


def _cast(value: Any, dtype: str) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(dtype)
    if isinstance(value, dict):
        return {name: _cast(part, dtype) for name, part in value.items()}
    return [_cast(part, dtype) for part in value] if isinstance(value, list) else value
