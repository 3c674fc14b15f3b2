"""A changed function in the place of what runs: each live function gets the code that the changed source has."""

import ast
import copy
import gc
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from types import CodeType, FunctionType
from typing import Any

from .source import File, Function, Statement, head_of

Guard = Callable[[], AbstractContextManager[None]]  # in which a change may compute, and nothing else
Key = tuple[str, str, int]  # a file, a function's qualified name and its first line


class Placing:
    """The live functions of some files, whose code is exchanged."""

    def __init__(self, files: list[File], guarded: Guard) -> None:
        self._guarded = guarded
        paths = {file.path for file in files}
        self._live: defaultdict[Key, list[FunctionType]] = defaultdict(list)
        for thing in gc.get_objects():
            if type(thing) is FunctionType and thing.__code__.co_filename in paths:
                self._live[_key(thing.__code__)].append(thing)

    @contextmanager
    def of(self, file: File, statement: Statement) -> Iterator[None]:
        """Within it what runs is as the tree has it now. Raises SyntaxError or ValueError where that cannot be."""
        if statement.function is None:
            with self._named(file, statement.node):
                yield
            return
        before = list[tuple[FunctionType, CodeType, Any]]()
        head = statement.function if statement.node is statement.function else None
        try:
            for code in _codes(compile(_alone(file, statement.function), file.path, "exec", dont_inherit=True)):
                for live in self._live.get(_key(code), ()):
                    if live.__code__.co_freevars != code.co_freevars:  # its cells are of those
                        raise ValueError("other variables of the function around it")
                    before.append((live, live.__code__, live.__defaults__))
                    live.__code__ = code
                    if head and code.co_firstlineno == head_of(head):
                        live.__defaults__ = _defaults(head, live.__defaults__)
            yield
        finally:
            for live, code, defaults in reversed(before):
                live.__code__, live.__defaults__ = code, defaults

    @contextmanager
    def _named(self, file: File, node: ast.stmt) -> Iterator[None]:
        """What a statement of the module's own names is that which it gives now."""
        homes = {id(one.__globals__): one.__globals__ for several in self._live.values() for one in several}
        home = next((one for one in homes.values() if one.get("__file__") == file.path), None)
        if home is None:
            raise ValueError("no function of the file is at hand")
        before = dict(home)
        code = compile(ast.Module([*file.futures, node], []), file.path, "exec", dont_inherit=True)
        try:
            with self._guarded():
                exec(code, home)
        except Exception as error:
            home.clear()
            home.update(before)
            raise ValueError(str(error)) from None
        try:
            yield
        finally:
            home.clear()
            home.update(before)


def _defaults(head: Function, before: Any) -> Any:
    """Those that are plain values, of the others those that are."""
    now = list(before or ())
    for place, node in enumerate(head.args.defaults[-len(now) :] if now else ()):
        with suppress(ValueError, TypeError):
            now[place] = ast.literal_eval(node)
    return tuple(now) or None


def _key(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _alone(file: File, function: Function) -> ast.Module:
    """The outermost function that it is in, in the classes that this stands in and without anything else but what the file asks of Python."""
    way = file.ways[function]
    node: ast.AST = next(one for one in way if not isinstance(one, ast.ClassDef))
    for home in reversed(way[: way.index(node)]):
        home = copy.copy(home)
        home.body, home.decorator_list = [node], []  # type: ignore[attr-defined]
        node = home
    return ast.Module([*file.futures, node], [])  # type: ignore[list-item]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _codes(part)
