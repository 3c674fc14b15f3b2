"""The time loop, written once: forward and backward over the steps of any cell, in either direction, ragged or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from .arithmetics.primitives import Array, Mask, column_sum, select, softmax

State = tuple[Array, ...]
Parameters = Mapping[str, Array]


class Cache(NamedTuple):
    """What one step's backward needs: its intermediates, its parameters, and its states' shapes."""

    family: str
    intermediates: Any  # the cell's own business
    parameters: Parameters
    shapes: tuple[tuple[int, ...], ...]


class Cell(Protocol):
    """One step, forward and backward: all that the loop asks for."""

    def step(self, xt: Array, state: State, parameters: Parameters) -> tuple[State, Cache]: ...

    def step_backward(self, dstate: State, cache: Cache) -> tuple[Array, State, dict[str, Array]]: ...


@dataclass(frozen=True)
class Walk:
    """A forward pass: what each step gave, indexed by time, and the state after the last step taken."""

    states: list[State]  # zero past an example's length
    caches: list[Cache]
    final: State
    order: Sequence[int]  # in which time was walked
    valid: list[Mask]  # per time: the examples that have this step, None where all do


def forward(
    cell: Cell, x: Array, state: State, parameters: Parameters, lengths: Any = None, reverse: bool = False
) -> Walk:
    """Every step's state and cache; an example whose sequence is over, or not yet begun, keeps its state."""
    xs, T_x = steps(x), x.shape[2]
    order = range(T_x)[::-1] if reverse else range(T_x)
    valid = [None if lengths is None else t < lengths for t in range(T_x)]
    states: list[State] = [state] * T_x
    caches: list[Any] = [None] * T_x
    for t in order:
        new, caches[t] = cell.step(select(valid[t], xs[t], 0), state, parameters)
        states[t] = tuple(select(valid[t], s, 0) for s in new)
        state = carried(valid[t], new, state)
    return Walk(states, caches, state, order, valid)


def carried(valid: Mask, new: State, old: State) -> State:
    return tuple(select(valid, one, two) for one, two in zip(new, old, strict=True))


def backward(cell: Cell, walk: Walk, da: Sequence[Array], dfinal: State) -> tuple[Array, State, dict[str, Array]]:
    """Gradients into x, into the initial state and into the parameters, from those into every a and the final state."""
    dx: list[Any] = [None] * len(da)
    total: dict[str, Array] = {}
    dstate = dfinal
    for t in reversed(walk.order):
        valid = walk.valid[t]
        into = tuple(select(valid, d, 0) for d in arriving(da[t], dstate))
        dx[t], dprevious, gradients = cell.step_backward(into, walk.caches[t])
        dstate = carried(valid, dprevious, dstate)
        total = accumulated(total, gradients)
    return stacked(dx), dstate, total


def arriving(da_t: Array, dstate: State) -> State:
    """What reaches step t: the loss's gradient into a, and what the step behind it hands back into each state."""
    return (da_t + dstate[0], *dstate[1:])


def accumulated(total: dict[str, Array], gradients: dict[str, Array]) -> dict[str, Array]:
    """The same weights act at every step, so their gradients add up."""
    if not total:
        return gradients
    for name, gradient in gradients.items():
        total[name] += gradient
    return total


def head(a: Array, W: Array, b: Array) -> Array:
    return softmax(W @ a + b)


def head_backward(dy: Array, y: Array, a: Array, W: Array) -> tuple[Array, Array, Array]:
    """Gradients into a, W and b."""
    dlogits = y * (dy - (y * dy).sum(axis=0))
    return W.T @ dlogits, dlogits @ a.T, column_sum(dlogits)


def steps(x: Array) -> Array:
    # one copy to time-major, so that every step is contiguous for its matrix products
    return x.transpose(2, 0, 1).copy()


def stacked(arrays: Sequence[Any]) -> Array:
    """T arrays (n, m) -> (n, m, T)."""
    return np.stack(arrays).transpose(1, 2, 0)
