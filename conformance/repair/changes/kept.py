"""What an object keeps: an attribute that is missing beside another."""

import ast
from collections.abc import Iterator

from ..source import Body, Spot, Statement
from .words import Words

KEPT = 1.2


def kept(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """Behind what gives an object its attributes, another that it begins with or is only read, of each variable of the function."""
    body = statement.body
    if not body or not (home := _home(statement.node)):
        return
    place, here = body.index(statement.node) + 1, Spot(Body(body), "statements")
    if place < len(body) and _home(body[place]) == home:
        return
    for attribute in words.begun:
        for name in statement.kinds:
            if name != home and not name.startswith("."):
                target = ast.Attribute(ast.Name(home, ast.Load()), attribute, ast.Store())
                new = ast.Assign([target], ast.Name(name, ast.Load()))
                yield here, [*body[:place], new, *body[place:]], KEPT


def _home(node: ast.stmt) -> str | None:
    match node:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=home))]):
            return home
    return None
