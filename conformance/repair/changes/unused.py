"""What is made and not used, for what is used in its place: a value that nothing reads, a buffer that nothing is put into."""

import ast
from collections.abc import Iterator

from ..source import Function, Spot, Statement, spots
from .lost import NUMERIC, read, unwritten
from .words import Words

UNUSED = 1.0


def unused(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """In each place where a statement reads a variable, or writes into one."""
    if not (function := statement.function):
        return
    homes = unwritten(function)
    values = [name for name in _unread(function) if statement.kinds.get(name, ("",))[0] in NUMERIC]
    for spot in spots(statement.node) if homes or values else ():
        match spot.part:
            case ast.Name(ctx=ctx) if (is_home := _is_home(spot)) or isinstance(ctx, ast.Load):
                yield from ((spot, ast.Name(name, ctx), UNUSED) for name in (homes if is_home else values))


def _unread(function: Function) -> list[str]:
    own = [one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    stored = [one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    known = read(function)
    return [name for name in dict.fromkeys((*own, *stored)) if name not in known]


def _is_home(spot: Spot) -> bool:
    """Whether that is written into of which it is the name."""
    match spot.owner:
        case ast.Subscript(ctx=ast.Store()):
            return spot.name == "value"
        case ast.AugAssign():
            return spot.name == "target"
    return False
