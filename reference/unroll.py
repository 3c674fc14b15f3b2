"""The time loop, written once: forward and backward over the steps of any cell."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .arithmetic import Array, softmax

State = tuple[Array, ...]


def head(a: Array, W: Array, b: Array) -> Array:
    return softmax(W @ a + b)


def forward(cell: Any, x: Array, state: State, parameters: Any) -> tuple[list[State], list[Array], list[Any]]:
    """Every step's state, prediction and cache; the state of step t is what step t+1 starts from."""
    states, predictions, caches = [], [], []
    for xt in steps(x):
        state, yt, cache = cell.step(xt, state, parameters)
        states.append(state)
        predictions.append(yt)
        caches.append(cache)
    return states, predictions, caches


def backward(cell: Any, da: Array, caches: Sequence[Any]) -> tuple[Array, State, dict[str, Array]]:
    """Gradients into x, into the initial state and into the parameters, from those into every a."""
    dx: list[Array] = []
    total: dict[str, Array] = {}
    dstate = no_gradient(caches[-1])
    for da_t, cache in zip(reversed(list(steps(da))), reversed(caches), strict=True):
        dxt, dstate, gradients = cell.step_backward(arriving(da_t, dstate), cache)
        dx.append(dxt)
        total = accumulated(total, gradients)
    return stacked(dx[::-1]), dstate, total


def arriving(da_t: Array, dstate: State) -> State:
    """What reaches step t: the loss's gradient into a, and what step t+1 hands back into each state."""
    return (da_t + dstate[0], *dstate[1:])


def no_gradient(cache: Any) -> State:
    return tuple(np.zeros_like(array) for array in cache.state)


def accumulated(total: dict[str, Array], gradients: dict[str, Array]) -> dict[str, Array]:
    """The same weights act at every step, so their gradients add up."""
    if not total:
        return gradients
    for name, gradient in gradients.items():
        total[name] += gradient
    return total


def steps(x: Array) -> Iterator[Array]:
    # one copy to time-major, so that every step is contiguous for its matrix products
    return iter(x.transpose(2, 0, 1).copy())


def stacked(arrays: Sequence[Array]) -> Array:
    """T arrays (n, m) -> (n, m, T)."""
    return np.stack(arrays).transpose(1, 2, 0)
