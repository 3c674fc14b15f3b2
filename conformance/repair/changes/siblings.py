"""What a statement computes as another of its function does, of names that differ in the same: `dc = keep(dc_prev, dc)` as `da = keep(da_prev, da)`."""

import ast
import copy
from collections.abc import Iterator

from ..differing import apart
from ..source import Spot, Statement
from .words import Words

LIKELY, COPIED = 1.2, 1.8  # also where no name differs


def siblings(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    match statement.node:
        case ast.Assign(targets=[target], value=value) if statement.function and (own := _named(target)):
            here, known = ast.dump(value), {*statement.kinds, *words.keys}
            for other in ast.walk(statement.function):
                match other:
                    case ast.Assign(targets=[home], value=like) if (name := _named(home)) not in ("", own):
                        made = _Renamed(*apart(name, own), known).visit(copy.deepcopy(like))
                        if ast.dump(made) != here:
                            rank = LIKELY if ast.dump(made) != ast.dump(like) else COPIED
                            yield Spot(statement.node, "value"), made, rank


def _named(target: ast.expr) -> str:
    """A variable's name, or the key or attribute that is written to."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
        case ast.Subscript(value=ast.Name(id=name)):
            return name
    return ""


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
