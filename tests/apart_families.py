"""Eight families of the contract over time, written apart from the kit: nothing here comes from rnnspec.

A ragged batch is packed: examples sorted by length, and the valid steps of all of them in one row of
columns, ordered by the step at which they are taken. A reversed run is another order of the same
columns. Padding is thus never read, and all projections and weight gradients are one product each.

tests/mutants_families.py plants its bugs into this text and finds the places by their wording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import apart_cells as cells
import numpy as np
from apart_cells import Array, Gradients, Parameters, Rows, State, total

Layers = Sequence[Sequence[Parameters]]
Operations = tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any], Callable[..., Any]]


class Packing:
    """Where the valid steps of a batch stand."""

    def __init__(self, m: int, T_x: int, lengths: Any, reverse: bool) -> None:
        own = np.full(m, T_x) if lengths is None else np.array(lengths)
        self.shape = (m, T_x)
        self.order = np.argsort(-own, kind="stable")
        # One step at least, maybe without examples: then every product is empty and every sum 0.
        active = [self.order[own[self.order] > k] for k in range(max(1, own.max(initial=0)))]
        self.examples = np.concatenate(active)
        ahead = np.repeat(np.arange(len(active)), [len(a) for a in active])
        self.times = own[self.examples] - 1 - ahead if reverse else ahead
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
        back = np.empty_like(state)
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


def softmax(logits: Array) -> Array:
    e = np.exp(logits - logits.max(axis=0))
    y: Array = e / e.sum(axis=0)
    return y


def softmax_back(dy: Array, y: Array) -> Array:
    d: Array = (dy - np.einsum("ij,ij->j", dy, y)) * y
    return d


def _initial(cell_type: Any, p: Parameters, x: Array, a0: Array | None, c0: Array | None) -> list[Array]:
    shape = (len(p[cell_type.sizes]), x.shape[1])
    if a0 is None:
        a0 = np.zeros((len(p.get("Wp", p[cell_type.sizes])), x.shape[1]), x.dtype)
    return [a0, np.zeros(shape, x.dtype) if c0 is None else c0][: len(cell_type.states)]


def _last(final: Sequence[Array], given: Sequence[Array | None]) -> list[Array]:
    return [np.zeros_like(s) if d is None else d for s, d in zip(final, given, strict=False)]


def operations(cell_type: Any) -> Operations:
    """The four operations of a family: cell forward, cell backward, forward, backward."""
    states, (weight, bias) = cell_type.states, cell_type.head

    def cell_forward(xt: Array, *rest: Any) -> tuple[Any, ...]:
        *state, p = rest
        cell, x = cell_type(p), xt.copy()
        new, kept = cell.step(cell.Wx @ x + cell.b, *(s.copy() for s in state))
        yt_pred = softmax(p[weight] @ new[0] + p[bias])
        return (*(s.copy() for s in new), yt_pred, (cell, x, kept))

    def cell_backward(*given: Any) -> Gradients:
        *dnext, (cell, x, kept) = given
        before, (dz, *factors) = cell.back(kept, *dnext)
        previous = {f"d{s}_prev": d for s, d in zip(states, before, strict=True)}
        return {"dxt": cell.Wx.T @ dz, **previous, **cell.gradients(x, dz, *factors)}

    def forward(
        x: Array, a0: Array | None, parameters: Parameters, *, c0: Any = None, lengths: Any = None, reverse: bool = False
    ) -> tuple[Any, ...]:
        p = parameters
        w = walk(cell_type(p), x, _initial(cell_type, p, x, a0, c0), lengths, reverse)
        y = softmax(p[weight] @ w.states[0] + p[bias])
        a, *others = map(w.packing.in_time, w.states)
        return (a, w.packing.in_time(y), *others, (w, y, p[weight].copy(), c0 is not None))

    def backward(da: Array, caches: Any, *, dy: Any = None, da_last: Any = None, dc_last: Any = None) -> Gradients:
        w, y, W, c0_given = caches
        into, head = w.packing.columns(da), {}
        if dy is not None:
            dlogits = softmax_back(w.packing.columns(dy), y)
            into = into + W.T @ dlogits
            head = {f"d{weight}": dlogits @ w.states[0].T, f"d{bias}": total(dlogits)}
        dx, (da0, *dc0), gradients = walk_back(w, into, _last(w.final, (da_last, dc_last)))
        found = {"dx": dx, "da0": da0, **gradients, **head}
        return {**found, "dc0": dc0[0]} if c0_given else found

    return cell_forward, cell_backward, forward, backward


def network(cell_type: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Layers of one family, each of one or two directions; the second direction runs reversed."""

    def network_forward(
        x: Array, a0: Array | None, parameters: Layers, *, c0: Any = None, lengths: Any = None
    ) -> tuple[Any, ...]:
        walks: list[list[Walk]] = []
        lower, runs = x, 0
        for layer in parameters:
            walks.append([])
            for direction, p in enumerate(layer):
                given = (None if s is None else s[runs] for s in (a0, c0))
                first = _initial(cell_type, p, x, *given)
                walks[-1].append(walk(cell_type(p), lower, first, lengths, direction == 1))
                runs += 1
            lower = np.concatenate([w.packing.in_time(w.states[0]) for w in walks[-1]])
        final = [np.stack(s) for s in zip(*(w.final for ws in walks for w in ws), strict=True)]
        return (lower, *final, (walks, c0 is not None))

    def network_backward(da: Array, caches: Any, *, da_last: Any = None, dc_last: Any = None) -> dict[str, Any]:
        walks, c0_given = caches
        runs, upper, gradients, first = sum(map(len, walks)), da, [], []
        for layer in reversed(walks):
            dlower, found = 0, []
            runs -= len(layer)
            for d, (w, part) in enumerate(zip(layer, np.split(upper, len(layer)), strict=True)):
                given = [None if s is None else s[runs + d] for s in (da_last, dc_last)]
                dx, before, own = walk_back(w, w.packing.columns(part), _last(w.final, given))
                dlower = dlower + dx
                found.append((before, own))
            upper = dlower
            gradients.insert(0, [own for _, own in found])
            first = [before for before, _ in found] + first
        da0, *dc0 = (np.stack(s) for s in zip(*first, strict=True))
        result = {"dx": upper, "da0": da0, "parameters": gradients}
        return {**result, "dc0": dc0[0]} if c0_given else result

    return network_forward, network_backward


