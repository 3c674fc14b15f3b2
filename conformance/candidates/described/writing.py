"""How a class is made, in Python as it is printed: what is tried is what is written."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from keyword import iskeyword
from typing import Any

from rnnspec.golden.entry import shown

from .description import Description
from .guessing import N_A, N_X
from .pattern import BadDescription
from .telling import LONGEST, said

SIZES = {"n_x": N_X, "n_a": N_A}
PARTS = ("like", "gates", "layout", "state", "takes", "returns")
WIDTH = 70  # of a part's line before it is indented


def making(kind: Any, more: Mapping[str, str]) -> str:
    """A call that makes one of sizes n_x and n_a, or of n_a alone where one size is all that it needs, and of what else it takes."""
    _, *own = inspect.signature(kind.__init__).parameters.items()  # that of a class may be its metaclass's
    parameters = dict(own)
    needed = [
        p
        for name, p in parameters.items()
        if p.default is p.empty and name not in more and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    sizes = [*SIZES] if len(needed) > 1 else ["n_a"]
    named = [p.name if p.kind is p.KEYWORD_ONLY else "" for p in needed] or [""]
    given = [f"{name}={size}" if name else size for name, size in zip(named, sizes, strict=False)]
    any_more = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    given += [f"{name}={value}" for name, value in more.items() if name in parameters or any_more]
    return f"{kind.__name__}({', '.join(given)})"


def meant(kind: type, first: str, lines: Sequence[str] = ()) -> Any:
    """What an expression says after these lines, of a class by its name. A name that is no name is not run."""
    name = kind.__name__
    if not name.isidentifier() or iskeyword(name):
        raise BadDescription(f"{shown(name, LONGEST)!r} is no name in Python")
    names: dict[str, Any] = {name: kind}
    exec("\n".join(lines), names)
    return eval(first, names)


def failing(made: str, error: Exception) -> BadDescription:
    """That it cannot be made."""
    for name, size in SIZES.items():
        made = re.sub(rf"\b{name}\b", str(size), made)
    return BadDescription(f"{made} raised {said(error)}")


def lines_of(helper: str, first: str, before: Sequence[str], found: Description) -> Iterator[str]:
    """A description as it is pasted."""
    given = [f"{part}={getattr(found, part)!r}" for part in PARTS if getattr(found, part)]
    yield from (f"    {line}" for line in (f"from rnnspec.adapt import {helper}", *before, f"candidate = {helper}("))
    yield from (f"        {line}," for line in (first, *_paired(given)))
    yield "        weights={"
    yield from (f"            {key!r}: {value!r}," for key, value in found.names.items())
    yield from ("        },", "    )")


def _paired(parts: list[str]) -> Iterator[str]:
    """Two in a line where there is room: a line that is broken within a text cannot be pasted."""
    for pair in zip_longest(parts[::2], parts[1::2]):
        found = [part for part in pair if part]
        both = ", ".join(found)
        yield from [both] if len(both) < WIDTH else found
