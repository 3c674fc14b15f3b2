"""The equation of an operation: the text of the function itself, of the cell that it rests on, and of what that calls."""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from rnnspec.conformance.deviations.text import source
from rnnspec.reference import FAMILIES, FUNCTIONS, Direction, Kind, Operation, network, unroll
from rnnspec.reference.arithmetics import primitives

Function = Callable[..., Any]
FOLLOWED = (
    "rnnspec.reference.families.",
    "rnnspec.reference.gate",
)  # of what an equation calls, the rest is arithmetic
MEANINGS = {
    "n_x": "features of the input",
    "n_a": "units of the state",
    "n_p": "units of the state behind the projection",
    "n_y": "classes of the head",
    "m": "examples of the batch",
    "T_x": "steps",
    "n_l": "layers",
    "n_d": "directions",
    "n": "rows",
    "n_h": "heads of queries and keys",
    "n_hv": "heads of values, a multiple of n_h",
    "n_k": "elements of a key",
    "n_v": "elements of a value",
    "n_g": "decays of a head: 1, or n_k where each key has its own",
    "n_c": "channels",
    "n_s": "inputs that the state keeps",
    "n_n": "states of a channel",
    "n_u": "units of a head",
    "L": "the length of one sequence",
    "L_max": "the length of the longest sequence",
}


def equation(operation: Operation) -> dict[str, str]:
    """Each function's text by where it stands, as `reference/families/lstm.py forward`."""
    found: dict[str, str] = {}
    left = _first(operation)
    while left:
        function = left.pop(0)
        if (place := f"{file_of(function)} {function.__name__}") not in found:
            found[place] = source(function).rstrip()
            left = [*_called(function), *left]
    return found


def file_of(function: Function) -> str:
    return f"{function.__module__.removeprefix('rnnspec.').replace('.', '/')}.py"


def _first(operation: Operation) -> list[Function]:
    """The function itself, then the cell."""
    back = operation.direction is Direction.BACKWARD
    if operation.kind is Kind.ELEMENTWISE:
        return [getattr(primitives, operation.name)]
    if operation.kind is Kind.CONTAINER:
        return [FUNCTIONS[operation.name]]
    family = next(family for family in FAMILIES if family.name == operation.family)
    around = [f for f in _around(operation.kind, back) if family.head or f not in (unroll.head, unroll.head_backward)]
    return [*around, family.backward if back else family.forward]


def _around(kind: Kind, back: bool) -> list[Function]:
    """What stands around a cell: the head, the time loop, layers and directions."""
    if kind is Kind.CELL:
        return [] if back else [unroll.head]
    over_time = [unroll.backward, unroll.arriving, unroll.accumulated] if back else [unroll.forward]
    if kind is Kind.NETWORK:
        return [*([network._backward, network._layer_backward] if back else [network._forward]), *over_time]
    return [*over_time, unroll.head_backward if back else unroll.head]


def _called(function: Function) -> list[Function]:
    names = (function.__globals__.get(name) for name in function.__code__.co_names)
    return [f for f in names if isinstance(f, FunctionType) and f.__module__.startswith(FOLLOWED)]


def axes(operation: Operation) -> dict[str, str]:
    """What each axis of an operation's arrays means."""
    return {axis: MEANINGS[axis] for axis in operation.dims}


def order(operation: Operation) -> str:
    """What a gate's matrix acts on, "" where none has the state and the input side by side."""
    for shape in (operation.forward or operation).parameters.values():
        state, plus, features = shape.rpartition(" ")[2].partition("+")
        if plus and features == "n_x":
            return (
                f"a matrix ({shape}) acts on [a_prev; xt]: the first {state} columns meet a_prev, the last {features}"
                " meet xt"
            )
    return ""
