"""What is read and bound nowhere, as the name of what is bound: a value that was made under another name."""

import ast
from collections.abc import Iterator

from ..source import Function, Spot, Statement, spots
from .words import Words

UNBOUND = 0.6


def unbound(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """In each place where a statement binds a variable."""
    if not (function := statement.function) or not (names := _unbound(function, words)):
        return
    for spot in spots(statement.node):
        if isinstance(spot.part, ast.Name) and isinstance(spot.part.ctx, ast.Store):
            yield from ((spot, ast.Name(name, ast.Store()), UNBOUND) for name in names)


def _unbound(function: Function, words: Words) -> list[str]:
    nodes = [*ast.walk(function)]
    bound = words.globals | {one.arg for one in nodes if isinstance(one, ast.arg)}
    bound |= {one.name for one in nodes if isinstance(one, ast.FunctionDef | ast.ExceptHandler) and one.name}
    bound |= {one.id for one in nodes if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
    return [*dict.fromkeys(one.id for one in nodes if isinstance(one, ast.Name) and one.id not in bound)]
