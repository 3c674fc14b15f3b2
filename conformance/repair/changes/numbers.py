"""Another number, index, bound, text or truth."""

import ast
import copy
from collections.abc import Iterator
from itertools import combinations

from ..source import Body, Spot, Statement
from .words import Words

NEXT, USUAL, SCALED, KNOWN, TEXT, EXCHANGED = 1.0, 1.3, 2.0, 2.2, 1.5, 1.9
COMMON = (0, 1, -1, 2, 0.5)


def numbers(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    match spot.part:
        case ast.Constant(value=bool() as own):
            yield ast.Constant(not own), NEXT
        case ast.Constant(value=int() as own):
            yield from ((_number(own + step), NEXT) for step in (1, -1))
            yield from ((_number(n), USUAL) for n in COMMON if n not in (own, own + 1, own - 1))
            yield _number(-own), USUAL
            if _is_index(spot):
                yield from _of_names(statement)
            yield from ((_number(n), KNOWN) for n in words.numbers if n != own)
        case ast.Constant(value=float() as own):
            yield from ((_number(n), USUAL) for n in (*COMMON, -own, 1 - own) if n != own)
            yield from ((_number(own * by), SCALED) for by in (2, 0.5, 10, 0.1, 100, 0.01) if own)
            yield from ((_number(n), KNOWN) for n in words.numbers if n != own)
        case ast.Constant(value=str() as own):
            yield from ((ast.Constant(text), TEXT) for text in _exchanged(own))
        case ast.Constant(value=None):
            yield from ((_number(n), KNOWN) for n in (0, 1, -1))
            if isinstance(spot.owner, ast.Subscript):
                yield ast.Slice(), KNOWN
            elif isinstance(spot.owner, ast.Tuple):
                yield ast.Call(ast.Name("slice", ast.Load()), [ast.Constant(None)], []), KNOWN
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as own)):
            yield from ((_number(-own + step), NEXT) for step in (1, -1))
        case ast.Name(id=name, ctx=ast.Load()) if statement.kinds.get(name) == ("int",):
            yield from ((_more(spot.part, step), USUAL) for step in (1, -1))


def indices(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """One further or one back, of an index, a bound or what a range ends at; a bound that is missing or too much."""
    match spot.part:
        case ast.Subscript(value=value, slice=index, ctx=ctx):
            for other, rank in _shifted(index):
                yield ast.Subscript(value, other, ctx), rank
            if isinstance(ctx, ast.Load):
                yield value, KNOWN
        case ast.Call(func=ast.Name(id="range"), args=[*bounds], keywords=[]) as call:
            for place, bound in enumerate(bounds):
                for other in (_more(bound, 1), _more(bound, -1)):
                    yield ast.Call(call.func, [*bounds[:place], other, *bounds[place + 1 :]], []), NEXT
            if len(bounds) == 1:
                yield ast.Call(call.func, [ast.Constant(1), *bounds], []), NEXT
            yield ast.Call(ast.Name("reversed", ast.Load()), [call], []), NEXT
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            yield inner, NEXT


def slices(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """Two of a statement in each other's places."""
    node, body = statement.node, statement.body
    count = sum(map(_is_sliced, ast.walk(node)))
    if not body or getattr(node, "body", None) or count < 2:
        return
    for i, j in combinations(range(count), 2):
        other = copy.deepcopy(node)
        one, two = (part for k, part in enumerate(filter(_is_sliced, ast.walk(other))) if k in (i, j))
        one.slice, two.slice = two.slice, one.slice  # type: ignore[attr-defined]
        place = body.index(node)
        yield Spot(Body(body), "statements"), [*body[:place], other, *body[place + 1 :]], EXCHANGED


def _is_sliced(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript)


def _is_index(spot: Spot) -> bool:
    return isinstance(spot.owner, ast.Slice) or (isinstance(spot.owner, ast.Subscript) and spot.name == "slice")


def _of_names(statement: Statement) -> Iterator[tuple[ast.expr, float]]:
    """What counts, and one more or less."""
    for name in (name for name, kind in statement.kinds.items() if kind == ("int",)):
        yield ast.Name(name, ast.Load()), SCALED
        yield from ((_more(ast.Name(name, ast.Load()), step), SCALED) for step in (1, -1))


def _shifted(index: ast.expr) -> Iterator[tuple[ast.expr, float]]:
    match index:
        case ast.Tuple(elts=[*parts], ctx=ctx):
            for place, part in enumerate(parts):
                for other, rank in _shifted(part):
                    yield ast.Tuple([*parts[:place], other, *parts[place + 1 :]], ctx), rank
            for i, j in combinations(range(len(parts)), 2):
                swapped = list(parts)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                yield ast.Tuple(swapped, ctx), TEXT
        case ast.Slice(lower=lower, upper=upper, step=step):
            for bound in (1, -1):
                yield ast.Slice(_more(lower, bound) if lower else ast.Constant(bound), upper, step), NEXT
                yield ast.Slice(lower, _more(upper, bound) if upper else ast.Constant(bound), step), NEXT
            yield ast.Slice(upper, lower, step), NEXT
            yield ast.Slice(None, upper, step), USUAL
            yield ast.Slice(lower, None, step), USUAL
            yield ast.Slice(lower, upper, None if step else _number(-1)), USUAL
        case ast.Constant(value=str() | None):
            return
        case _:
            yield _more(index, 1), NEXT
            yield _more(index, -1), NEXT


def _more(bound: ast.expr, by: int) -> ast.expr:
    """Plainly, where one is added or taken already."""
    match bound:
        case ast.Constant(value=int() as own) if not isinstance(own, bool):
            return _number(own + by)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as own)):
            return _number(by - own)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=int() as own)):
            whole = (own if isinstance(op, ast.Add) else -own) + by
            sign = ast.Add() if whole > 0 else ast.Sub()
            return ast.BinOp(left, sign, ast.Constant(abs(whole))) if whole else left
    return ast.BinOp(bound, ast.Add() if by > 0 else ast.Sub(), ast.Constant(abs(by)))


def _number(value: float) -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _exchanged(text: str) -> Iterator[str]:
    """Two letters of a short text in each other's places, or one for another of it, as of the axes of a sum."""
    if len(text) > 24:
        return
    seen = {text}
    letters = dict.fromkeys(letter for letter in text if letter.isalnum())
    for i, j in combinations(range(len(text)), 2):
        other = text[:i] + text[j] + text[i + 1 : j] + text[i] + text[j + 1 :]
        if text[i].isalnum() and text[j].isalnum() and other not in seen:
            seen.add(other)
            yield other
    for i, own in enumerate(text):
        for letter in letters if own.isalnum() else ():
            if (other := text[:i] + letter + text[i + 1 :]) not in seen:
                seen.add(other)
                yield other
