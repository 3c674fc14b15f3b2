"""Another variable, attribute or key in a name's place."""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from ..source import Spot, Statement
from .words import Words

OF_KIND, ALIKE, OTHER = 1.4, 2.2, 3.2  # of the same kind; of the same type; anything
BESIDE = 1.2  # of the same type, and in the same statement
REACHED = 1.2  # of which the same is reached elsewhere
WHOLE = 1.8  # for more than a name
ATTRIBUTE, OF_OTHERS, KEY = 1.8, 2.0, 1.6
EXCHANGED, RENAMED = 1.8, 2.0
RESULTS = ("array", "float", "int", "tuple", "list", "dict", "NoneType")  # an object of another class is no result


def names(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """The variables of its function; where it is written to, those that are written to elsewhere."""
    match spot.part:
        case ast.Name(id=own, ctx=ctx):
            kinds = statement.kinds
            kind = None if _is_asked(spot) else kinds.get(own)
            is_no_result = isinstance(statement.node, ast.Return) and kind is not None and kind[0] not in RESULTS
            asked = _asked_for(statement) if isinstance(spot.owner, ast.Compare) and _is_asked(spot) else set[str]()
            beside = asked or {one.id for one in ast.walk(statement.node) if isinstance(one, ast.Name)}
            reached = spot.owner.attr if isinstance(spot.owner, ast.Attribute) else ""
            for name, other in kinds.items():
                if name != own and not name.startswith("."):
                    is_home = reached in words.attributes.get(name, ()) and not hasattr(np.ndarray, reached)
                    is_alike = kind in (other, None) or (is_no_result and other[0] == RESULTS[0])
                    near = OF_KIND if is_alike else ALIKE if kind and kind[0] == other[0] else OTHER
                    near = BESIDE if near <= ALIKE and name in beside else near
                    yield ast.Name(name, ctx), min(near, REACHED) if is_home else near
        case ast.Attribute(value=value, attr=own, ctx=ctx):
            attributes = words.attributes[ast.unparse(value)]
            for name in attributes:
                if name != own:
                    yield ast.Attribute(value, name, ctx), ATTRIBUTE
            for name in words.beside(own):
                if name not in attributes:
                    yield ast.Attribute(value, name, ctx), OF_OTHERS
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as own), ctx=ctx):
            for key in words.keys:
                if key != own:
                    yield ast.Subscript(value, ast.Constant(key), ctx), KEY


def whole(statement: Statement, spot: Spot, words: Words) -> Iterator[tuple[ast.expr, float]]:
    """An array of its function in the place of a part of another, or of what is reached or called."""
    is_part = isinstance(spot.part, ast.Subscript | ast.Attribute | ast.Call) and not is_no_value(spot)
    for name, kind in statement.kinds.items() if is_part else ():
        if kind[0] == "array" and not name.startswith("."):
            yield ast.Name(name, ast.Load()), WHOLE


def is_no_value(spot: Spot) -> bool:
    """What is written to, a function that is called, or what an attribute is of: the whole is what is computed."""
    is_written = not isinstance(getattr(spot.part, "ctx", ast.Load()), ast.Load)
    return (
        is_written
        or isinstance(spot.owner, ast.Attribute)
        or (isinstance(spot.owner, ast.Call) and spot.name == "func")
    )


def exchanged(statement: Statement, words: Words) -> Iterator[tuple[Spot, object, float]]:
    """Two variables of what is computed in each other's places, or one in all of another's."""
    value = getattr(statement.node, "value", None)
    if not isinstance(value, ast.expr):
        return
    often = Counter(node.id for node in ast.walk(value) if isinstance(node, ast.Name) and node.id in statement.kinds)
    here = Spot(statement.node, "value")
    for one, other in combinations(often, 2):
        yield here, _Renamed({one: other, other: one}).visit(copy.deepcopy(value)), EXCHANGED
    for one in (name for name, times in often.items() if times > 1):
        for other, kind in statement.kinds.items():
            if other != one and kind == statement.kinds[one]:
                yield here, _Renamed({one: other}).visit(copy.deepcopy(value)), RENAMED


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:  # as ast has it
        node.id = self._names.get(node.id, node.id)
        return node


def _asked_for(statement: Statement) -> set[str]:
    """The names of its function that are asked whether they are None: of these another is likely meant."""
    every = ast.walk(statement.function or statement.node)
    several = (one for one in every if isinstance(one, ast.Compare) and _is_asked(Spot(one, "left")))
    return {one.left.id for one in several if isinstance(one.left, ast.Name)}


def _is_asked(spot: Spot) -> bool:
    """Whether it is only asked for, as in `x is None`: what it is does not matter."""
    match spot.owner:
        case ast.Compare(comparators=[ast.Constant(value=None)]) | ast.If() | ast.IfExp():
            return spot.name in ("left", "test")
    return False
