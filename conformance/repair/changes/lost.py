"""A statement that was lost: what it wrote to is a buffer that nothing is written to, or what it took a value that nothing reads."""

import ast
from collections import Counter
from collections.abc import Iterator

from ..source import BUFFERS, Body, Function, Spot, Statement, called
from .words import Words

WRITTEN, ADDED = 1.0, 1.2
NUMERIC = ("array", "float")


def lost(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """One behind this, of numbers that nothing reads: into each buffer of its function that is left as it was made, or more of a variable."""
    node, body, function, kinds = statement.node, statement.body, statement.function, statement.kinds
    if not (isinstance(node, ast.Assign) and body and function):
        return
    names = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    numbers = {name for name in names if kinds.get(name, ("",))[0] in NUMERIC}
    if not numbers or not (unread := numbers - _read(function)):
        return
    targets = [
        ast.Subscript(ast.Name(n, ast.Load()), at, ast.Store())
        for n in _unwritten(function)
        for at in _indices(function)
    ]
    place, here = body.index(node), Spot(Body(body), "statements")
    for name in sorted(unread):
        value = ast.Name(name, ast.Load())
        for part in (value, *(under for under, _ in words.under(value, statement))) if targets else ():
            for target in targets:
                yield here, [*body[: place + 1], ast.Assign([target], part), *body[place + 1 :]], WRITTEN
        for other in (one for one, kind in kinds.items() if one != name and kind == kinds[name]):
            for more in (value, ast.BinOp(ast.Name(other, ast.Load()), ast.Add(), value)):
                new = ast.Assign([ast.Name(other, ast.Store())], more)
                yield here, [*body[: place + 1], new, *body[place + 1 :]], ADDED


def _read(function: Function) -> set[str]:
    return {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def _unwritten(function: Function) -> list[str]:
    """Buffers that are made once, and of which no part is written to, also by what is called with them."""
    made, stored, written = list[str](), Counter[str](), set[str]()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[target], value=value):
                made += _made(target, value)
            case ast.Name(id=name, ctx=ast.Store()):
                stored[name] += 1
            case (
                ast.Subscript(value=value, ctx=ast.Store())
                | ast.Expr(value=value)
                | ast.keyword(arg="out", value=value)
            ):
                written |= {one.id for one in ast.walk(value) if isinstance(one, ast.Name)}
    return [name for name in made if name not in written and stored[name] == 1]


def _made(target: ast.expr, value: ast.expr) -> Iterator[str]:
    match target, value:
        case ast.Name(id=name), ast.Call() if called(value) in BUFFERS:
            yield name
        case ast.Tuple(elts=[*targets]), ast.Tuple(elts=[*values]) if len(targets) == len(values):
            for one, own in zip(targets, values, strict=True):
                yield from _made(one, own)


def _indices(function: Function) -> list[ast.expr]:
    """What arrays are read or written at, a slice of it or more."""
    found = (
        one.slice
        for one in ast.walk(function)
        if isinstance(one, ast.Subscript) and not isinstance(one.slice, ast.Constant)
    )
    return [*{ast.dump(one): one for one in found}.values()]
