"""A deviation: one known wrong, or merely different, way to compute, as a change to the reference."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from rnnspec.reference import FAMILIES

Function = Callable[..., Any]


@dataclass(frozen=True)
class Deviation:
    """`changes` maps a function of the reference to what makes the deviant one of it."""

    id: str
    summary: str
    kind: str  # "bug" or "convention"
    affects: tuple[str, ...]
    exposed_by: str
    seen_in: tuple[str, ...]
    changes: Mapping[Function, Callable[[Function], Function]]


@contextmanager
def deviating(*deviations: Deviation) -> Iterator[None]:
    """The reference, wherever it says a changed function's name, does the deviation instead."""
    with ExitStack() as undo:
        current: dict[Function, Function] = {}
        for deviation in deviations:
            for original, deviate in deviation.changes.items():
                before = current.get(original, original)
                current[original] = deviate(before)
                _replace(before, current[original], undo)
        yield


def _replace(before: Function, after: Function, undo: ExitStack) -> None:
    modules = [module for name, module in sys.modules.items() if name.startswith("rnnspec.reference")]
    for holder in (*modules, *FAMILIES):
        for name, value in list(vars(holder).items()):
            if value is before:
                setattr(holder, name, after)
                undo.callback(setattr, holder, name, before)
