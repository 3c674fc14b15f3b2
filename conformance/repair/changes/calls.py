"""Another function, arguments in another order, a call that is too much or missing; elements in another order."""

import ast
from collections.abc import Iterator
from itertools import combinations

from ..source import Spot, Statement
from .words import Words

SWAPPED, UNCALLED, ANOTHER, CALLED, KEYWORD, FURTHER = 1.4, 1.5, 1.6, 2.4, 1.8, 0.1
ALIKE = (
    ("sum", "mean", "prod", "max"),
    ("maximum", "minimum", "fmax", "fmin"),
    ("exp", "expm1", "exp2"),
    ("log", "log1p", "log2"),
    ("zeros", "ones", "empty"),
    ("zeros_like", "ones_like", "empty_like", "copy"),
    ("sqrt", "square", "abs"),
    ("tanh", "sigmoid", "sin", "arctan"),
    ("argmax", "argmin"),
    ("cumsum", "cumprod"),
    ("where", "where"),
    ("any", "all"),
    ("append", "insert"),
    ("concatenate", "stack"),
)
ROTATED = ((1, 2, 0), (2, 0, 1))  # orders of three that are no exchange of two


def calls(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    match spot.part:
        case ast.Call(func=func, args=[*args], keywords=[*keywords]):
            for i, j in combinations(range(len(args)), 2):
                yield ast.Call(func, _exchanged(args, i, j), keywords), SWAPPED
            for order in ROTATED if len(args) == 3 else ():
                yield ast.Call(func, [args[n] for n in order], keywords), KEYWORD
            yield from ((argument, UNCALLED) for argument in args[:3])
            if isinstance(func, ast.Attribute):
                yield func.value, UNCALLED
                yield from (
                    (ast.Call(ast.Attribute(func.value, name, ast.Load()), args, keywords), ANOTHER)
                    for name in _alike(func.attr)
                )
            if len(args) == 1 and not keywords:
                yield from ((ast.Call(other, args, []), ANOTHER) for other in words.functions.values())
            for place in range(len(keywords)):
                yield ast.Call(func, args, keywords[:place] + keywords[place + 1 :]), KEYWORD
            yield from _with_keywords(func, args, keywords)
        case ast.Tuple(elts=[*elements], ctx=ctx) | ast.List(elts=[*elements], ctx=ctx) if len(elements) < 12:
            for i, j in combinations(range(len(elements)), 2):
                yield type(spot.part)(_exchanged(elements, i, j), ctx), SWAPPED
            for order in ROTATED if len(elements) == 3 else ():
                yield type(spot.part)([elements[n] for n in order], ctx), KEYWORD
        case ast.Attribute(value=value, attr="T"):
            yield value, UNCALLED
    if isinstance(spot.part, ast.Name | ast.Attribute | ast.Subscript) and _is_whole(statement, spot):
        yield ast.Call(ast.Attribute(spot.part, "copy", ast.Load()), [], []), UNCALLED


def wrapped(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """What is computed, under a function that the file has, turned or copied."""
    part = spot.part
    if not isinstance(part, ast.expr) or not isinstance(getattr(part, "ctx", ast.Load()), ast.Load):
        return
    if isinstance(part, ast.Constant | ast.Tuple | ast.List | ast.Slice | ast.Starred | ast.keyword):
        return
    if isinstance(spot.owner, ast.Attribute) or (isinstance(spot.owner, ast.Call) and spot.name == "func"):
        return
    yield ast.Attribute(part, "T", ast.Load()), UNCALLED
    yield ast.Call(ast.Attribute(part, "copy", ast.Load()), [], []), UNCALLED
    for inner in (part, part.value) if isinstance(part, ast.Subscript) else (part,):
        for under, is_first in words.under(inner, statement):
            yield under, CALLED + FURTHER * (not is_first)
    yield ast.BinOp(ast.Constant(1), ast.Sub(), part), CALLED
    yield ast.BinOp(part, ast.Pow(), ast.Constant(2)), CALLED
    every = ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))
    yield ast.Subscript(part, every, ast.Load()), CALLED
    yield ast.Subscript(part, ast.Tuple([ast.Constant(Ellipsis), every], ast.Load()), ast.Load()), CALLED


def _is_whole(statement: Statement, spot: Spot) -> bool:
    """Whether it is all of a value, which has a second name so, or of one of several."""
    value = getattr(statement.node, "value", None)
    return (spot.name == "value" and spot.owner is statement.node) or (
        isinstance(value, ast.Tuple) and spot.owner is value
    )


def _exchanged(parts: list[ast.expr], i: int, j: int) -> list[ast.expr]:
    other = list(parts)
    other[i], other[j] = other[j], other[i]
    return other


def _alike(name: str) -> Iterator[str]:
    for group in ALIKE:
        if name in group:
            yield from (other for other in group if other != name)


def _with_keywords(
    func: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]
) -> Iterator[tuple[ast.expr, float]]:
    """A sum over one axis where it is over all, or whose axis is to stay."""
    name, known = getattr(func, "attr", ""), {keyword.arg for keyword in keywords}
    if name not in ("sum", "mean", "max", "flip", "stack", "concatenate", "cumsum"):
        return
    if "axis" not in known:
        for axis in (0, 1, 2, -1, -2):
            yield (
                ast.Call(func, args, [*keywords, ast.keyword("axis", ast.parse(str(axis), mode="eval").body)]),
                KEYWORD,
            )
    elif "keepdims" not in known:
        yield ast.Call(func, args, [*keywords, ast.keyword("keepdims", ast.Constant(True))]), KEYWORD
