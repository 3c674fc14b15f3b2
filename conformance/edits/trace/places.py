"""Where a primitive of the reference is called: the expressions around it, and the step of the loop that runs it."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
    "log1p",
    "softplus",
    "square_root",
    "rsqrt",
    "column_sum",
    "select",
}  # what calls a primitive by a name of the equations
PRIMITIVES = "arithmetics/primitives"  # what all equations are written in
UNROLL = "unroll"  # the loop over time
LOOPS = {
    UNROLL,
    "replay/road",
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


Here = tuple[Place, Step, bool]  # and whether a prediction is made there

NOWHERE: Here = ((Expression("", "", 0, 0, 0, 0),), None, False)


class Called(NamedTuple):
    """What a function of the reference says of the calls that it makes."""

    code: CodeType
    module: str  # "" outside of the reference
    asked: frozenset[str]  # variables that say at which step it is
    passing: str  # whether it is left out of a place: "always", or "behind" what is inside
    tells: bool  # whether a place is told by it

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
        thin = module == PRIMITIVES and code.co_name in THIN
        behind = module in LOOPS and code.co_name not in EQUATIONS_OF_LOOPS
        passing = "always" if thin else "behind" if behind else ""
        return cls(code, module, asked, passing, bool(module) and not thin)


class Callers:
    """The expressions that lead to a frame, the innermost first, without those that are left out behind what is inside: one object for each way."""

    def __init__(self, place: Place, nearest: Expression | None, functions: frozenset[str]) -> None:
        self.place, self.functions = place, functions  # of layers
        self.nearest = nearest  # where that is left out
        self._inside: dict[tuple[int, int], Callers] = {}  # by the code's id and the instruction, as what follows
        self._calls: dict[tuple[int, int], tuple[Place, bool]] = {}

    def inside(self, called: Called, instruction: int) -> "Callers":
        """Those of what is called there."""
        key = id(called.code), instruction
        if key not in self._inside:
            own = _expression(called, instruction)
            place = self.place if called.passing else (own, *self.place)
            self._inside[key] = Callers(place, own if called.passing else None, self._with(called, own))
        return self._inside[key]

    def call(self, called: Called, instruction: int) -> tuple[Place, bool]:
        """The place of a primitive that is called there, one object each, and whether predictions are made there where no step is."""
        key = id(called.code), instruction
        if key not in self._calls:
            own = _expression(called, instruction)
            between = (self.nearest,) if self.nearest and own.function in CALLED_APART else ()
            place = (own, *between, *self.place)
            self._calls[key] = _PLACES.setdefault(place, place), self._with(called, own) >= PREDICTING
        return self._calls[key]

    def _with(self, called: Called, own: Expression) -> frozenset[str]:
        return self.functions | {own.function} if called.module == "layer" else self.functions


class Above(NamedTuple):
    """What leads to a frame: the same for all that is called in it while it runs."""

    frame: FrameType  # which is kept, so that no other has its id
    callers: Callers
    asked: Mapping[str, int]  # what loops say of their steps
    step: Step


_CALLED: dict[int, Called] = {}  # by the code's id, which its entry keeps alive
_ABOVE: dict[int, Above] = {}  # by the frame's id
_EXPRESSIONS: dict[tuple[int, int], Expression] = {}  # by the code's id and the instruction
_PLACES: dict[tuple[Expression, ...], Place] = {}  # one object each
_OUTSIDE = Callers((), None, frozenset())
FRAMES = 64  # that are kept at most
OF_ARRAYS = 3  # frames that are no equation's: this module's, that which records, the array's operation


def here() -> Here:
    """Where the operation of an array is called that asks. What leads to a cell is left out, so that it is one place in every operation."""
    nearest = sys._getframe(OF_ARRAYS)
    known = _CALLED.get(id(nearest.f_code))
    frame, called = (nearest, known) if known and known.tells else _placed(nearest)
    if frame is None or called is None:
        return NOWHERE
    above = _ABOVE.get(id(frame))
    if above is None or above.frame is not frame:
        above = _above(frame, called)
    place, predicting = above.callers.call(called, frame.f_lasti)
    step = _step({**above.asked, **_asked(frame, called)}) if called.asked else above.step
    return place, step, predicting and step is None


def _placed(frame: FrameType | None) -> tuple[FrameType | None, Called | None]:
    """The nearest frame from here on that a place is told by."""
    while frame is not None:
        called = _CALLED.get(id(frame.f_code)) or _CALLED.setdefault(id(frame.f_code), Called.of(frame))
        if called.tells:
            return frame, called
        frame = frame.f_back
    return None, None


def _above(frame: FrameType, called: Called) -> Above:
    known = _ABOVE.get(id(frame))
    if known and known.frame is frame:
        return known
    caller, by = (None, None) if called.module == "checking" else _placed(frame.f_back)
    if caller is None or by is None:
        found = Above(frame, _OUTSIDE, {}, None)
    else:
        beyond = _above(caller, by)
        asked = {**beyond.asked, **_asked(caller, by)} if by.asked else beyond.asked
        found = Above(frame, beyond.callers.inside(by, caller.f_lasti), asked, _step(asked))
    if len(_ABOVE) >= FRAMES:
        _ABOVE.clear()
    return _ABOVE.setdefault(id(frame), found)


@contextmanager
def recorded() -> Iterator[None]:
    """While a run is: behind it, frames that are kept would keep all that was computed above it."""
    try:
        yield
    finally:
        _ABOVE.clear()


def _asked(frame: FrameType, called: Called) -> dict[str, int]:
    """What a loop says of its step, when it has begun."""
    told = frame.f_locals if called.asked else {}
    return {name: told[name] for name in called.asked} if called.asked <= told.keys() else {}


def _step(asked: Mapping[str, int]) -> Step:
    return (asked.get("layer", 0), asked.get("d", 0), asked["t"]) if "t" in asked else None


def _expression(called: Called, instruction: int) -> Expression:
    key = id(called.code), instruction
    if key not in _EXPRESSIONS:
        at = _positions(called.code)[instruction // 2]
        function = called.code.co_qualname.partition(".<locals>")[0]  # a comprehension is no function to a reader
        _EXPRESSIONS[key] = Expression(called.module, function.rpartition(".")[2], *at)
    return _EXPRESSIONS[key]


@cache
def _positions(code: CodeType) -> list[tuple[Any, ...]]:
    return list(code.co_positions())
