"""A statement in its neighbour's place, added to or overwritten, left out, or missing."""

import ast
import copy
from collections.abc import Iterator

from ..source import Body, Spot, Statement
from .words import Words

MOVED, ADDED, WITHOUT, ELSEWHERE, MISSING, DONE = 1.2, 1.0, 1.5, 2.0, 3.4, 1.6


def statements(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """Spots of the statement's body, and what may stand there."""
    node, body = statement.node, statement.body
    if not body:  # of the module, or a head: in front of and behind it is what is no part of what ran
        return
    place = body.index(node)
    here = Spot(Body(body), "statements")
    match node:
        case ast.Assign(targets=[ast.Name() | ast.Attribute() | ast.Subscript() as target], value=value):
            for op in (ast.Add(), ast.Sub()):
                yield here, _replaced(body, place, ast.AugAssign(target, op, value)), ADDED
        case ast.AugAssign(target=target, op=op, value=value):
            yield here, _replaced(body, place, ast.Assign([target], value)), ADDED
            for kind in (ast.Add, ast.Sub, ast.Mult):
                if not isinstance(op, kind):
                    yield here, _replaced(body, place, ast.AugAssign(target, kind(), value)), ADDED
    rest = [*body[:place], *body[place + 1 :]]
    if rest:
        yield here, rest, WITHOUT
    for to in range(len(rest) + 1):
        if to != place and not isinstance(node, ast.Return):  # which would leave out all that it is put in front of
            rank = MOVED if abs(to - place) == 1 else ELSEWHERE
            yield here, [*rest[:to], node, *rest[to:]], rank
    if isinstance(node, ast.If):
        yield here, [*body[:place], *node.body, *body[place + 1 :]], WITHOUT
        if node.orelse:
            yield here, [*body[:place], *node.orelse, *body[place + 1 :]], WITHOUT


def across(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """In front of the loop or the condition that it stands in, behind that, or within the one that follows."""
    node, body, above = statement.node, statement.body, statement.above
    if not body:
        return
    place = body.index(node)
    if above and len(body) > 1:
        without = _holding(above.node, body, [*body[:place], *body[place + 1 :]])
        here, at = Spot(Body(above.body), "statements"), above.body.index(above.node)
        for new in ([node, without], [without, node]):
            yield here, [*above.body[:at], *new, *above.body[at + 1 :]], ELSEWHERE
    for inner in body[place + 1 :]:
        if isinstance(inner, ast.For | ast.While | ast.If) and len(body) > 1:
            rest = [one for one in body if one is not node]
            holding = [_holding(one, inner.body, [node, *inner.body]) if one is inner else one for one in rest]
            yield Spot(Body(body), "statements"), holding, ELSEWHERE


def _holding(node: ast.stmt, old: list[ast.stmt], new: list[ast.stmt]) -> ast.stmt:
    """The same statement over another body."""
    other = copy.copy(node)
    for name in ("body", "orelse", "finalbody"):
        if getattr(node, name, None) is old:
            setattr(other, name, new)
    return other


def missing(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """One behind this: a variable that takes another, of its kind, or that and its own."""
    if not (body := statement.body):
        return
    place = body.index(statement.node)
    here = Spot(Body(body), "statements")
    kinds = {name: kind for name, kind in statement.kinds.items() if kind[0] in ("array", "float")}
    for name, kind in kinds.items():
        for other in (one for one, of in kinds.items() if one != name and of == kind):
            target, value = ast.Name(name, ast.Store()), ast.Name(other, ast.Load())
            for new in (
                ast.Assign([target], value),
                ast.AugAssign(target, ast.Add(), value),
                ast.AugAssign(target, ast.Mult(), value),
            ):
                yield here, [*body[: place + 1], new, *body[place + 1 :]], MISSING


def done(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """Behind it a call that another function of the file makes for what it does, where all its names are: `tape.run()`."""
    if not (body := statement.body) or not statement.function:
        return
    place, here = body.index(statement.node) + 1, Spot(Body(body), "statements")
    known = statement.kinds.keys() | words.globals
    for text, (names, functions) in words.done.items():
        if statement.function not in functions and names <= known:
            yield here, [*body[:place], *ast.parse(text).body, *body[place:]], DONE


def _replaced(body: list[ast.stmt], place: int, new: ast.stmt) -> list[ast.stmt]:
    return [*body[:place], new, *body[place + 1 :]]
