"""One object in several places, where each is to have its own."""

import ast
from collections.abc import Iterator

from ..source import Body, Spot, Statement
from .words import Words

LIKELY = 1.0
EACH = "each"  # what a value is made for, longer where that is the candidate's own


def shared(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """A dictionary or a list whose values are made once: each is made anew."""
    match spot.part:
        case ast.Call(func=ast.Attribute(value=ast.Name("dict"), attr="fromkeys"), args=[keys, value]):
            each = _unused(value)
            yield ast.DictComp(ast.Name(each, ast.Load()), value, [_for(each, keys)]), LIKELY
        case (
            ast.BinOp(left=ast.List(elts=[value]), op=ast.Mult(), right=times)
            | ast.BinOp(left=times, op=ast.Mult(), right=ast.List(elts=[value]))
        ) if not isinstance(value, ast.Constant):
            count = ast.Call(ast.Name("range", ast.Load()), [times], [])
            yield ast.ListComp(value, [_for(_unused(value), count)]), LIKELY


def parted(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """One value for several names, as in `a = b = zeros(n)`: each has its own."""
    body = statement.body
    match statement.node:
        case ast.Assign(targets=[_, _, *_] as targets, value=value) if body and not isinstance(value, ast.Constant):
            place = body.index(statement.node)
            each = [ast.Assign([target], value) for target in targets]
            yield Spot(Body(body), "statements"), [*body[:place], *each, *body[place + 1 :]], LIKELY


def _for(each: str, of: ast.expr) -> ast.comprehension:
    return ast.comprehension(ast.Name(each, ast.Store()), of, [], 0)


def _unused(value: ast.expr) -> str:
    """A name that a value has not."""
    names, each = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}, EACH
    while each in names:
        each += "_"
    return each
