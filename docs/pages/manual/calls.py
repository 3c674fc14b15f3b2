"""Calls in the reference that have a sign of their own; any other is its name and its arguments."""

import ast
from collections.abc import Callable
from typing import Any

from .binding import APPLIED, ATOM, INDEXED, cases
from .symbols import element, fenced, joined, row, said, sign, word

Read = Any  # an Expressions
PLAIN = {"np.tanh": "tanh", "np.exp": "exp", "np.abs": "abs", "np.minimum": "min", "sigmoid": "σ"}


def read(to: Read, node: ast.Call) -> tuple[str, int]:
    name = ast.unparse(node.func)
    if name in NAMED:
        to.mark(node.func)
        return NAMED[name](to, node)
    if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        to.seen.add(id(node.func))
        return METHODS[node.func.attr](to, node, node.func.value)
    if isinstance(node.func, ast.Subscript) and not node.args:  # list[Array](), a list that is empty
        to.mark(node.func)
        return fenced("", "[", "]"), ATOM
    return _applied(to, node, _function(to, node.func))


def _function(to: Read, node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        to.mark(node)
        return word(node.id)
    return str(to(node, INDEXED))


def _applied(to: Read, node: ast.Call, function: str) -> tuple[str, int]:
    arguments = [to(argument) for argument in (*node.args, *node.keywords)]
    return row(function, APPLIED, fenced(joined(arguments))), ATOM


def _plain(name: str) -> Callable[..., tuple[str, int]]:
    return lambda to, node: _applied(to, node, word(name))


def _root(to: Read, node: ast.Call) -> tuple[str, int]:
    return element("msqrt", *(to(argument) for argument in node.args)), ATOM


def _expm1(to: Read, node: ast.Call) -> tuple[str, int]:
    return row(_applied(to, node, word("exp"))[0], sign("−"), element("mn", "1")), 6


def _log1p(to: Read, node: ast.Call) -> tuple[str, int]:
    inside = row(element("mn", "1"), sign("+"), joined([to(argument, 7) for argument in node.args]))
    return row(word("log"), APPLIED, fenced(inside)), ATOM


def _size(to: Read, node: ast.Call) -> tuple[str, int]:
    return fenced(joined([to(argument) for argument in node.args]), "|", "|"), ATOM


def _under(to: Read, node: ast.Call) -> str:
    """Over which axis, and whether it stays, of length 1."""
    parts = [said("axis ")]
    for argument in (*node.args, *node.keywords):
        if isinstance(argument, ast.keyword) and argument.arg == "keepdims":
            to.mark(argument)
            parts.append(said(" kept"))
        else:
            value = argument.value if isinstance(argument, ast.keyword) else argument
            to.seen.add(id(argument))
            parts.append(to(value))
    return row(*parts)


def _over_axis(text: str) -> Callable[..., tuple[str, int]]:
    return lambda to, node, value: (row(element("munder", sign(text), _under(to, node)), to(value, 8)), 6)


def _concatenated(to: Read, node: ast.Call) -> tuple[str, int]:
    whole, *_ = node.args
    if not isinstance(whole, ast.List):
        return _applied(to, node, word("concatenate"))
    to.seen.add(id(whole))
    stacked = fenced(joined([to(part) for part in whole.elts], ";"), "[", "]")
    return (element("msub", stacked, _under(to, _without(node))), INDEXED) if node.keywords else (stacked, ATOM)


def _without(node: ast.Call) -> ast.Call:
    return ast.Call(node.func, [], node.keywords)


def _reduced(to: Read, node: ast.Call) -> tuple[str, int]:
    how, over = node.args
    if not (isinstance(how, ast.Name) and how.id == "add"):
        return _applied(to, node, word("reduce"))
    to.mark(how)
    if not isinstance(over, ast.ListComp):
        return row(sign("∑"), to(over, 8)), 6
    to.seen.add(id(over))
    return row(element("munder", sign("∑"), joined([to(part) for part in over.generators])), to(over.elt, 7)), 6


def _selected(to: Read, node: ast.Call) -> tuple[str, int]:
    mask, one, two = node.args
    return cases((to(one), to(mask)), to(two)), 0


def _constant(to: Read, node: ast.Call) -> tuple[str, int]:
    number, like = node.args
    to.mark(like)  # a number type, and no value
    return to(number, INDEXED), INDEXED


def _itself(to: Read, node: ast.Call, *value: ast.expr) -> tuple[str, int]:
    """A copy, the items of a dict, a tuple of what is generated: the same values."""
    (inside,) = value or node.args
    return to(inside, INDEXED), INDEXED


def _got(to: Read, node: ast.Call, value: ast.expr) -> tuple[str, int]:
    """An option, or what holds without it."""
    to.mark(value)
    key, *default = node.args
    if not default:
        return to.key(key), ATOM
    given = row(to.key(key), sign("∈"), to(value))
    return cases((to.key(key), given), to(default[0])), 0


def _zipped(to: Read, node: ast.Call) -> tuple[str, int]:
    to.mark(*(keyword for keyword in node.keywords if keyword.arg == "strict"))  # a check, and no value
    return row(word("zip"), APPLIED, fenced(joined([to(argument) for argument in node.args]))), ATOM


def _appended(to: Read, node: ast.Call, value: ast.expr) -> tuple[str, int]:
    (argument,) = node.args
    array = to(value, INDEXED)
    return row(array, sign("←"), fenced(joined([row(sign("…"), array), to(argument)]), "[", "]")), 0


NAMED: dict[str, Callable[..., tuple[str, int]]] = {
    **{name: _plain(sign) for name, sign in PLAIN.items()},
    **{"np.sqrt": _root, "np.expm1": _expm1, "np.log1p": _log1p, "len": _size, "np.concatenate": _concatenated},
    **{
        "reduce": _reduced,
        "select": _selected,
        "tuple": _itself,
        "list": _itself,
        "zip": _zipped,
        "_constant": _constant,
    },
}
METHODS: dict[str, Callable[..., tuple[str, int]]] = {
    **{"sum": _over_axis("∑"), "max": _over_axis("max"), "copy": _itself, "items": _itself, "values": _itself},
    **{"get": _got, "append": _appended},
}
