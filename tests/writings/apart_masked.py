"""The walk of apart_sequences.py as masking implementations write it: every example takes part in every step.

tests/planted/planting.py puts it in the place of the packed one for bugs that a packed batch cannot have. Columns
are ordered by the step at which they are taken, all examples at each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from writings.apart_cells import Array, Gradients, Rows, State


class Packing:
    """Which steps of which examples count, and in which order time is walked."""

    def __init__(self, m: int, T_x: int, lengths: Any, reverse: bool) -> None:
        own = np.full(m, T_x) if lengths is None else np.array(lengths)
        times = np.arange(T_x)[:, None]
        self.shape = (m, T_x)
        self.order = range(T_x)[::-1] if reverse else range(T_x)
        self.valid = times < own

    def columns(self, x: Array) -> Array:
        return self.unmasked(np.where(self.valid.T, x, 0))

    def unmasked(self, x: Array) -> Array:
        return np.hstack([x[:, :, t] for t in self.order])

    def in_time(self, columns: Array) -> Array:
        return np.where(self.valid.T, self.untouched(columns), 0)

    def untouched(self, columns: Array) -> Array:
        x = np.zeros((len(columns), *self.shape), columns.dtype)
        x[:, :, list(self.order)] = columns.reshape(len(columns), *self.shape[::-1]).swapaxes(1, 2)
        return x

    def step(self, k: int) -> slice:
        return slice(k * self.shape[0], (k + 1) * self.shape[0])


class Walk(NamedTuple):
    cell: Any
    packing: Packing
    x: Array
    kept: list[Rows]
    states: list[Array]
    final: State


def walk(cell: Any, x: Array, first: Sequence[Array], lengths: Any, reverse: bool) -> Walk:
    packing = Packing(x.shape[1], x.shape[2], lengths, reverse)
    inputs = packing.columns(x)
    projected = cell.Wx @ inputs + cell.b
    state, steps, kept = tuple(first), [], []
    for k, t in enumerate(packing.order):
        new, rows = cell.step(projected[:, packing.step(k)], *state)
        state = tuple(np.where(packing.valid[t], one, s) for one, s in zip(new, state, strict=True))
        steps.append(new)
        kept.append(rows)
    states = [np.hstack(s) for s in zip(*steps, strict=True)]
    return Walk(cell, packing, inputs, kept, states, state)


def walk_back(w: Walk, da: Array, last: Sequence[Array]) -> tuple[Array, State, Gradients]:
    """Gradients into x, the initial state and the parameters."""
    carry, rows = list(last), []
    for k, t in reversed(list(enumerate(w.packing.order))):
        valid, da_t = w.packing.valid[t], da[:, w.packing.step(k)]
        into = [np.where(valid, d, 0) for d in (da_t + carry[0], *carry[1:])]
        before, fresh = w.cell.back(w.kept[k], *into)
        carry = [np.where(valid, one, d) for one, d in zip(before, carry, strict=True)]
        rows.append(fresh)
    dz, *factors = (np.hstack(r) for r in zip(*reversed(rows), strict=True))
    dx = w.packing.in_time(w.cell.Wx.T @ dz)
    return dx, tuple(carry), w.cell.gradients(w.x, dz, *factors)
