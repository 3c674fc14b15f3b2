"""What a backward computes again of the forward, from what that left."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Protocol

from .handing import is_left
from .tape import Id
from .trace import Trace


class How(Protocol):
    @property
    def way(self) -> str: ...


class Run(Protocol):
    """A replay, as far as it is asked here."""

    trace: Trace
    values: list[Any]

    @property
    def how(self) -> How: ...

    def given(self, i: int) -> Any: ...


def computed_of_states(r: Run, ahead: Sequence[int]) -> None:
    """By the right equations, of the states that a forward left."""
    nodes, left = r.trace.tape.nodes, [*r.values]
    for i in ahead:
        as_left = partial(is_left, r.trace, r.how.way, i)
        args = [(left if as_left(arg) else r.values)[arg] if type(arg) is Id else arg for arg in nodes[i].args]
        r.values[i] = nodes[i].function(*args) if nodes[i].name else r.given(i)


def remade(r: Run, ahead: Iterable[int], through: Callable[[Iterable[int]], None]) -> None:
    """As it is edited, each step from what the one before makes of its own, at the begin of a block from what the right forward left."""
    right, made = [*r.values], dict[int, Any]()
    for i in ahead:
        for arg in made.keys() & {*r.trace.tape.nodes[i].parents}:
            r.values[arg] = (right if is_left(r.trace, r.how.way, i, arg) else made)[arg]
        through([i])
        made[i] = r.values[i]
