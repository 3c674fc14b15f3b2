"""A family over time, written apart from the kit: nothing here comes from rnnspec.

A ragged batch is packed: examples sorted by length, and the valid steps of all of them in one row of
columns, ordered by the step at which they are taken. A reversed run is another order of the same
columns. Padding is thus never read, and all projections and weight gradients are one product each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from writings.apart_cells import Array, Gradients, Parameters, Rows, State, total


class Packing:
    """Where the valid steps of a batch stand."""

    def __init__(self, m: int, T_x: int, lengths: Any, reverse: bool) -> None:
        own = np.full(m, T_x) if lengths is None else np.array(lengths)
        self.shape = (m, T_x)
        self.order = np.argsort(-own, kind="stable")
        # One step at least, maybe without examples: then every product is empty and every sum 0.
        active = [self.order[own[self.order] > k] for k in range(max(1, own.max(initial=0)))]
        self.examples = np.concatenate(active)
        self.ahead = np.repeat(np.arange(len(active)), [len(a) for a in active])
        self.times = own[self.examples] - 1 - self.ahead if reverse else self.ahead
        ends = np.cumsum([len(a) for a in active])
        self.spans = [slice(end - len(a), end) for a, end in zip(active, ends, strict=True)]

    def columns(self, x: Array) -> Array:
        return x[:, self.examples, self.times]

    def in_time(self, columns: Array) -> Array:
        x = np.zeros((len(columns), *self.shape), columns.dtype)
        x[:, self.examples, self.times] = columns
        return x

    def sorted(self, state: Array) -> Array:
        return state[:, self.order]

    def unsorted(self, state: Array) -> Array:
        back = np.zeros_like(state)
        back[:, self.order] = state
        return back


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
    state, steps, kept = tuple(packing.sorted(s) for s in first), [], []
    for span in packing.spans:
        n = span.stop - span.start
        new, rows = cell.step(projected[:, span], *(s[:, :n] for s in state))
        state = tuple(np.hstack([one, s[:, n:]]) for one, s in zip(new, state, strict=True))
        steps.append(new)
        kept.append(rows)
    states = [np.hstack(s) for s in zip(*steps, strict=True)]
    return Walk(cell, packing, inputs, kept, states, tuple(packing.unsorted(s) for s in state))


def walk_back(w: Walk, da: Array, last: Sequence[Array]) -> tuple[Array, State, Gradients]:
    """Gradients into x, the initial state and the parameters; `da` is packed."""
    carry, rows = [w.packing.sorted(d) for d in last], []
    for span, kept in zip(reversed(w.packing.spans), reversed(w.kept), strict=True):
        n = span.stop - span.start
        da_t, *others = (d[:, :n] for d in carry)
        before, fresh = w.cell.back(kept, da[:, span] + da_t, *others)
        for d, one in zip(carry, before, strict=True):
            d[:, :n] = one
        rows.append(fresh)
    dz, *factors = (np.hstack(r) for r in zip(*reversed(rows), strict=True))
    dx = w.packing.in_time(w.cell.Wx.T @ dz)
    return dx, tuple(w.packing.unsorted(d) for d in carry), w.cell.gradients(w.x, dz, *factors)


def initial(cell_type: Any, p: Parameters, x: Array, a0: Array | None, c0: Array | None) -> list[Array]:
    n_a, m = len(p[cell_type.sizes]), x.shape[1]
    if a0 is None:
        a0 = np.zeros((len(p.get("Wp", p[cell_type.sizes])), m), x.dtype)
    return [a0, np.zeros((n_a, m), x.dtype) if c0 is None else c0][: len(cell_type.states)]


def upstream(final: Sequence[Array], given: Sequence[Array | None]) -> list[Array]:
    """Gradients into the final states, zeros where none is given."""
    return [np.zeros_like(s) if d is None else d for s, d in zip(final, given, strict=False)]


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=0))
    y: Array = e / e.sum(axis=0)
    return y


def softmax_back(dy: Array, y: Array) -> Array:
    d: Array = (dy - np.einsum("ij,ij->j", dy, y)) * y
    return d


class Family:
    """The four operations of one cell."""

    def __init__(self, cell_type: Any) -> None:
        self.cell_type, self.states, self.head = cell_type, cell_type.states, cell_type.head

    def cell_forward(self, xt: Array, *rest: Any) -> tuple[Any, ...]:
        *state, p = rest
        cell, x, (W, b) = self.cell_type(p), xt.copy(), self.head
        new, kept = cell.step(cell.Wx @ x + cell.b, *(s.copy() for s in state))
        yt_pred = softmax(p[W] @ new[0] + p[b])
        return (*(s.copy() for s in new), yt_pred, (cell, x, kept))

    def cell_backward(self, *given: Any) -> Gradients:
        *dnext, (cell, x, kept) = given
        before, (dz, *factors) = cell.back(kept, *dnext)
        previous = {f"d{s}_prev": d for s, d in zip(self.states, before, strict=True)}
        return {"dxt": cell.Wx.T @ dz, **previous, **cell.gradients(x, dz, *factors)}

    def forward(
        self, x: Array, a0: Any, parameters: Parameters, *, c0: Any = None, lengths: Any = None, reverse: bool = False
    ) -> tuple[Any, ...]:
        p, (W, b) = parameters, self.head
        w = walk(self.cell_type(p), x, initial(self.cell_type, p, x, a0, c0), lengths, reverse)
        y = softmax(p[W] @ w.states[0] + p[b])
        a, *others = map(w.packing.in_time, w.states)
        return (a, w.packing.in_time(y), *others, (w, y, p[W].copy(), c0 is not None))

    def backward(
        self, da: Array, caches: Any, *, dy: Any = None, da_last: Any = None, dc_last: Any = None
    ) -> Gradients:
        w, y, W, c0_given = caches
        into, head = w.packing.columns(da), {}
        if dy is not None:
            dlogits = softmax_back(w.packing.columns(dy), y)
            into = into + W.T @ dlogits
            head = {f"d{self.head[0]}": dlogits @ w.states[0].T, f"d{self.head[1]}": total(dlogits)}
        dx, (da0, *dc0), gradients = walk_back(w, into, upstream(w.final, (da_last, dc_last)))
        found = {"dx": dx, "da0": da0, **gradients, **head}
        return {**found, "dc0": dc0[0]} if c0_given else found

    def operations(self) -> tuple[Any, Any, Any, Any]:
        return self.cell_forward, self.cell_backward, self.forward, self.backward
