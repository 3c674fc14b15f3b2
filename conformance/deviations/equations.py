"""The equations of an operation: the functions of the reference that it is, and their text."""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache

from rnnspec.reference import FAMILIES, Kind, Operation, containers, elementwise, network, unroll

from .deviation import Function
from .text import source

REFERENCE = "rnnspec.reference."
# what checks a call, what knows number types, and how floats are computed fast, is no part of an equation; but sigmoid and softmax are nothing else
APART = tuple(
    REFERENCE + name for name in ("arithmetics", "checking", "contract", "family", "layer", "recurrence", "replay")
)


def of(operation: Operation) -> dict[str, list[str]]:
    """Each function by name, such as `families.lstm.remember`, with its lines: callers before what they call."""
    found: dict[str, list[str]] = {}
    for function in _walked(_first(operation), APART if operation.kind is not Kind.ELEMENTWISE else APART[1:]):
        found[f"{function.__module__.removeprefix(REFERENCE)}.{function.__qualname__}"] = source(function).splitlines()
    return found


def concerns(function: Function, operation: Operation) -> bool:
    """Whether an operation may run a function: one of a family's file alone, where its equations say its name."""
    module = function.__module__.removeprefix(REFERENCE)
    return not module.startswith("families.") or f"{module}.{function.__qualname__}" in of(operation)


def _first(operation: Operation) -> list[Function]:
    """Where the way through an operation begins: the layers, the loop over time, the cell."""
    if operation.kind is Kind.CONTAINER:
        return [getattr(containers, operation.name)]
    if operation.kind is Kind.ELEMENTWISE:
        return [getattr(elementwise, f"_{operation.name}")]
    backward = operation.forward is not None
    family = next(family for family in FAMILIES if family.name == operation.family)
    over = {Kind.NETWORK: (network, unroll), Kind.SEQUENCE: (unroll,)}.get(operation.kind, ())
    names = {network: ("_forward", "_backward"), unroll: ("forward", "backward")}
    loops = [getattr(module, names[module][backward]) for module in over]
    head = [unroll.head] if family.head and not backward and operation.kind is not Kind.NETWORK else []
    return [*loops, family.backward if backward else family.forward, *head]


def _walked(begin: list[Function], apart: tuple[str, ...]) -> list[Function]:
    """These, then what they call, and so on."""
    found = list(dict.fromkeys(begin))
    for function in found:
        found += [called for called in _called(function, apart) if called not in found]
    return found


@cache  # many operations go through the same functions
def _called(function: Function, apart: tuple[str, ...]) -> tuple[Function, ...]:
    return tuple(dict.fromkeys(_named(function, apart)))


def _named(function: Function, apart: tuple[str, ...]) -> Iterator[Function]:
    known = vars(sys.modules[function.__module__])
    for node in ast.walk(ast.parse(source(function))):
        named = None
        if isinstance(node, ast.Name):
            named = known.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            named = getattr(known.get(node.value.id), node.attr, None)
        if inspect.isfunction(named) and _is_equation(named, apart):
            yield named


def _is_equation(function: Function, apart: tuple[str, ...]) -> bool:
    home = function.__module__
    return home.startswith(REFERENCE) and not home.startswith(apart) and not function.__name__.startswith("_check")
