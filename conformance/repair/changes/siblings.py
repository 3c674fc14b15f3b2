"""What a statement computes as another of its function does, of names that differ in the same: `dc = keep(dc_prev, dc)` as `da = keep(da_prev, da)`."""

import ast
import copy
from collections.abc import Iterator
from itertools import takewhile

from ..source import Spot, Statement
from .words import Words

LIKELY = 1.2


def siblings(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    match statement.node:
        case ast.Assign(targets=[target], value=value) if statement.function:
            own, here = _named(target), ast.dump(value)
            every = (
                one for one in ast.walk(statement.function) if isinstance(one, ast.Assign) and one is not statement.node
            )
            for other in every:
                if own and len(other.targets) == 1 and (name := _named(other.targets[0])) and name != own:
                    made = _Renamed(*_differing(name, own), {*statement.kinds, *words.keys}).visit(
                        copy.deepcopy(other.value)
                    )
                    if ast.dump(made) != here:
                        yield Spot(statement.node, "value"), made, LIKELY


def _named(target: ast.expr) -> str:
    """A variable's name, or the key or attribute that is written to."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
        case ast.Subscript(value=ast.Name(id=name)):
            return name
    return ""


def _differing(one: str, other: str) -> tuple[str, str]:
    """What stands between what two names begin and end with."""
    first = _alike(one, other)
    last = _alike(one[first:][::-1], other[first:][::-1])
    return one[first : len(one) - last], other[first : len(other) - last]


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


class _Renamed(ast.NodeTransformer):
    """Names and keys with one part in the place of another, where that is one that is known."""

    def __init__(self, old: str, new: str, known: set[str]) -> None:
        self._old, self._new, self._known = old, new, known

    def visit_Name(self, node: ast.Name) -> ast.Name:  # as ast has it
        node.id = self._renamed(node.id)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        node.value = self._renamed(node.value) if isinstance(node.value, str) else node.value
        return node

    def _renamed(self, own: str) -> str:
        every = (
            own[:at] + self._new + own[at + len(self._old) :] for at in range(len(own)) if own.startswith(self._old, at)
        )
        return next((name for name in every if name in self._known), own) if self._old else own
