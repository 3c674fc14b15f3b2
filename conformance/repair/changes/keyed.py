"""A result that is lost: the key of an output that the file's own functions return under no name, of a variable that nothing reads."""

import ast
from collections.abc import Iterator

from ..source import Body, Function, Spot, Statement, spots
from .lost import NUMERIC, read
from .words import Words

KEYED = 1.2


def keyed(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """Behind what is put into a dict under a key, such a variable under another, alone or in the place of a part of the same value."""
    body, function = statement.body, statement.function
    match statement.node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=home), slice=ast.Constant(value=str()))], value=value):
            if not (body and function) or not (unread := _unread(function, statement)):
                return
            place, here = body.index(statement.node) + 1, Spot(Body(body), "statements")
            values = [text for name in unread for text in (name, *_values(value, name))]
            for key in words.lacking if values else ():
                target = ast.Subscript(ast.Name(home, ast.Load()), ast.Constant(key), ast.Store())
                for text in values:
                    new = ast.Assign([target], ast.parse(text, mode="eval").body)
                    yield here, [*body[:place], new, *body[place:]], KEYED


def _unread(function: Function, statement: Statement) -> list[str]:
    known = read(function)
    return [name for name, kind in statement.kinds.items() if kind[0] in NUMERIC and name not in known]


def _values(value: ast.expr, name: str) -> Iterator[str]:
    """The value with that name in the place of each of its parts, each once."""
    holder = ast.Expr(value)
    found = dict[str, None]()
    for spot in spots(holder):
        part = spot.part
        if isinstance(part, ast.expr) and part is not value and spot.owner is not holder:
            spot.put(ast.Name(name, ast.Load()))
            found[ast.unparse(value)] = None
            spot.put(part)
    yield from found
