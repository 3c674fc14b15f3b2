"""Which steps are replayed: those of plain floats that are many and large enough; all others take the plain road.

What a step does is recorded once in a process, for each cell and its shapes: what is put in the place of a function that a cell calls later is
not heard.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import unroll
from ..arithmetics.primitives import Array
from ..family import Family
from ..unroll import Gradients, Inputs, Outputs, Parameters, State, Walk
from . import returning, running
from .plan import planned
from .returning import together
from .running import Kept
from .stacking import as_recorded, stacked

FLOATS = {np.dtype(name) for name in ("float16", "float32", "float64")}
STEPS, UNITS = 8, 2048  # fewer steps, or fewer numbers in a state, are done before a plan would be
COLUMNS = 128  # examples of all steps


def forward(
    cell: Family, inputs: Inputs, state: Any, parameters: Parameters, lengths: Any = None, reverse: bool = False
) -> Walk:
    """As `unroll.forward`."""
    plan = None
    if (
        lengths is None
        and state[0].shape
        and worth(inputs[0].shape[-1], state)
        and plain(*inputs, *state, *parameters.values())
    ):
        shapes = tuple(x.shape[:-1] for x in inputs), tuple(s.shape for s in state)
        weights = tuple((name, p.shape) for name, p in parameters.items())
        plan = planned(cell, *shapes, weights, stacked if at_once(inputs[0]) else as_recorded)
    if plan is None:
        return unroll.forward(cell, inputs, state, parameters, lengths, reverse)
    T_x = inputs[0].shape[-1]
    order = range(T_x)[::-1] if reverse else range(T_x)
    given: Any = parameters
    kept: Any = Kept(plan, cell.name, given, order)
    over_time = [x.transpose(2, 0, 1)[:: order.step] for x in inputs]
    outputs: Any = running.forward(plan, kept, over_time, state)
    return Walk(outputs[:: order.step], kept, outputs[-1], order, [None] * T_x)


def worth(steps: int, state: State) -> bool:
    return steps >= STEPS and sum(int(np.prod(s.shape)) for s in state) >= UNITS


def at_once(x: Any) -> bool:
    """Whether what is alike is: of few columns, to join matrices costs more; of float16 no product is fast, and another rounding shows."""
    return bool(x.dtype != np.float16 and x.shape[1] * x.shape[2] >= COLUMNS)


def plain(*arrays: Any) -> bool:
    """Whether all are arrays of floats, and of one kind."""
    return (
        all(type(a) is np.ndarray for a in arrays)
        and len({a.dtype for a in arrays} - FLOATS) == 0
        and len({a.dtype for a in arrays}) == 1
    )


def backward(cell: Family, walk: Walk, doutputs: Sequence[Outputs], dfinal: Any) -> tuple[Inputs, State, Gradients]:
    """As `unroll.backward`."""
    kept: Any = walk.caches
    if not isinstance(kept, Kept) or not plain(*dfinal, *(d for ds in doutputs for d in ds), walk.final[0]):
        return unroll.backward(cell, walk, doutputs, dfinal)
    step = 1 if walk.order[0] == 0 else -1
    upstream: Any = [ds[0] for ds in doutputs][::step]
    dinputs, dstate, gradients = returning.backward(kept, upstream, dfinal)
    return tuple(d[::step].transpose(1, 2, 0) for d in dinputs), dstate, gradients


def predictions(walk: Walk, head: Callable[[Array], Array]) -> list[Any]:
    """The head of a replay, for several steps at once; none where the plain road was taken."""
    if not isinstance(walk.caches, Kept):
        return []
    found: list[Any] = []
    states: list[Any] = [s[0] for s in walk.outputs]
    m = states[0].shape[1]
    count = 4 * together(m)  # what a head does is little: its calls cost more
    for begin in range(0, len(states), count):
        wide: Any = head(np.concatenate(states[begin : begin + count], axis=1))
        found += [wide[:, k : k + m] for k in range(0, wide.shape[1], m)]
    return found
