"""A statement that was lost: what it wrote to is a buffer or a list that nothing is put into, or what it took a value that nothing reads."""

import ast
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

from ..source import BUFFERS, Body, Function, Spot, Statement, called
from .words import Words

WRITTEN, ADDED = 1.0, 1.2
NUMERIC = ("array", "float")


def lost(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """One behind this, of what is computed here: into each list of its function that is left empty; of numbers that nothing reads into each
    buffer that is left as it was made, or more of a variable; and of a dict that nothing reads into each other.
    """
    node, body, function, kinds = statement.node, statement.body, statement.function, statement.kinds
    if not (body and function):
        return
    place, here = body.index(node), Spot(Body(body), "statements")
    named = _stored(node) if isinstance(node, ast.Assign) else {*kinds}
    numbers = sorted(name for name in named if kinds.get(name, ("",))[0] in NUMERIC)
    news = [*_appended(function, numbers), *_updated(function, kinds)]
    if isinstance(node, ast.Assign) and (unread := [name for name in numbers if name not in read(function)]):
        news += [*_written(function, unread, statement, words), *_added(unread, kinds)]
    for new, rank in news:
        yield here, [*body[: place + 1], new, *body[place + 1 :]], rank


def _stored(node: ast.Assign) -> set[str]:
    return {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}


def _appended(function: Function, names: list[str]) -> Iterator[tuple[ast.stmt, float]]:
    for home in _unfilled(function):
        append = ast.Attribute(ast.Name(home, ast.Load()), "append", ast.Load())
        yield from ((ast.Expr(ast.Call(append, [ast.Name(name, ast.Load())], [])), WRITTEN) for name in names)


def _updated(function: Function, kinds: dict[str, Any]) -> Iterator[tuple[ast.stmt, float]]:
    dicts = [name for name, kind in kinds.items() if kind == ("dict",)]
    filled = Counter(own.id for one in ast.walk(function) if (own := _filled(one)))
    named = Counter(one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
    for name in (name for name in dicts if filled[name] and filled[name] == named[name]):
        for home in (home for home in dicts if home != name):
            update = ast.Attribute(ast.Name(home, ast.Load()), "update", ast.Load())
            yield ast.Expr(ast.Call(update, [ast.Name(name, ast.Load())], [])), WRITTEN


def _filled(node: ast.AST) -> ast.Name | None:
    """The dict that is given one entry."""
    match node:
        case ast.Subscript(value=ast.Name() as home, ctx=ast.Store()):
            return home
    return None


def _written(
    function: Function, names: list[str], statement: Statement, words: Words
) -> Iterator[tuple[ast.stmt, float]]:
    """As it is, or under a function."""
    for name, buffer in product(names, unwritten(function)):
        value = ast.Name(name, ast.Load())
        parts = (value, *(under for under, _ in words.under(value, statement)))
        for part, at in product(parts, _indices(function)):
            yield ast.Assign([ast.Subscript(ast.Name(buffer, ast.Load()), at, ast.Store())], part), WRITTEN


def _added(names: list[str], kinds: dict[str, Any]) -> Iterator[tuple[ast.stmt, float]]:
    """Another variable of its kind is it, or that and it."""
    for name in names:
        value = ast.Name(name, ast.Load())
        for other in (one for one, kind in kinds.items() if one != name and kind == kinds[name]):
            for more in (value, ast.BinOp(ast.Name(other, ast.Load()), ast.Add(), value)):
                yield ast.Assign([ast.Name(other, ast.Store())], more), ADDED


def read(function: Function) -> set[str]:
    return {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def _unfilled(function: Function) -> list[str]:
    """Lists that are begun without anything, and that nothing is done to but to read them whole."""
    begun, stored, done = list[str](), Counter[str](), set[str]()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[])):
                begun.append(name)
            case ast.Name(id=name, ctx=ast.Store()):
                stored[name] += 1
            case ast.Attribute(value=ast.Name(id=name)) | ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                done.add(name)
    return [name for name in begun if name not in done and stored[name] == 1]


def unwritten(function: Function) -> list[str]:
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
