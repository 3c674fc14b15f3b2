"""A deviation: one known wrong, or merely different, way to compute, as edits of the reference's text.

An edit is a line of its own that says what is wrong, two edits of one function add up, a difference as code
needs no second writing, and an edit that no longer finds its text cannot silently do nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from .text import source

Function = Callable[..., Any]

BUG, CONVENTION = "bug", "convention"


class Clash(ValueError):
    """An edit does not find its text exactly once: another edit has changed it."""


@dataclass(frozen=True)
class Edit:
    """Text of a function of the reference, and what stands there instead."""

    function: Function
    old: str
    new: str


Way = tuple[Edit, ...]


@dataclass(frozen=True)
class Deviation:
    """`ways` are the forms in which it occurs: a forward bug with a backward that follows it, or one that does not.

    A deviation of precision has no edit: it computes in `dtype`.
    """

    id: str
    summary: str
    kind: str
    affects: tuple[str, ...]
    exposed_by: str
    seen_in: tuple[str, ...]
    ways: tuple[Way, ...] = ((),)
    dtype: str = ""


def changed(function: Function, changes: Iterable[tuple[str, str]]) -> str:
    """A function's text with each change made in turn. Raises Clash."""
    text = source(function)
    for old, new in changes:
        if (found := text.count(old)) != 1:
            raise Clash(f"{function.__module__}.{function.__name__} has {old!r} {found} times, want once")
        text = text.replace(old, new)
    return text


def difference(way: Way) -> str:
    """A way as a unified diff of the reference."""
    functions = dict.fromkeys(edit.function for edit in way)
    diffs = []
    for function in functions:
        after = changed(function, [(edit.old, edit.new) for edit in way if edit.function is function])
        place = f"{function.__module__.removeprefix('rnnspec.').replace('.', '/')}.py {function.__name__}"
        lines = unified_diff(source(function).splitlines(), after.splitlines(), place, place, lineterm="", n=1)
        diffs.append("\n".join(line for line in lines if not line.startswith("+++")).replace("--- ", "", 1))
    return "\n".join(diffs)
