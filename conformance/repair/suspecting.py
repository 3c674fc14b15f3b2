"""Which statements are to be suspected: those on which outputs rest that are wrong, best all of them, and few that are right."""

import ast
import builtins
import math
from dataclasses import dataclass
from typing import Any

from ..candidate import Foreign, Got
from .moving import moved
from .placing import Placing
from .source import BUFFERS, Change, File, Spot, Statement, called
from .trying import Trying

NUDGED, BY = "__rnnspec_nudged__", 2.0**-12
UNKNOWN, OF_RIGHT, ELSEWHERE, CALM, RAISING, READ, OF_ALL = 0.3, 0.5, 0.8, 0.7, 1.3, 1.2, 0.8


def rests(
    trying: Trying, placing: Placing, file: File, statement: Statement, id: str, base: dict[str, Got]
) -> set[str] | None:
    """The outputs of a case that rest on what a statement computes, or may, as no array shows it; None where that is no number."""
    node: Any = statement.node
    if not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr) or node.value is None:
        return None
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    if all(isinstance(one, ast.Call) and called(one) in BUFFERS for one in parts):
        return None  # whose shape and dtype matter, and what it holds may not
    nudged = _Nudged()
    setattr(builtins, NUDGED, nudged)
    call = ast.Call(ast.Name(NUDGED, ast.Load()), [node.value], [])
    change = Change(statement, Spot(node, "value"), call, 0.0)
    try:
        with change.made(), placing.of(file, statement):
            found = trying.outputs(id)
    except (SyntaxError, ValueError):
        return None
    if not nudged.has:
        return None
    return moved(base, found) | {name for name, one in base.items() if isinstance(one, Foreign)}


class _Nudged:
    """A value, a little off where it is of floating point."""

    def __init__(self) -> None:
        self.has = False

    def __call__(self, value: Any) -> Any:
        if type(value) in (tuple, list):
            return type(value)([self(part) for part in value])
        if isinstance(value, tuple) and hasattr(value, "_make"):  # a named one
            return value._make([self(part) for part in value])
        if type(value) is dict:
            return {key: self(part) for key, part in value.items()}
        if "float" in str(getattr(value, "dtype", type(value).__name__)):
            self.has = True
            return value * (1 + BY) + BY
        return value


@dataclass(frozen=True)
class Suspect:
    """A statement, the outputs that rest on it of a case that fails, None where it computes no number; whether what is right elsewhere does,
    whether it raises there, and whether what does reads what it names.
    """

    statement: Statement
    outputs: set[str] | None
    is_calm: bool = False
    raises: bool = False
    is_read: bool = False

    def unlikely(self, change: Change, wrong: set[str], of_some: bool) -> float:
        """How unlikely it is to be the one, infinitely where it cannot: on a value has to rest what is wrong, all of it or some, and little that is
        right should. Where it is written to, or when, is nothing that its outputs tell.
        """
        if self.outputs is None:
            of_all = OF_ALL if not self.statement.body else 0.0  # of a block's size, too, by which many a mistake goes
            near = RAISING if self.raises else READ if self.is_read else 0.0
            return math.inf if of_some else UNKNOWN + of_all - near
        rank = CALM * (self.is_calm and _is_of_value(change))
        if of_some and not wrong <= self.outputs:
            return rank if wrong & self.outputs else math.inf
        if wrong <= self.outputs:
            return math.inf if of_some else rank + OF_RIGHT * len(self.outputs - wrong) / max(1, len(self.outputs))
        return math.inf if _is_of_value(change) else rank + ELSEWHERE


def _is_of_value(change: Change) -> bool:
    """Whether it changes what its statement computes, and not where that goes."""
    if isinstance(change.part, list):
        return False
    targets = getattr(change.statement.node, "targets", None) or [getattr(change.statement.node, "target", None)]
    return not any(
        change.spot.owner is node or change.spot.part is node for one in targets if one for node in ast.walk(one)
    )
