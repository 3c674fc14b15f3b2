"""Layouts, padding and scans of recurrences as kernels have them, written apart from the kit: nothing here comes from rnnspec.

Arrays over time are (batch, time, …), states (batch, …). Padding is made into steps that change nothing: inputs of zeros where a
step of zeros is one, else a decay of 1 and nothing written.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Found = dict[str, Array]

tanh = np.tanh


def sigmoid(x: Any) -> Array:
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)


def softplus(x: Array) -> Array:
    return np.logaddexp(np.zeros_like(x), x)


def bump(s: Array) -> Array:
    """The derivative of a sigmoid, from its value."""
    return s * (1 - s)


def batch_first(x: Array) -> Array:
    """(…, m, T_x) -> (batch, time, …)."""
    return np.moveaxis(x, (-2, -1), (0, 1)).copy()


def batch_last(x: Array) -> Array:
    return np.moveaxis(x, (0, 1), (-2, -1)).copy()


def state_first(s: Array) -> Array:
    """(…, m) -> (batch, …)."""
    return np.moveaxis(s, -1, 0).copy()


def state_last(s: Array) -> Array:
    return np.moveaxis(s, 0, -1).copy()


def alive(x: Array, lengths: Any) -> Array:
    """(batch, time): which steps there are, of an input (…, m, T_x)."""
    batch, time = x.shape[-2:]
    if lengths is None:
        return np.ones((batch, time), bool)
    return np.arange(time) < np.asarray(lengths)[:, None]


def masked(x: Array, valid: Array, padding: float = 0) -> Array:
    """An array (batch, time, …) with one number in its padding."""
    return np.where(valid.reshape(valid.shape + (1,) * (x.ndim - 2)), x, x.dtype.type(padding))


def kept(valid: Array, new: Array, old: Array) -> Array:
    """States (batch, …): the new ones of the examples that have this step."""
    return np.where(valid.reshape(valid.shape + (1,) * (new.ndim - 1)), new, old)


def begun(given: Array | None, like: Array, *shape: int) -> Array:
    """A state (batch, …) as given, or zeros."""
    return np.zeros(shape, like.dtype) if given is None else state_first(given)


def ended(given: Array | None, like: Array) -> Array:
    """The gradient into a last state (batch, …)."""
    return np.zeros_like(like) if given is None else state_first(given)


def once(*arrays: Any) -> list[Any]:
    """The inputs of a step as those of a sequence of one."""
    return [None if x is None else x[..., None] for x in arrays]


def of_step(found: Found, inputs: str, states: str) -> Found:
    """The gradients of a sequence of one step as those of a step."""
    named = {f"d{n}": f"d{n}t" for n in inputs.split()} | {f"d{n}0": f"d{n}_prev" for n in states.split()}
    over_time = {f"d{n}" for n in inputs.split()}
    return {named.get(n, n): d[..., 0].copy() if n in over_time else d for n, d in found.items()}


def scanned(a: Array, b: Array, h0: Array) -> Array:
    """h = a h + b over time, with the first state in front: (batch, time + 1, …)."""
    h = np.zeros((len(b), b.shape[1] + 1, *b.shape[2:]), b.dtype)
    h[:, 0] = h0
    for t in range(b.shape[1]):
        h[:, t + 1] = a[:, t] * h[:, t] + b[:, t]
    return h


def scanned_back(dh: Array, dlast: Array, a: Array) -> tuple[Array, Array]:
    """The gradient into every state behind a step, which is that into b, and into the first state."""
    db, carry = np.zeros_like(dh), dlast
    for t in reversed(range(dh.shape[1])):
        db[:, t] = dh[:, t] + carry
        carry = a[:, t] * db[:, t]
    return db, carry
