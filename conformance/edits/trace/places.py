"""Where a primitive of the reference is called: the expressions around it, and the step of the loop that runs it."""

import sys
from functools import cache
from types import CodeType, FrameType
from typing import Any, NamedTuple

import rnnspec.reference

REFERENCE = f"{rnnspec.reference.__name__}."
THIN = {
    "tanh",
    "sigmoid",
    "exp",
    "expm1",
    "softplus",
    "square_root",
    "column_sum",
    "select",
}  # what calls a primitive by a name of the equations
LOOPS = {
    "unroll",
    "network",
    "family",
    "layer",
    "recurrence",
    "checking",
    "contract",
}  # through which a cell is reached, by whichever operation
EQUATIONS_OF_LOOPS = {"head", "head_backward"}
CALLED_APART = {"accumulated"}  # whose places are told by who calls them, of the loop's too
PREDICTING = {"predicted", "_forward"}  # where predictions are made behind the loop, one a step


class Expression(NamedTuple):
    """A place in a source: lines count from 1, columns are of its bytes."""

    module: str  # as families/lstm
    function: str
    line: int
    end_line: int
    begin: int
    end: int


Place = tuple[Expression, ...]  # the innermost first
Step = tuple[int, int, int] | None  # layer, direction and time; None outside of a loop


class Here(NamedTuple):
    place: Place
    step: Step
    predicting: bool


NOWHERE = Here((Expression("", "", 0, 0, 0, 0),), None, False)


class Called(NamedTuple):
    """What a function of the reference says of the calls that it makes."""

    code: CodeType
    module: str  # "" outside of the reference
    asked: frozenset[str]  # variables that say at which step it is
    passing: str  # whether it is left out of a place: "always", or "behind" what is inside

    @classmethod
    def of(cls, frame: FrameType) -> "Called":
        code, name = frame.f_code, frame.f_globals.get("__name__")
        module = name.removeprefix(REFERENCE).replace(".", "/") if name and name.startswith(REFERENCE) else ""
        known = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
        asked = frozenset[str]()
        if module == "network" and known >= {"layer", "d"}:
            asked = frozenset({"layer", "d"})
        elif "t" in known and (module == "unroll" or (module == "layer" and code.co_name == "through_head")):
            asked = frozenset({"t"})
        thin = module == "arithmetics/primitives" and code.co_name in THIN
        behind = module in LOOPS and code.co_name not in EQUATIONS_OF_LOOPS
        return cls(code, module, asked, "always" if thin else "behind" if behind else "")


_CALLED: dict[int, Called] = {}  # by the code's id, which its entry keeps alive
_EXPRESSIONS: dict[tuple[int, int], Expression] = {}  # by that and the instruction
_PLACES: dict[tuple[Expression, ...], Place] = {}  # one object each


def here() -> Here:
    """Where the caller's caller is called from. What leads to a cell is left out, so that it is one place in every operation."""
    inside, step, functions = list[Expression](), dict[str, int](), set[str]()
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        called = _CALLED.get(id(code)) or _CALLED.setdefault(id(code), Called.of(frame))
        if called.asked and not step.keys() >= called.asked:
            told = frame.f_locals
            if called.asked <= told.keys():
                for name in called.asked:
                    step.setdefault(name, told[name])
        if called.module == "layer":
            functions.add(code.co_name)
        if called.module and called.passing != "always":
            apart = len(inside) == 1 and inside[0].function in CALLED_APART
            if apart or not (inside and called.passing):
                inside.append(_expression(called, frame.f_lasti))
            if called.module == "checking":
                break
        frame = frame.f_back
    at = (step.get("layer", 0), step.get("d", 0), step["t"]) if "t" in step else None
    place = tuple(inside)
    return Here(_PLACES.setdefault(place, place), at, at is None and functions >= PREDICTING)


def _expression(called: Called, instruction: int) -> Expression:
    key = id(called.code), instruction
    if key not in _EXPRESSIONS:
        at = _positions(called.code)[instruction // 2]
        _EXPRESSIONS[key] = Expression(called.module, called.code.co_name, *at)
    return _EXPRESSIONS[key]


@cache
def _positions(code: CodeType) -> list[tuple[Any, ...]]:
    return list(code.co_positions())