rnn_cell_forward, rnn_cell_backward, rnn_forward, rnn_backward = operations(cells.Rnn)
rnn_relu_cell_forward, rnn_relu_cell_backward, rnn_relu_forward, rnn_relu_backward = operations(cells.RnnRelu)
gru_cell_forward, gru_cell_backward, gru_forward, gru_backward = operations(cells.Gru)
(gru_reset_after_cell_forward, gru_reset_after_cell_backward, gru_reset_after_forward, gru_reset_after_backward) = (
    operations(cells.GruResetAfter)
)
lstm_cell_forward, lstm_cell_backward, lstm_forward, lstm_backward = operations(cells.Lstm)
lstm_peephole_cell_forward, lstm_peephole_cell_backward, lstm_peephole_forward, lstm_peephole_backward = operations(
    cells.LstmPeephole
)
lstm_coupled_cell_forward, lstm_coupled_cell_backward, lstm_coupled_forward, lstm_coupled_backward = operations(
    cells.LstmCoupled
)
(lstm_projected_cell_forward, lstm_projected_cell_backward, lstm_projected_forward, lstm_projected_backward) = (
    operations(cells.LstmProjected)
)
lstm_clipped_cell_forward, lstm_clipped_cell_backward, lstm_clipped_forward, lstm_clipped_backward = operations(
    cells.LstmClipped
)
rnn_network_forward, rnn_network_backward = network(cells.Rnn)
lstm_network_forward, lstm_network_backward = network(cells.Lstm)
gru_reset_after_network_forward, gru_reset_after_network_backward = network(cells.GruResetAfter)
