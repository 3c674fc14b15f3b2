"""The cells of four families without a cell state, written apart from the kit: nothing here comes from rnnspec.

A cell never sees its inputs: it is handed their projection, `Wx @ x + b` of all gates in one
stack, and hands back the gradient into it. `step` returns the new state and what `back` needs;
`back` returns the gradient into the old state and the rows from which `gradients` makes all
weight gradients at once, over every step of every example.

tests/planted/ plants its faults into this text and finds the places by their wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Parameters = Mapping[str, Array]
State = tuple[Array, ...]
Rows = tuple[Array, ...]
Gradients = dict[str, Array]


def sigmoid(x: Array) -> Array:
    # Neither exponent is ever positive.
    y: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
    return y


def bump(y: Array) -> Array:
    """The derivative of a sigmoid, from its value."""
    return y - y * y


def slope(y: Array) -> Array:
    """The derivative of a tanh, from its value."""
    return (1 + y) * (1 - y)


def total(rows: Array) -> Array:
    columns: Array = rows.sum(axis=1)
    return columns[:, None]


def by_gate(gates: str, dW: Array, db: Array) -> Gradients:
    blocks = zip(gates, np.split(dW, len(gates)), np.split(db, len(gates)), strict=True)
    return {name: d.copy() for g, w, b in blocks for name, d in ((f"dW{g}", w), (f"db{g}", b))}


class Rnn:
    states, head, sizes = "a", ("Wya", "by"), "Waa"

    def __init__(self, p: Parameters) -> None:
        self.Wx, self.Wh, self.b = p["Wax"].copy(), p["Waa"].copy(), p["ba"].copy()

    def step(self, zx: Array, a_prev: Array) -> tuple[State, Rows]:
        a = np.tanh(zx + self.Wh @ a_prev)
        return (a,), (a_prev, a)

    def back(self, kept: Rows, da: Array) -> tuple[State, Rows]:
        a_prev, a = kept
        dz = slope(a) * da
        return (self.Wh.T @ dz,), (dz, a_prev)

    def gradients(self, x: Array, dz: Array, a_prev: Array) -> Gradients:
        return {"dWax": dz @ x.T, "dWaa": dz @ a_prev.T, "dba": total(dz)}


class RnnRelu(Rnn):
    def step(self, zx: Array, a_prev: Array) -> tuple[State, Rows]:
        a = np.maximum(self.Wh @ a_prev + zx, 0)
        return (a,), (a_prev, a)

    def back(self, kept: Rows, da: Array) -> tuple[State, Rows]:
        a_prev, a = kept
        dz = da * (a > 0)
        return (self.Wh.T @ dz,), (dz, a_prev)


class Gru:
    """Reset before the product; `keep` is what the update gate leaves of the old state."""

    states, head, sizes, gates = "a", ("Wy", "by"), "Wu", "urc"

    def __init__(self, p: Parameters) -> None:
        self.n = n = len(p["Wu"])
        W = np.concatenate([p["W" + g] for g in self.gates])
        self.Wx, self.Wh = W[:, n:], W[:, :n]
        self.b = np.concatenate([p["b" + g] for g in self.gates])

    def step(self, zx: Array, h: Array) -> tuple[State, Rows]:
        n = self.n
        update, r = np.split(sigmoid(self.Wh[: 2 * n] @ h + zx[: 2 * n]), 2)
        keep, q = 1 - update, r * h
        new = np.tanh(self.Wh[2 * n :] @ q + zx[2 * n :])
        return (new + keep * (h - new),), (h, keep, r, q, new)

    def back(self, kept: Rows, da: Array) -> tuple[State, Rows]:
        h, keep, r, q, new = kept
        n = self.n
        dzc = (da - da * keep) * slope(new)
        dq = self.Wh[2 * n :].T @ dzc
        dzu = da * (new - h) * bump(keep)
        dgates = np.concatenate([dzu, dq * h * bump(r)])
        dh = keep * da + r * dq + self.Wh[: 2 * n].T @ dgates
        return (dh,), (np.concatenate([dgates, dzc]), h, q)

    def gradients(self, x: Array, dz: Array, h: Array, q: Array) -> Gradients:
        n = self.n
        dWh = np.concatenate([dz[: 2 * n] @ h.T, dz[2 * n :] @ q.T])
        return by_gate(self.gates, np.hstack([dWh, dz @ x.T]), total(dz))


class GruResetAfter(Gru):
    """Reset after the product, which has a bias of its own."""

    def __init__(self, p: Parameters) -> None:
        super().__init__(p)
        self.bca = p["bca"].copy()

    def step(self, zx: Array, h: Array) -> tuple[State, Rows]:
        zu, zr, recalled = np.split(self.Wh @ h, 3)
        xu, xr, xc = np.split(zx, 3)
        keep, r = 1 - sigmoid(xu + zu), sigmoid(xr + zr)
        recalled = recalled + self.bca
        cand = np.tanh(r * recalled + xc)
        return (cand + keep * (h - cand),), (h, keep, r, recalled, cand)

    def back(self, kept: Rows, da: Array) -> tuple[State, Rows]:
        h, keep, r, recalled, cand = kept
        dnew = slope(cand) * (da - keep * da)
        dr = dnew * recalled
        dupdate = bump(keep) * (cand - h) * da
        dzh = np.concatenate([dupdate, bump(r) * dr, r * dnew])
        dz = np.concatenate([dzh[: 2 * self.n], dnew])
        return (self.Wh.T @ dzh + da * keep,), (dz, h, dzh)

    def gradients(self, x: Array, dz: Array, h: Array, dzh: Array) -> Gradients:
        dW = np.hstack([dzh @ h.T, dz @ x.T])
        return {**by_gate(self.gates, dW, total(dz)), "dbca": total(dzh[2 * self.n :])}
