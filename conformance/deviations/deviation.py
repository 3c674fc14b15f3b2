"""A deviation: one known wrong, or merely different, way to compute, as edits of the reference's text.

An edit is a line of its own that says what is wrong, two edits of one function add up, a difference as code
needs no second writing, and an edit that no longer finds its text cannot silently do nothing.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from typing import Any

from rnnspec.reference import FAMILIES, FUNCTIONS, MODULES, family

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


@contextmanager
def deviating(edits: Iterable[Edit]) -> Iterator[None]:
    """The reference, wherever it says an edited function's name, does as edited. Raises Clash."""
    by_function: dict[Function, list[tuple[str, str]]] = {}
    for edit in edits:
        by_function.setdefault(edit.function, []).append((edit.old, edit.new))
    deviants = {function: edited(function, tuple(changes)) for function, changes in by_function.items()}
    try:
        for function, deviant in deviants.items():
            _put(function, deviant)
        yield
    finally:
        for function in deviants:
            _put(function, function)


@cache
def edited(function: Function, changes: tuple[tuple[str, str], ...]) -> Any:
    """The function that the edited text defines, in the module of the first. Raises Clash."""
    text = changed(function, changes)
    scope: dict[str, Any] = {}
    exec(compile(text, f"<{function.__name__}, deviating>", "exec"), function.__globals__, scope)
    return scope[function.__name__]


def changed(function: Function, changes: Iterable[tuple[str, str]]) -> str:
    """A function's text with each change made in turn. Raises Clash."""
    text = source(function)
    for old, new in changes:
        if (found := text.count(old)) != 1:
            raise Clash(f"{function.__module__}.{function.__name__} has {old!r} {found} times, want once")
        text = text.replace(old, new)
    return text


@cache
def source(function: Function) -> str:
    return textwrap.dedent(inspect.getsource(function))


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


def _put(function: Function, now: Function) -> None:
    for holder, name in _places(function):
        if isinstance(holder, dict):
            holder[name] = now
        else:
            setattr(holder, name, now)


@cache
def _places(function: Function) -> list[tuple[Any, str]]:
    """Every name under which the reference knows a function."""
    holders = [FUNCTIONS, *map(vars, MODULES), *map(vars, FAMILIES), family.Family]
    return [
        (holder, name)
        for holder in holders
        for name, value in (holder if isinstance(holder, dict) else vars(holder)).items()
        if value is function
    ]
