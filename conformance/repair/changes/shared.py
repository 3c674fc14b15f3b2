"""One object in several places, where each is to have its own."""

import ast
from collections.abc import Iterator

from ..source import Body, Spot, Statement
from .words import Words

LIKELY = 1.0
EACH = "_"


def shared(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """A dictionary or a list whose values are made once: each is made anew."""
    match spot.part:
        case ast.Call(func=ast.Attribute(value=ast.Name("dict"), attr="fromkeys"), args=[keys, value]):
            yield ast.DictComp(ast.Name(EACH, ast.Load()), value, [_for_each(keys)]), LIKELY
        case ast.BinOp(left=ast.List(elts=[value]), op=ast.Mult(), right=times):
            yield ast.ListComp(value, [_for_each(_called("range", times))]), LIKELY


def parted(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """One value for several names, as in `a = b = zeros(n)`: each has its own."""
    match statement.node:
        case ast.Assign(targets=[_, _, *_] as targets, value=value) if body := statement.body:
            place = body.index(statement.node)
            each = [ast.Assign([target], value) for target in targets]
            yield Spot(Body(body), "statements"), [*body[:place], *each, *body[place + 1 :]], LIKELY


def _for_each(of: ast.expr) -> ast.comprehension:
    return ast.comprehension(ast.Name(EACH, ast.Store()), of, [], 0)


def _called(name: str, argument: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), [argument], [])
