"""The cells of the five LSTM families, written apart from the kit as apart_cells.py is, and with its conventions."""

from __future__ import annotations

import numpy as np
from writings.apart_cells import Array, Gradients, Parameters, Rows, State, bump, by_gate, sigmoid, slope, total


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
