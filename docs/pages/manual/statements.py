"""A function of the reference, statement by statement: its mathematics and the lines that it is read from."""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from rnnspec.conformance.deviations.text import source

from .expressions import OPERATORS, Expressions, Untranslated
from .inlining import one_line, put
from .symbols import fenced, joined, row, said, sign, symbol, word

OURS = "rnnspec.reference."
KEPT = ("softmax", "softplus")  # have a name in the field
Function = Callable[..., Any]


@dataclass(frozen=True)
class Line:
    """A statement: how deep it lies, its mathematics, "" for a docstring, and its lines of code."""

    depth: int
    math: str
    code: str


def lines(function: Function) -> list[Line]:
    """A function's statements in their order. Raises Untranslated for a node that has no reading, or is not read."""
    return of_text(source(function), vars(sys.modules[function.__module__]))


def of_text(text: str, names: Any) -> list[Line]:
    """The same of a function's text, in which names are those of a module."""
    (definition,) = ast.parse(text).body
    read = Expressions(names, lambda node: _line_of(node, names))
    found, code, at = [], text.splitlines(), 0
    for depth, math, last in _walked(definition, read, 0):
        found.append(Line(depth, math, "\n".join(code[at:last])))
        at = last
    unread = [node for node in _meant(definition) if id(node) not in read.seen]
    if unread:
        raise Untranslated(f"{type(unread[0]).__name__} is not read: {ast.unparse(unread[0])}")
    return found


def _line_of(node: ast.Call, names: Any) -> ast.expr | None:
    """What a call of a function of one line comes to."""
    function = names.get(node.func.id) if isinstance(node.func, ast.Name) else None
    if not isinstance(function, FunctionType) or not function.__module__.startswith(OURS) or node.keywords:
        return None
    if function.__name__ in KEPT or (known := one_line(source(function))) is None:
        return None
    arguments, line = known
    return put(line, dict(zip(arguments, node.args, strict=True))) if len(arguments) == len(node.args) else None


def _meant(definition: ast.AST) -> Iterator[ast.AST]:
    """The nodes that say something: all but contexts, and types, which name no value."""
    left = [definition]
    while left:
        node = left.pop()
        if isinstance(node, ast.expr_context | ast.arguments):
            left += ast.iter_child_nodes(node) if isinstance(node, ast.arguments) else []
            continue
        yield node
        types = [getattr(node, name, None) for name in ("annotation", "returns")]
        left += [child for child in ast.iter_child_nodes(node) if child not in types]


def _walked(node: Any, read: Expressions, depth: int) -> Iterator[tuple[int, str, int]]:
    """Each statement, its mathematics, and its last line."""
    read.seen.add(id(node))
    statement = STATEMENTS.get(type(node))
    if statement is None:
        raise Untranslated(f"no reading for {type(node).__name__}: {ast.unparse(node)}")
    inside = getattr(node, "body", [])
    last = node.end_lineno if not inside else inside[0].lineno - 1
    yield depth, statement(read, node), last
    for each in inside:
        yield from _walked(each, read, depth + 1)
    if behind := getattr(node, "orelse", []):
        yield depth, said("otherwise"), behind[0].lineno - 1
        for each in behind:
            yield from _walked(each, read, depth + 1)


def _defined(read: Expressions, node: ast.FunctionDef) -> str:
    read.mark(*node.args.args)
    if node.decorator_list or node.args.posonlyargs or node.args.kwonlyargs or node.args.vararg:
        raise Untranslated(f"no reading for the arguments of {node.name}")
    names = [symbol(arg.arg) for arg in node.args.args]
    without = len(names) - len(node.args.defaults)
    names[without:] = [
        row(name, sign("="), read(value)) for name, value in zip(names[without:], node.args.defaults, strict=True)
    ]
    if more := node.args.kwarg:
        read.mark(more)
        names.append(row(sign("…"), symbol(more.arg)))
    return row(word(node.name), fenced(joined(names)))


def _assigned(read: Expressions, node: ast.Assign | ast.AnnAssign) -> str:
    if node.value is None:
        raise Untranslated(f"no reading for a name without a value: {ast.unparse(node)}")
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    before = {ast.unparse(part) for part in ast.walk(node.value) if isinstance(part, ast.Name | ast.Subscript)}
    again = before & {ast.unparse(part) for target in targets for part in _bound(target)}
    return row(*(p for target in targets for p in (read(target), sign("←" if again else "="))), read(node.value))


def _bound(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        return [part for each in target.elts for part in _bound(each)]
    return [target.value] if isinstance(target, ast.Starred) else [target]


def _added(read: Expressions, node: ast.AugAssign) -> str:
    target = read(node.target)
    if type(node.op) not in OPERATORS:
        raise Untranslated(f"no reading for {type(node.op).__name__}: {ast.unparse(node)}")
    text, own = OPERATORS[type(node.op)]
    read.mark(node.op)
    return row(target, sign("←"), target, sign(text), read(node.value, own + 1))


def _returned(read: Expressions, node: ast.Return) -> str:
    value = [] if node.value is None else [read(node.value)]
    return row(said("return "), *value)


def _alone(read: Expressions, node: ast.Expr) -> str:
    if isinstance(node.value, ast.Constant):
        read.mark(node.value)
        return ""
    return read(node.value)


def _refused(read: Expressions, node: ast.Raise) -> str:
    """The words of a refusal are no mathematics."""
    read.mark(node)
    return said("refused")


STATEMENTS: dict[type, Callable[..., str]] = {
    ast.FunctionDef: _defined,
    ast.Assign: _assigned,
    ast.AnnAssign: _assigned,
    ast.AugAssign: _added,
    ast.Return: _returned,
    ast.Expr: _alone,
    ast.Raise: _refused,
    ast.If: lambda read, node: row(said("if "), read(node.test)),
    ast.For: lambda read, node: row(said("for "), read(node.target), sign("∈"), read(node.iter)),
}
