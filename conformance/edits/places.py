"""Where a primitive of the reference is called: the expressions around it, and the step of the loop that runs it."""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import rnnspec.reference

HOME = str(Path(rnnspec.reference.__file__).parent)
REFERENCE = f"{rnnspec.reference.__name__}."
THIN = {"tanh", "sigmoid", "column_sum", "select"}  # what calls a primitive by a name of the equations
LOOPS = {
    "unroll",
    "network",
    "family",
    "checking",
    "contract",
}  # through which a cell is reached, by whichever operation
EQUATIONS_OF_LOOPS = {"head", "head_backward"}
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


def here() -> Here:
    """Where the caller's caller is called from. What leads to a cell is left out, so that it is one place in every operation."""
    inside, step, functions = list[Expression](), dict[str, int](), set[str]()
    for frame, code in _frames():
        module = _module(frame.f_globals.get("__name__"))
        if not module:
            continue
        told = frame.f_locals
        if module == "unroll" and "t" in told:
            step.setdefault("t", told["t"])
        if module == "network" and "d" in told and "layer" in told:
            step.setdefault("layer", told["layer"])
            step.setdefault("d", told["d"])
        if module == "family" and "t" in told and code.co_name == "through_head":
            step.setdefault("t", told["t"])
        if module == "family":
            functions.add(code.co_name)
        thin = module == "arithmetics/primitives" and code.co_name in THIN
        if thin or (inside and module in LOOPS and code.co_name not in EQUATIONS_OF_LOOPS):
            continue
        inside.append(Expression(module, code.co_name, *_positions(code)[frame.f_lasti // 2]))
    at = (step.get("layer", 0), step.get("d", 0), step["t"]) if "t" in step else None
    return Here(tuple(inside), at, at is None and functions >= PREDICTING)


def _frames() -> Iterator[tuple[FrameType, CodeType]]:
    frame: FrameType | None = sys._getframe(3)
    while frame is not None:
        yield frame, frame.f_code
        frame = frame.f_back


@cache
def _module(name: str | None) -> str:
    """The path of a module of the reference, "" for any other: where only bytecode is installed, code has no file."""
    return name.removeprefix(REFERENCE).replace(".", "/") if name and name.startswith(REFERENCE) else ""


@cache
def _positions(code: CodeType) -> list[tuple[Any, ...]]:
    return list(code.co_positions())
