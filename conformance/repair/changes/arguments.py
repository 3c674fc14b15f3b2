"""What a function of the file is given: what is called as its parameter is, or what other calls of it have in the place; and so of what is listed."""

import ast
import copy
from collections.abc import Iterator

from ..source import Spot, Statement, called
from .words import Words

NAMED, AS_ELSEWHERE = 1.0, 1.2


def arguments(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    match spot.part:
        case ast.Call(func=func, args=[*args], keywords=[*keywords]):
            name = called(spot.part)
            for place, own in enumerate(args):
                for other, rank in _others(statement, words, name, place, own):
                    yield ast.Call(func, [*args[:place], other, *args[place + 1 :]], keywords), rank
            for place, keyword in enumerate(keywords):
                for other, rank in _others(statement, words, name, keyword.arg, keyword.value):
                    more = [*keywords[:place], ast.keyword(keyword.arg, other), *keywords[place + 1 :]]
                    yield ast.Call(func, args, more), rank
        case ast.Tuple(elts=elements, ctx=ast.Load() as ctx) | ast.List(elts=elements, ctx=ast.Load() as ctx):
            for place, other in _beside(statement, spot.part):
                yield type(spot.part)([*elements[:place], other, *elements[place + 1 :]], ctx), AS_ELSEWHERE


def _beside(statement: Statement, own: ast.Tuple | ast.List) -> Iterator[tuple[int, ast.expr]]:
    """What stands elsewhere in its function in the same place, between as many others of which one is the same."""
    here = [ast.dump(one) for one in own.elts]
    for node in ast.walk(statement.function or statement.node):
        if type(node) is type(own) and node is not own and len(node.elts) == len(here):
            there = [ast.dump(one) for one in node.elts]
            if any(a == b for a, b in zip(here, there, strict=True)):
                apart = (place for place in range(len(here)) if here[place] != there[place])
                yield from ((place, copy.deepcopy(node.elts[place])) for place in apart)


def _others(
    statement: Statement, words: Words, name: str, place: int | str | None, own: ast.expr
) -> Iterator[tuple[ast.expr, float]]:
    """Of what there is at the statement."""
    here = ast.unparse(own)
    parameter = words.parameters.get((name, place), "") if isinstance(place, int) else place
    if parameter and parameter != here and parameter in statement.kinds:
        yield ast.Name(parameter, ast.Load()), NAMED
    for text, (part, names) in words.given.get((name, place), {}).items():
        if text not in (here, parameter) and names <= statement.kinds.keys() | words.globals:
            yield part, AS_ELSEWHERE
