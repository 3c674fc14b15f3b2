"""A value of the source a little off where a case runs, to see what comes of it, and so where to look."""

import ast
import builtins
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from ..candidate import Got
from .accusing import Accused, Accusing, Line, Value
from .placing import Placing
from .source import FUNCTIONS, Change, File, Spot, Statement, spots
from .trying import Trying

NUDGED, BY = "__rnnspec_nudged__", 2.0**-12
COUNTS, DECIDES = "int", "bool"


def outputs_nudged(
    trying: Trying, placing: Placing, file: File, statement: Statement, spot: Spot, id: str, of_all: bool = False
) -> dict[str, Got] | None:
    """What a case gives where the value at a spot is a little off; with `of_all` also where what counts is one more, and what decides the
    opposite. None where it is nothing of these, or nothing that Python can be.
    """
    nudged = _Nudged(of_all)
    setattr(builtins, NUDGED, nudged)
    call = ast.Call(ast.Name(NUDGED, ast.Load()), [spot.part], [])
    try:
        with Change(statement, spot, call, 0.0).made(), placing.of(file, statement):
            found = trying.outputs(id)
    except (SyntaxError, ValueError):
        return None
    return found if nudged.has else None


def accused(
    trying: Trying, files: Sequence[File], failing: list[str], passing: list[str], calm: list[str], until: float
) -> list[Accused]:
    """Which lines of what ran are to be looked at; none behind the CPU time that is up."""
    if time.process_time() > until:
        return []
    placing = Placing([*files], trying.guarded)

    def values() -> Iterator[Value]:
        for file in files:
            for statement in file.statements:
                for spot in values_of(statement):
                    if time.process_time() > until:
                        raise TimeoutError
                    nudged = partial(outputs_nudged, trying, placing, file, statement, spot, of_all=True)
                    yield Value(Line(file.path, spot.part.lineno), ast.unparse(spot.part), nudged)

    with suppress(TimeoutError):
        return Accusing(trying.golden, trying.outputs, trying.dtype, failing, passing, calm).accused(values())
    return []


def values_of(statement: Statement) -> Iterator[Spot]:
    """All that a statement computes or reads, the outer before the inner."""
    if not isinstance(statement.node, FUNCTIONS):
        yield from (spot for spot in spots(statement.node) if _may_be_value(spot, statement))


def _may_be_value(spot: Spot, statement: Statement) -> bool:
    """No function that is called, module or constant."""
    part = spot.part
    if isinstance(part, ast.Constant | ast.Slice | ast.Starred | ast.JoinedStr | ast.FormattedValue | ast.Lambda):
        return False
    if not isinstance(getattr(part, "ctx", ast.Load()), ast.Load):
        return False
    if isinstance(spot.owner, ast.Call) and spot.name == "func":
        return False
    return not isinstance(part, ast.Name) or part.id in statement.kinds


class _Nudged:
    """A value, or each of several."""

    def __init__(self, of_all: bool) -> None:
        self.has, self._of_all = False, of_all

    def __call__(self, value: Any) -> Any:
        if type(value) in (tuple, list):
            return type(value)([self(part) for part in value])
        if isinstance(value, tuple) and hasattr(value, "_make"):  # a named one
            return value._make([self(part) for part in value])
        if type(value) is dict:
            return {key: self(part) for key, part in value.items()}
        dtype = str(getattr(value, "dtype", type(value).__name__))
        if "float" in dtype:
            self.has = True
            return value * (1 + BY) + BY
        if self._of_all and (COUNTS in dtype or DECIDES in dtype):
            self.has = True
            return value + 1 if DECIDES not in dtype else not value if type(value) is bool else ~value
        return value
