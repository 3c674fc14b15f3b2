"""Which statements are to be suspected: those on which outputs rest that are wrong, best all of them, and few that are right."""

import ast
import math
from dataclasses import dataclass
from typing import Any

from ..candidate import Foreign, Got
from .moving import moved
from .nudging import outputs_nudged
from .placing import Placing
from .source import BUFFERS, Change, File, Spot, Statement, called
from .trying import Trying

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
    found = outputs_nudged(trying, placing, file, statement, Spot(node, "value"), id)
    if found is None:
        return None
    return moved(base, found) | {name for name, one in base.items() if isinstance(one, Foreign)}


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
