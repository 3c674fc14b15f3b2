"""The time loop, written once: forward and backward over the steps of any cell, in either direction, ragged or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from .arithmetics.primitives import Array, Mask, column_sum, select, softmax

State = tuple[Array, ...]
Outputs = tuple[Array, ...]
Inputs = tuple[Any, ...]  # arrays in a family's order, None for one that is not given
Parameters = Mapping[str, Array]
Gradients = dict[str, Array]


class Cache(NamedTuple):
    """What one step's backward needs: its intermediates, its parameters, and its states' shapes."""

    family: str
    intermediates: Any  # the cell's own business
    parameters: Parameters
    shapes: tuple[tuple[int, ...], ...]


class Cell(Protocol):
    """One step, forward and backward: all that the loop asks for."""

    def step(self, given: Inputs, state: State, parameters: Parameters) -> tuple[Outputs, State, Cache]: ...

    def arriving(self, doutputs: Outputs, dstate: State) -> State: ...

    def step_backward(self, into: State, cache: Cache) -> tuple[Inputs, State, Gradients]: ...


@dataclass(frozen=True)
class Walk:
    """A forward pass: what each step gave, indexed by time, and the state after the last step taken."""

    outputs: list[Outputs]  # zero past an example's length; a layer's are its states
    caches: list[Cache]
    final: State
    order: Sequence[int]  # in which time was walked
    valid: list[Mask]  # per time: the examples that have this step, None where all do


def forward(
    cell: Cell, inputs: Inputs, state: State, parameters: Parameters, lengths: Any = None, reverse: bool = False
) -> Walk:
    """Every step's outputs and cache; an example whose sequence is over, or not yet begun, keeps its state."""
    T_x = next(x.shape[-1] for x in inputs if x is not None)
    xs = [None if x is None else steps(x) for x in inputs]
    order = range(T_x)[::-1] if reverse else range(T_x)
    valid = [None if lengths is None else t < lengths for t in range(T_x)]
    outputs: list[Any] = [None] * T_x
    caches: list[Any] = [None] * T_x
    for t in order:
        given = tuple(None if x is None else select(valid[t], x[t], 0) for x in xs)
        new, state_t, caches[t] = cell.step(given, state, parameters)
        outputs[t] = tuple(select(valid[t], o, 0) for o in new)
        state = carried(valid[t], state_t, state)
    return Walk(outputs, caches, state, order, valid)


def carried(valid: Mask, new: State, old: State) -> State:
    return tuple(select(valid, one, two) for one, two in zip(new, old, strict=True))


def backward(cell: Cell, walk: Walk, doutputs: Sequence[Outputs], dfinal: State) -> tuple[Inputs, State, Gradients]:
    """Gradients into each input, the initial state and the parameters, from those into every output and the final state."""
    dinputs: list[Any] = [None] * len(doutputs)
    total: Gradients = {}
    dstate = dfinal
    for t in reversed(walk.order):
        valid = walk.valid[t]
        into = tuple(select(valid, d, 0) for d in cell.arriving(doutputs[t], dstate))
        dinputs[t], dprevious, gradients = cell.step_backward(into, walk.caches[t])
        dstate = carried(valid, dprevious, dstate)
        total = accumulated(total, gradients)
    return tuple(None if d[0] is None else stacked(d) for d in zip(*dinputs, strict=True)), dstate, total


def arriving(doutputs: Outputs, dstate: State) -> State:
    """What reaches a step whose outputs are its states: the loss's gradient into the first, what the step behind hands back into each."""
    return (doutputs[0] + dstate[0], *dstate[1:])


def accumulated(total: Gradients, gradients: Gradients) -> Gradients:
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
    *axes, time = range(len(x.shape))
    return x.transpose(time, *axes).copy()


def stacked(arrays: Sequence[Any]) -> Array:
    """T arrays (…, m) -> (…, m, T)."""
    whole = np.stack(arrays)
    return whole.transpose(*range(1, len(whole.shape)), 0)
