"""The cells of eight families, written apart from the kit: nothing here comes from rnnspec.

A cell never sees its inputs: it is handed their projection, `Wx @ x + b` of all gates in one
stack, and hands back the gradient into it. `step` returns the new state and what `back` needs;
`back` returns the gradient into the old state and the rows from which `gradients` makes all
weight gradients at once, over every step of every example.

tests/mutants_families.py plants its bugs into this text and finds the places by their wording.
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


class Lstm:
    """Gates stacked o f i c, so that one sigmoid takes the first three."""

    states, head, sizes, gates = "ac", ("Wy", "by"), "Wo", "ofic"

    def __init__(self, p: Parameters) -> None:
        n = self.width(p)
        W = np.concatenate([p["W" + g] for g in self.gates])
        self.Wh, self.Wx = W[:, :n], W[:, n:]
        self.b = np.concatenate([p["b" + g] for g in self.gates])

    def width(self, p: Parameters) -> int:
        return len(p["Wo"])

    def limited(self, c: Array) -> tuple[Array, Array]:
        """The cell state as used, and where it moves with what was computed."""
        return c, np.ones_like(c)

    def step(self, zx: Array, a_prev: Array, c_prev: Array) -> tuple[State, Rows]:
        z = self.Wh @ a_prev + zx
        three = 3 * len(c_prev)
        (o, f, i), g = np.split(sigmoid(z[:three]), 3), np.tanh(z[three:])
        c, moves = self.limited(i * g + f * c_prev)
        tanh_c = np.tanh(c)
        return (tanh_c * o, c), (a_prev, c_prev, o, f, i, g, tanh_c, moves)

    def back(self, kept: Rows, da: Array, dc: Array) -> tuple[State, Rows]:
        a_prev, c_prev, o, f, i, g, tanh_c, moves = kept
        dc = (dc + da * o * slope(tanh_c)) * moves
        dz = np.concatenate([da * tanh_c * bump(o), dc * c_prev * bump(f), dc * g * bump(i), dc * i * slope(g)])
        return (self.Wh.T @ dz, f * dc), (dz, a_prev)

    def gradients(self, x: Array, dz: Array, a_prev: Array, *_: Array) -> Gradients:
        return by_gate(self.gates, np.hstack([dz @ a_prev.T, dz @ x.T]), total(dz))


class LstmClipped(Lstm):
    def __init__(self, p: Parameters) -> None:
        super().__init__(p)
        self.clip = p["clip"].copy()

    def limited(self, c: Array) -> tuple[Array, Array]:
        return np.minimum(np.maximum(c, -self.clip), self.clip), (np.abs(c) <= self.clip).astype(c.dtype)


class LstmPeephole(Lstm):
    """Forget and input gate see the old cell state, the output gate the new one."""

    def __init__(self, p: Parameters) -> None:
        super().__init__(p)
        self.Pi, self.Po, self.Pf = (p["P" + g].copy() for g in "iof")

    def step(self, zx: Array, a_prev: Array, c_prev: Array) -> tuple[State, Rows]:
        zo, zf, zi, zg = np.split(zx + self.Wh @ a_prev, 4)
        f, i, g = sigmoid(self.Pf * c_prev + zf), sigmoid(self.Pi * c_prev + zi), np.tanh(zg)
        c = i * g + c_prev * f
        o, tanh_c = sigmoid(zo + self.Po * c), np.tanh(c)
        return (o * tanh_c, c), (a_prev, c_prev, c, o, f, i, g, tanh_c)

    def back(self, kept: Rows, da: Array, dc: Array) -> tuple[State, Rows]:
        a_prev, c_prev, c, o, f, i, g, tanh_c = kept
        dzo = tanh_c * da * bump(o)
        dc = dzo * self.Po + (o * da * slope(tanh_c) + dc)
        dzf, dzi = c_prev * dc * bump(f), g * dc * bump(i)
        dz = np.concatenate([dzo, dzf, dzi, i * dc * slope(g)])
        dc_prev = dc * f + dzf * self.Pf + dzi * self.Pi
        return (self.Wh.T @ dz, dc_prev), (dz, a_prev, c_prev, c)

    def gradients(self, x: Array, dz: Array, a_prev: Array, *cells: Array) -> Gradients:
        c_prev, c = cells
        dzo, dzf, dzi, _ = np.split(dz, 4)
        peepholes = {"dPf": total(dzf * c_prev), "dPi": total(dzi * c_prev), "dPo": total(dzo * c)}
        return {**super().gradients(x, dz, a_prev), **peepholes}


class LstmCoupled(Lstm):
    """What the input gate does not let in of the new is kept of the old."""

    gates = "oic"

    def step(self, zx: Array, a_prev: Array, c_prev: Array) -> tuple[State, Rows]:
        zo, zi, zg = np.split(zx + self.Wh @ a_prev, 3)
        o, i, g = sigmoid(zo), sigmoid(zi), np.tanh(zg)
        f = 1 - i
        c = f * c_prev + i * g
        tanh_c = np.tanh(c)
        return (tanh_c * o, c), (a_prev, c_prev, o, f, i, g, tanh_c)

    def back(self, kept: Rows, da: Array, dc: Array) -> tuple[State, Rows]:
        a_prev, c_prev, o, f, i, g, tanh_c = kept
        dc = da * slope(tanh_c) * o + dc
        dzi = (g - c_prev) * dc * bump(i)
        dz = np.concatenate([da * tanh_c * bump(o), dzi, dc * i * slope(g)])
        return (self.Wh.T @ dz, dc * f), (dz, a_prev)


class LstmProjected(Lstm):
    """An LSTM whose units h give the output Wp @ h."""

    def __init__(self, p: Parameters) -> None:
        super().__init__(p)
        self.Wp = p["Wp"].copy()

    def width(self, p: Parameters) -> int:
        return len(p["Wp"])

    def step(self, zx: Array, a_prev: Array, c_prev: Array) -> tuple[State, Rows]:
        (h, c), kept = super().step(zx, a_prev, c_prev)
        return (self.Wp @ h, c), (h, *kept)

    def back(self, kept: Rows, da: Array, dc: Array) -> tuple[State, Rows]:
        h, *others = kept
        state, rows = super().back(tuple(others), self.Wp.T @ da, dc)
        return state, (*rows, h, da)

    def gradients(self, x: Array, dz: Array, a_prev: Array, *units: Array) -> Gradients:
        h, da = units
        return {**super().gradients(x, dz, a_prev), "dWp": da @ h.T}
