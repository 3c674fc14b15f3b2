"""The names that the reference's source has for what its expressions compute."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .places import REFERENCE, Expression, Place

FAMILIES = "families/"
Span = tuple[int, int, int, int]


Route = tuple[int, ...]  # into tuples: () is the whole


class Names(NamedTuple):
    """Of a module: what expressions are assigned to, each part of them by its path; where in what is returned an expression is, or a name of
    a function; and all names in a function.
    """

    assigned: dict[Span, dict[Route, str]]
    returned: dict[Span, Route]
    passed: dict[tuple[str, str], Route]
    used: dict[str, set[str]]


@cache
def _parsed(module: str) -> Names:
    try:
        tree = ast.parse(Path(sys.modules[REFERENCE + module.replace("/", ".")].__file__ or "").read_text("utf-8"))
    except (OSError, KeyError, ValueError):  # only bytecode is installed: values are told by what they are made of
        tree = ast.parse("")
    names = Names({}, {}, {}, {})
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        own = names.used.setdefault(function.name, {arg.arg for arg in function.args.args})
        in_it = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        own |= {node.id for node in in_it}
        often = Counter(node.id for node in in_it if isinstance(node.ctx, ast.Store))
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                _assign(node.targets[0], node.value, names)
            if isinstance(node, ast.Return) and node.value is not None:
                _return(node.value, (), function.name, often, names)
    return names


def _assign(target: ast.expr, value: ast.expr, names: Names) -> None:
    own = names.assigned.setdefault(_span(value), {})
    if isinstance(target, ast.Name):
        own[()] = target.id
        if isinstance(value, ast.Dict):
            for key, part in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    letter = key.value if len(key.value) > 1 else f"{target.id}{key.value}"
                    names.assigned.setdefault(_span(part), {})[()] = letter
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, two in zip(target.elts, value.elts, strict=True):
            _assign(one, two, names)
    elif isinstance(target, ast.Tuple):
        own |= dict(_parts(target, ()))


def _parts(target: ast.Tuple, path: Route) -> Iterator[tuple[Route, str]]:
    """The names that parts of a value get, by their paths."""
    for place, part in enumerate(target.elts):
        if isinstance(part, ast.Name) and part.id != "_":
            yield (*path, place), part.id
        elif isinstance(part, ast.Tuple):
            yield from _parts(part, (*path, place))


def _return(value: ast.expr, path: Route, function: str, often: Mapping[str, int], names: Names) -> None:
    """What is assigned more than once is not what its first expression gave."""
    names.returned[_span(value)] = path
    if isinstance(value, ast.Name) and often.get(value.id, 0) <= 1:
        names.passed.setdefault((function, value.id), path)
    for place, part in enumerate(value.elts if isinstance(value, ast.Tuple) else ()):
        _return(part, (*path, place), function, often, names)


def _span(node: ast.expr) -> Span:
    return node.lineno, node.end_lineno or 0, node.col_offset, node.end_col_offset or 0


def name_of(place: Place, using: Expression | None = None) -> str:
    """The name that a value gets where it is computed, or where what computes it is called, "" where it gets none: of several the last on its
    way out that the function of an expression that uses it knows, too, or else that a family has, or the first.
    """
    found = [*_names_of(place)]
    known = _parsed(using.module).used.get(using.function, set()) if using and using.line else set[str]()
    of_family = (name for name, expression in reversed(found) if expression.module.startswith(FAMILIES))
    last = next(of_family, found[0][0] if found else "")
    return next((name for name, _ in reversed(found) if name in known), last)


def _names_of(place: Place) -> Iterator[tuple[str, Expression]]:
    """From the inside out, each with the expression that has it."""
    path = Route()
    for expression in place:
        if not expression.line:
            return
        names, span = _parsed(expression.module), expression[2:]
        own = names.assigned.get(span, {}).get(path, "")
        further = names.passed.get((expression.function, own)) if own else names.returned.get(span)
        if own:
            yield own, expression
        if further is None:
            return
        path = further if own else (*further, *path)
