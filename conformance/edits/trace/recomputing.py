"""What a backward computes again of the forward, from what that left."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from .handing import is_left
from .tape import Id
from .trace import Trace

Values = list[Any]  # by node


def computed_of_states(
    trace: Trace, way: str, values: Values, ahead: Sequence[int], given: Callable[[int], Any]
) -> None:
    """By the right equations, of the states that a forward left."""
    nodes, left = trace.tape.nodes, [*values]
    for i in ahead:
        as_left = partial(is_left, trace, way, i)
        args = [(left if as_left(arg) else values)[arg] if type(arg) is Id else arg for arg in nodes[i].args]
        values[i] = nodes[i].function(*args) if nodes[i].name else given(i)


def remade(
    trace: Trace, way: str, values: Values, ahead: Iterable[int], through: Callable[[Iterable[int]], None]
) -> None:
    """As it is edited, each step from what the one before makes of its own, at the begin of a block from what the right forward left."""
    right, made = [*values], dict[int, Any]()
    for i in ahead:
        for arg in made.keys() & {*trace.tape.nodes[i].parents}:
            values[arg] = (right if is_left(trace, way, i, arg) else made)[arg]
        through([i])
        made[i] = values[i]
