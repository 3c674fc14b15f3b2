"""Another operator, comparison or sign; an operand that should not be there."""

import ast
from collections.abc import Iterator
from functools import reduce

from ..source import Spot, Statement
from .words import Words

LIKELY, LESS, SELDOM = 1.0, 1.4, 1.8
BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult, ast.Sub),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Mod, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
}
COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
PRODUCTS = (ast.Mult, ast.Div, ast.MatMult)
NUMERIC = ast.BinOp | ast.Name | ast.Call | ast.Subscript | ast.Attribute


def operators(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    match part := spot.part:
        case ast.BinOp():
            yield from _binary(part)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for other in COMPARED.get(type(op), ()):
                yield ast.Compare(left, [other()], [right]), LIKELY
            yield ast.Compare(right, [op], [left]), SELDOM
        case ast.BoolOp():
            yield from _joined(part)
        case ast.UnaryOp(operand=operand) if spot.name != "step" or not isinstance(operand, ast.Constant):
            yield operand, LIKELY
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body), LIKELY
            yield body, LESS
            yield orelse, LESS
    if isinstance(part, NUMERIC) and isinstance(getattr(part, "ctx", ast.Load()), ast.Load):
        yield ast.UnaryOp(ast.USub(), part), SELDOM
    if isinstance(statement.node, ast.If | ast.While) and spot.owner is statement.node:
        yield ast.UnaryOp(ast.Not(), part), LIKELY


def _binary(part: ast.BinOp) -> Iterator[tuple[ast.expr, float]]:
    left, op, right = part.left, part.op, part.right
    for kind in BINARY.get(type(op), ()):
        yield ast.BinOp(left, kind(), right), LIKELY
    if isinstance(op, ast.Sub | ast.MatMult | ast.Div | ast.Pow):
        yield ast.BinOp(right, op, left), LESS
    yield from _parted(part)
    yield left, LESS
    yield right, LESS
    if isinstance(op, ast.Sub):
        yield ast.UnaryOp(ast.USub(), right), SELDOM


def _parted(part: ast.BinOp) -> Iterator[tuple[ast.expr, float]]:
    """Of products in a row a sum or a difference of two: `a * b * c * d` where `a * b + c * d` was meant."""
    operands, marks = list[ast.expr](), list[ast.operator]()
    left: ast.expr = part
    while isinstance(left, ast.BinOp) and isinstance(left.op, PRODUCTS):
        operands, marks, left = [left.right, *operands], [left.op, *marks], left.left
    operands = [left, *operands]
    for at in range(len(marks) - 1):  # the last is another operator alone
        both = (_product(operands[: at + 1], marks[:at]), _product(operands[at + 1 :], marks[at + 1 :]))
        yield from ((ast.BinOp(both[0], kind(), both[1]), LIKELY) for kind in (ast.Add, ast.Sub))


def _product(operands: list[ast.expr], marks: list[ast.operator]) -> ast.expr:
    return reduce(lambda left, more: ast.BinOp(left, *more), zip(marks, operands[1:], strict=True), operands[0])


def _joined(part: ast.BoolOp) -> Iterator[tuple[ast.expr, float]]:
    yield ast.BoolOp(ast.And() if isinstance(part.op, ast.Or) else ast.Or(), part.values), LIKELY
    for left_out in part.values:
        rest = [value for value in part.values if value is not left_out]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(part.op, rest), LESS
