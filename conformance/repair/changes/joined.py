"""A factor, a term or a call's argument that is missing: taken from what else the function computes."""

import ast
from collections.abc import Iterator

from ..source import Spot, Statement
from .names import is_no_value
from .words import SELF, Words

LIKELY, INSTEAD, MASKED = 2.4, 2.3, 1.4
OF_PARTS, AWAY, WHOLE = 0.5, 0.3, 0.2  # less so: what is no variable, is another function's, is a whole number
ARRAYS = ("array", "float", "int")
JOINED = ast.BinOp | ast.Name | ast.Call | ast.Subscript | ast.Attribute | ast.UnaryOp


def instead(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """Another expression that is computed near it."""
    if not is_no_value(spot):
        yield from ((other, INSTEAD + away) for other, away in _near(statement, spot, words))


def masked(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """A variable times a mask, where that is all that is assigned."""
    if isinstance(spot.part, ast.Compare) and isinstance(spot.owner, ast.Assign) and spot.name == "value":
        arrays = (name for name, kind in statement.kinds.items() if kind[0] == "array")
        yield from ((ast.BinOp(ast.Name(name, ast.Load()), ast.Mult(), spot.part), MASKED) for name in arrays)


def joined(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """Times, plus or minus a variable, what a list has at a step, or an attribute that nothing reads."""
    if not isinstance(spot.part, JOINED) or is_no_value(spot):
        return
    counts = [name for name, kind in statement.kinds.items() if kind == ("int",)]
    for name, kind in statement.kinds.items():
        if kind[0] in ARRAYS and not name.startswith("."):
            yield from _with(spot.part, ast.Name(name, ast.Load()), kind[0] == "int")
        for at in counts if kind[0] == "list" else ():
            yield from _with(
                spot.part, ast.Subscript(ast.Name(name, ast.Load()), ast.Name(at, ast.Load()), ast.Load()), False, WHOLE
            )
    for attribute in words.unread if SELF in statement.kinds else ():
        yield from _with(spot.part, attribute, False)


def joined_of_parts(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """The same with another expression of the function."""
    if isinstance(spot.part, JOINED) and not is_no_value(spot):
        for other, away in _near(statement, spot, words):
            if not isinstance(other, ast.Compare) and not away:
                yield from _with(spot.part, other, False, OF_PARTS)


def _near(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    own = ast.unparse(spot.part)
    yield from ((other, AWAY * (not is_own)) for text, other, is_own in words.near(statement) if text != own)


def _with(part: ast.expr, other: ast.expr, is_whole: bool, less: float = 0.0) -> Iterator[tuple[ast.expr, float]]:
    less += WHOLE * is_whole
    yield ast.BinOp(part, ast.Mult(), other), LIKELY + less
    yield ast.BinOp(part, ast.Add(), other), LIKELY + less
    yield ast.BinOp(part, ast.Sub(), other), LIKELY + 0.1 + less
    if not is_whole:
        yield ast.BinOp(part, ast.Div(), other), LIKELY + 0.4 + less
        yield ast.BinOp(other, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Sub(), part)), LIKELY + 0.6 + less
