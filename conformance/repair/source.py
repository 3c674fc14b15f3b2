"""A candidate's file as a tree, in which a change is one part put in another's place."""

import ast
import tokenize
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from .observing import Kind, Observed

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# what makes buffers, of which what they hold does not matter
BUFFERS = {"zeros", "empty", "ones", "zeros_like", "empty_like", "ones_like", "new_zeros"}


@dataclass(frozen=True, eq=False)
class Spot:
    """Where a part of the tree hangs: a field of its owner, and the place there where that is a list."""

    owner: ast.AST
    name: str
    index: int | None = None

    @property
    def part(self) -> Any:
        value = getattr(self.owner, self.name)
        return value if self.index is None else value[self.index]

    def put(self, part: Any) -> None:
        if self.index is None:
            setattr(self.owner, self.name, part)
        else:
            getattr(self.owner, self.name)[self.index] = part


class Body(ast.AST):
    """A list of statements, as what one of them hangs on."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self._body = body

    @property
    def statements(self) -> list[ast.stmt]:
        return [*self._body]

    @statements.setter
    def statements(self, statements: list[ast.stmt]) -> None:
        self._body[:] = statements


@dataclass(frozen=True, eq=False)
class Statement:
    """One that ran: in which function, in which body, and of which statement that is, but for the function's own. What has no body is a
    function's head, of which its defaults are.
    """

    node: ast.stmt
    function: Function | None  # None of the module's own
    body: list[ast.stmt]
    kinds: dict[str, Kind]
    above: "Statement | None" = None

    @property
    def rows(self) -> set[int]:
        """Its lines, without those of what it holds."""
        return {*range(self.node.lineno, _head(self.node) + 1)}


@dataclass(frozen=True, eq=False)
class Change:
    """Another part at one spot of a statement; the less its rank the likelier."""

    statement: Statement
    spot: Spot
    part: Any
    rank: float

    @contextmanager
    def made(self) -> Iterator[None]:
        before = self.spot.part
        _locate(self.part, self.statement.node)
        self.spot.put(self.part)
        try:
            yield
        finally:
            self.spot.put(before)


@cache
def text_of(path: str) -> str:
    with tokenize.open(path) as file:  # in the encoding that it names
        return file.read()


@cache
def tree_of(path: str) -> ast.Module:
    return ast.parse(text_of(path), path)


@dataclass(eq=False)
class File:
    """One file of the candidate's own, of which these lines ran. Its tree is one for all that is asked of it."""

    path: str
    lines: set[int]
    seen: Observed

    @property
    def text(self) -> str:
        return text_of(self.path)

    @property
    def tree(self) -> ast.Module:
        return tree_of(self.path)

    @cached_property
    def futures(self) -> list[ast.ImportFrom]:
        return [one for one in self.tree.body if isinstance(one, ast.ImportFrom) and one.module == "__future__"]

    @cached_property
    def ways(self) -> dict[Function, tuple[ast.AST, ...]]:
        """Of each function what it stands in, from the module's own statement on."""
        found: dict[Function, tuple[ast.AST, ...]] = {}

        def walk(node: ast.AST, above: tuple[ast.AST, ...]) -> None:
            for child in ast.iter_child_nodes(node):
                way = (*above, child) if isinstance(child, (*FUNCTIONS, ast.ClassDef)) else above
                if isinstance(child, FUNCTIONS):
                    found[child] = way
                walk(child, way)

        walk(self.tree, ())
        return found

    @cached_property
    def statements(self) -> list[Statement]:
        """Those of functions that ran, in their order, the heads of these, and what the module names for them."""
        inside = [one for function in self.ways for one in self._within(function)]
        ran = dict.fromkeys(one.function for one in inside if one.function)
        heads = [Statement(one, one, [], self._kinds(one)) for one in ran if one.args.defaults]
        return [*inside, *heads, *self._named(inside)]

    def _named(self, inside: list[Statement]) -> Iterator[Statement]:
        """What the module's own statements name, and what ran reads."""
        read = {node.id for one in inside for node in ast.walk(one.node) if isinstance(node, ast.Name)}
        for node in self.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and read & _stored(node):
                yield Statement(node, None, [], {})

    def _within(self, function: Function) -> Iterator[Statement]:
        kinds = self._kinds(function)

        def walk(body: list[ast.stmt], above: Statement | None) -> Iterator[Statement]:
            for node in body:
                if isinstance(node, (*FUNCTIONS, ast.ClassDef)):  # which is a function of its own
                    continue
                one = Statement(node, function, body, kinds, above)
                if self.lines & one.rows:
                    yield one
                for inner in _bodies(node):
                    yield from walk(inner, one)

        yield from walk(function.body, None)

    def _kinds(self, function: Function) -> dict[str, Kind]:
        """Of what stands in its variables, and in those of lambdas and comprehensions inside."""
        last = function.end_lineno or function.lineno
        first = head_of(function)
        homes = sorted(line for file, line in self.seen.kinds if file == self.path and first <= line <= last)
        kinds = dict[str, Kind]()
        for line in reversed(homes):
            kinds |= self.seen.kinds[self.path, line]
        return kinds


def _bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """All that a statement holds, of handlers and cases, too."""
    yield from (getattr(node, name, []) for name in ("body", "orelse", "finalbody"))
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def reads(one: Statement, other: Statement) -> bool:
    """Whether it reads what another of the same function names."""
    named = _stored(other.node) if isinstance(other.node, ast.Assign | ast.AnnAssign) else set[str]()
    own = {node.id for node in ast.walk(one.node) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return one.function is other.function and bool(own & named)


def _stored(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}


def called(node: ast.Call) -> str:
    """The last of a function's name."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def head_of(function: Function) -> int:
    """Where its code begins: with what decorates it."""
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def _locate(part: Any, beside: ast.stmt) -> None:
    """What is new stands where its statement does."""
    for node in part if isinstance(part, list) else [part]:
        if not hasattr(node, "lineno"):
            if node._attributes:
                ast.copy_location(node, beside)
            for _, value in ast.iter_fields(node):
                if isinstance(value, ast.AST | list):
                    _locate(value, beside)


def _head(node: ast.stmt) -> int:
    """The last line of a statement without what it holds."""
    body = getattr(node, "body", None)
    last = node.end_lineno or node.lineno
    return max(node.lineno, body[0].lineno - 1) if body else last


def spots(node: ast.AST) -> Iterator[Spot]:
    """Of all expressions of a statement, the outer before the inner; not of the statements that it holds. Of a function its defaults."""
    if isinstance(node, FUNCTIONS):
        yield from (Spot(node.args, "defaults", index) for index in range(len(node.args.defaults)))
        return
    for name, value in ast.iter_fields(node):
        for index, part in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(part, ast.expr | ast.comprehension | ast.keyword | ast.withitem | ast.slice):
                if isinstance(part, ast.expr) and not isinstance(node, ast.JoinedStr) and name != "format_spec":
                    yield Spot(node, name, index)
                yield from spots(part)
