"""What several heads share: each so often in a row, where all of them are as often, one behind the other."""

import ast
from collections.abc import Iterator

from ..source import Spot, Statement
from .words import Words

LIKELY = 1.4


def groups(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    match spot.part:
        case ast.Call(func=ast.Attribute(value=value, attr="tile"), args=[x, times]):
            for place, count in enumerate(_parts(times)):
                if not isinstance(count, ast.Constant):
                    axis = ast.keyword("axis", ast.Constant(place))  # of an array that has no more axes than are told
                    yield ast.Call(ast.Attribute(value, "repeat", ast.Load()), [x, count], [axis]), LIKELY
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=shaped, args=[*shape], keywords=[]), attr="sum" as attr),
            keywords=[ast.keyword(arg="axis", value=ast.Constant(value=0 | 1 as axis))],
        ) if isinstance(shaped, ast.Attribute) and shaped.attr == "reshape":
            for other in _exchanged(shape):
                over = ast.keyword("axis", ast.Constant(1 - axis))
                yield ast.Call(ast.Attribute(ast.Call(shaped, other, []), attr, ast.Load()), [], [over]), LIKELY


def _parts(shape: ast.expr) -> list[ast.expr]:
    """Those of a shape that is written out, or begins so."""
    match shape:
        case ast.Tuple(elts=[*parts]):
            return parts
        case ast.BinOp(left=left, op=ast.Add()):
            return _parts(left)
    return []


def _exchanged(shape: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """The first two axes in each other's places."""
    match shape:
        case [one, other, *rest]:
            yield [other, one, *rest]
        case [ast.Tuple(elts=[one, other, *rest], ctx=ctx)]:
            yield [ast.Tuple([other, one, *rest], ctx)]
        case [ast.BinOp(left=ast.Tuple(elts=[one, other], ctx=ctx), op=ast.Add(), right=right)]:
            yield [ast.BinOp(ast.Tuple([other, one], ctx), ast.Add(), right)]
