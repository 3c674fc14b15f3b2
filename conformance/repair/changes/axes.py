"""Over other axes: several for one, one of several, all."""

import ast
from collections.abc import Iterator
from itertools import combinations

from ..source import Spot, Statement
from .words import Words

OTHER = 1.8
NAMES = ("axis", "dim")
MOST = 3  # axes that are meant together


def axes(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    if not (isinstance(spot.owner, ast.keyword) and spot.owner.arg in NAMES):
        return
    match spot.part:
        case ast.Constant(value=int()) | ast.UnaryOp(operand=ast.Constant(value=int())):
            for count in range(2, MOST + 1):
                for several in combinations(range(MOST), count):
                    yield ast.Tuple([ast.Constant(axis) for axis in several], ast.Load()), OTHER
        case ast.Tuple(elts=[*own]):
            yield from ((axis, OTHER) for axis in own)
            yield ast.Constant(None), OTHER
