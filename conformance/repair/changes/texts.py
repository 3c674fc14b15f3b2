"""Names that the contract has, in the place of others: under what a gradient is returned, or how all of a kind begin."""

import ast
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from rnnspec.reference import OPERATIONS

from ..source import Spot, Statement
from .words import Words

BEGINNING, ALIKE, LIKE = 1.0, 1.2, 0.6
NAMES = {name: None for one in OPERATIONS.values() for name in (*one.outputs, *one.optional_outputs, *one.parameters)}
SEVERAL = 3  # names that begin alike: `dWf`, `dWi`, `dWc`
BEGINNINGS = [text for text, times in Counter(name[:-1] for name in NAMES).items() if text and times >= SEVERAL]


def texts(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    match spot.part:
        case ast.Constant(value=str() as own) if isinstance(spot.owner, ast.BinOp):
            yield from ((ast.Constant(text), BEGINNING) for text in BEGINNINGS if text != own)
        case ast.JoinedStr(values=[ast.Constant(value=own), *rest]):
            yield from ((ast.JoinedStr([ast.Constant(text), *rest]), BEGINNING) for text in BEGINNINGS if text != own)
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as own), ctx=ctx):
            for name in NAMES:
                if name != own and name not in words.keys and SequenceMatcher(None, name, own).ratio() >= LIKE:
                    yield ast.Subscript(value, ast.Constant(name), ctx), ALIKE
