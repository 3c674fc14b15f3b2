"""An LSTM as people write it in C: loops over steps, examples, units and inputs, rows by tiles of four, buffers that begin at 0. Mistakes in it of a
line each, with words of what is to be said of them.
"""

from collections.abc import Mapping
from typing import Any

TEXT = """
import numpy as np
from math import exp, tanh

TILE = 4

def sigmoid(z):
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))

def dot(row, v):
    s = 0.0
    for k in range(len(v)):
        s += row[k] * v[k]
    return s

def matvec(W, v, z):
    n, whole = len(W), len(W) // TILE * TILE
    for r in range(0, whole, TILE):
        rows = [r, r + 1, r + 2, r + 3]
        for q in range(TILE):
            z[r + q] += dot(W[rows[q]], v)
    for r in range(whole, n):
        z[r] += dot(W[r], v)

def rank_one(d, v, dW):
    n, whole = len(d), len(d) // TILE * TILE
    for r in range(0, whole, TILE):
        for k in range(len(v)):
            dW[r][k] += d[r] * v[k]
            dW[r + 1][k] += d[r + 1] * v[k]
            dW[r + 2][k] += d[r + 2] * v[k]
            dW[r + 3][k] += d[r + 3] * v[k]
    for r in range(whole, n):
        for k in range(len(v)):
            dW[r][k] += d[r] * v[k]

class Run:
    def __init__(self, x, a0, p, c0, lengths, reverse):
        (X, m, T), H, Y = x.shape, len(p["bf"]), len(p["by"])
        self.X, self.m, self.T, self.H, self.Y, self.p = X, m, T, H, Y, p
        self.lengths = [T] * m if lengths is None else [int(n) for n in lengths]
        self.reverse, self.x = reverse, x
        self.h0 = np.zeros((H, m)) if a0 is None else a0
        self.c0 = np.zeros((H, m)) if c0 is None else c0
        self.v = np.zeros((T, m, H + X))
        self.gates = np.zeros((T, m, 4, H))
        self.cp, self.cn, self.hn = (np.zeros((T, m, H)) for _ in range(3))
        self.a, self.c, self.y = np.zeros((H, m, T)), np.zeros((H, m, T)), np.zeros((Y, m, T))

    def order(self):
        return range(self.T)[::-1] if self.reverse else range(self.T)

    def forward(self):
        p, H = self.p, self.H
        h, c = [[*map(float, one)] for one in self.h0.T], [[*map(float, one)] for one in self.c0.T]
        for s, t in enumerate(self.order()):
            for b in range(self.m):
                if t >= self.lengths[b]:
                    continue
                self.step(t, b, h[b], c[b])
                self.head(t, b, h[b])

    def step(self, t, b, h, c):
        p, H = self.p, self.H
        v = self.v[t, b]
        v[:H], v[H:] = h, self.x[:, b, t]
        z = [[float(bias[0]) for bias in p["b" + q]] for q in "fico"]
        for q in range(4):
            matvec(p["W" + "fico"[q]], v, z[q])
        for k in range(H):
            f, i, g, o = sigmoid(z[0][k]), sigmoid(z[1][k]), tanh(z[2][k]), sigmoid(z[3][k])
            self.gates[t, b, :, k] = f, i, g, o
            self.cp[t, b, k] = c[k]
            c[k] = f * c[k] + i * g
            h[k] = o * tanh(c[k])
            self.cn[t, b, k], self.hn[t, b, k] = c[k], h[k]
            self.a[k, b, t] = h[k]
            self.c[k, b, t] = c[k]

    def head(self, t, b, h):
        logits = [float(bias[0]) for bias in self.p["by"]]
        for r in range(self.Y):
            for k in range(self.H):
                logits[r] += self.p["Wy"][r][k] * h[k]
        most = max(logits)
        total = sum(exp(z - most) for z in logits)
        for r in range(self.Y):
            self.y[r, b, t] = exp(logits[r] - most) / total

    def backward(self, da, dy, da_last, dc_last):
        p, H, X, m, T = self.p, self.H, self.X, self.m, self.T
        self.d = {name: np.zeros(np.shape(p[name])) for name in p}
        dx = np.zeros((X, m, T))
        dh, dc, dv = np.zeros((m, H)), np.zeros((m, H)), np.zeros(H + X)
        for b in range(m):
            for k in range(H):
                dh[b, k] = 0 if da_last is None else da_last[k, b]
                dc[b, k] = 0 if dc_last is None else dc_last[k, b]
        for t in reversed(self.order()):
            for b in range(m):
                if t >= self.lengths[b]:
                    continue
                for k in range(H):
                    dh[b, k] += da[k, b, t]
                if dy is not None:
                    self.head_back(t, b, dy, dh[b])
                dz = self.gates_back(t, b, dh[b], dc[b])
                self.products_back(t, b, dz, dv)
                for k in range(X):
                    dx[k, b, t] = dv[H + k]
                for k in range(H):
                    dh[b, k] = dv[k]
        return dx, dh.T, dc.T

    def products_back(self, t, b, dz, dv):
        dv[:] = 0
        for q in range(4):
            W = self.p["W" + "fico"[q]]
            rank_one(dz[q], self.v[t, b], self.d["W" + "fico"[q]])
            for r in range(self.H):
                self.d["b" + "fico"[q]][r, 0] += dz[q][r]
                for k in range(len(dv)):
                    dv[k] += W[r][k] * dz[q][r]

    def head_back(self, t, b, dy, dh):
        y, given, h = self.y[:, b, t], dy[:, b, t], self.hn[t, b]
        dot = sum(y[r] * given[r] for r in range(self.Y))
        for r in range(self.Y):
            e = y[r] * (given[r] - dot)
            self.d["by"][r, 0] += e
            for k in range(self.H):
                self.d["Wy"][r, k] += e * h[k]
                dh[k] += e * self.p["Wy"][r][k]

    def gates_back(self, t, b, dh, dc):
        dz = [[0.0] * self.H for _ in range(4)]
        for k in range(self.H):
            (f, i, g, o), tc = self.gates[t, b, :, k], tanh(self.cn[t, b, k])
            d = dc[k] + dh[k] * o * (1 - tc * tc)
            dz[0][k] = d * self.cp[t, b, k] * f * (1 - f)
            dz[1][k] = d * g * i * (1 - i)
            dz[2][k] = d * i * (1 - g * g)
            dz[3][k] = dh[k] * tc * o * (1 - o)
            dc[k] = d * f
        return dz

def lstm_forward(x, a0=None, parameters=None, c0=None, lengths=None, reverse=False):
    run = Run(x, a0, parameters, c0, lengths, reverse)
    run.forward()
    return run.a, run.y, run.c, (run, c0 is not None)

def lstm_backward(da, caches, dy=None, da_last=None, dc_last=None):
    run, has_c0 = caches
    dx, da0, dc0 = run.backward(da, dy, da_last, dc_last)
    own = {"d" + name: d for name, d in run.d.items() if dy is not None or name not in ("Wy", "by")}
    return {"dx": dx, "da0": da0, **({"dc0": dc0} if has_c0 else {}), **own}

def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    run = Run(xt[:, :, None], a_prev, parameters, c_prev, None, False)
    run.forward()
    return run.a[:, :, 0], run.c[:, :, 0], run.y[:, :, 0], run

def lstm_cell_backward(da_next, dc_next, cache):
    dx, da_prev, dc_prev = cache.backward(0 * cache.a, None, da_next, dc_next)
    own = {"d" + name: d for name, d in cache.d.items() if name not in ("Wy", "by")}
    return {"dxt": dx[:, :, 0], "da_prev": da_prev, "dc_prev": dc_prev, **own}
"""
ROWS = "each W of a product W @ v with rows 2, 6, … for rows 3, 7, … in whole tiles of 4"
UNTAKEN = "the first unit is not taken in a step"
SKIPPED = "the first example is neither taken in a step nor predicted from, and told and kept as 0"
NARROW = "products summed term by term in float32"
UNCLEARED = "each pre-activation added to that of the example before, at the first of the last one of the step run before, and no bias"
MADE = "                self.products_back(t, b, dz, dv)\n"
WRITTEN = "                for k in range(X):\n                    dx[k, b, t] = dv[H + k]\n"
# what is replaced, by what, and words of what is to be said of forwards and of backwards that fail, of a sequence|of a cell where these differ
MISTAKES: dict[str, tuple[str, str, str, str]] = {
    "a row of a tile that reads another": ("rows = [r, r + 1, r + 2, r + 3]", "rows = [r, r + 1, r + 2, r + 2]", ROWS, ROWS),
    "a row of a tile that is left out": ("            dW[r + 1][k] += d[r + 1] * v[k]\n", "", "", "without rows 1, 5, … in whole tiles of 4"),
    "the end of a tail": ("range(whole, n):\n        for k in range(len(v)):\n            dW", "range(whole, n - 1):\n        for k in range(len(v)):\n            dW", "", "without the last of the rows behind whole tiles of 4"),
    "units from the second on": ("for k in range(H):\n            f, i, g, o", "for k in range(1, H):\n            f, i, g, o", f"{UNTAKEN}, and told and kept as 0", f"{UNTAKEN}, and told and kept as 0"),
    "units of a backward from the second on": ("range(self.H):\n            (f, i, g, o)", "range(1, self.H):\n            (f, i, g, o)", "", f"{UNTAKEN} of the backward, the gradients into states but the first handed on as they came"),
    "units of the head's backward but the last": ("range(self.H):\n                self.d[\"Wy", "range(self.H - 1):\n                self.d[\"Wy", "", "the last unit is not taken in the head's backward"),
    "examples from the second on": ("            for b in range(self.m):", "            for b in range(1, self.m):", SKIPPED, SKIPPED),
    "one place for all of c": ("self.c[k, b, t] = c[k]", "self.c[k, b, 0] = c[k]", "c written to t = 0, and 0 elsewhere, of each example's last step", ""),
    "the last place for all of c": ("self.c[k, b, t] = c[k]", "self.c[k, b, -1] = c[k]", "c written to t = T_x - 1, and 0 elsewhere, of each example's last step", ""),
    "every place for all of c": ("self.c[k, b, t] = c[k]", "self.c[k, b, :] = c[k]", "c written to every step, of each example's last step", ""),
    "one place for all of y": ("self.y[r, b, t] = exp", "self.y[r, b, 0] = exp", "predictions written to t = 0, and 0 elsewhere, of each example's last step", "predictions written to t = 0, and 0 elsewhere, of each example's last step"),
    "a bias's gradient that is overwritten": ('[r, 0] += dz[q][r]', '[r, 0] = dz[q][r]', "", "overwritten at each step of each example|of the last example alone"),
    "examples of a backward from the second on": ("            for b in range(m):\n                if", "            for b in range(1, m):\n                if", "", "the first example is not taken in the backward's loop, nor in the head's|the first example is not taken in a step of the backward"),
    "a head's last class alone": ("dh[k] += e * self.p", "dh[k] = e * self.p", "", "of the last class alone, in the place of all that comes to the state"),
    "a mask by the place in the run": ("if t >= self.lengths[b]:\n                    continue\n                self.step", "if s >= self.lengths[b]:\n                    continue\n                self.step", "mask-not-reversed", "in the forward alone, which keeps zeros of a step that it skips"),
    "no mask in the forward": ("                if t >= self.lengths[b]:\n                    continue\n                self.step", "                self.step", "lengths-untested", "in the forward alone: the backward has the steps that each example has"),
    "the first example's gradient for all": ("dc_last[k, b]", "dc_last[k, 0]", "", "the first column of dc_"),
    "a gradient that is written before it is made": (f"{MADE}{WRITTEN}", f"{WRITTEN}{MADE}", "", "written before they are made, step by step through the examples|one column late, 0 in front"),
    "a gradient whose buffer is not cleared": ("        dv[:] = 0\n", "", "", "added to that of the example before, at the first of the last one of the step run before"),
    "an inner loop from the second on": ("for k in range(len(v)):\n        s +=", "for k in range(1, len(v)):\n        s +=", "without its first column", "without its first column"),
    "a sum that begins at 1": ("    s = 0.0", "    s = 1.0", "each sum begun at 1", "each sum begun at 1"),
    "a head that divides": ('self.p["Wy"][r][k] * h[k]', 'self.p["Wy"][r][k] / h[k]', "with / in the place of *", "with / in the place of *"),
    "a gate that is kept in the place of another": ("self.gates[t, b, :, k] = f, i, g, o", "self.gates[t, b, [0, 2, 3], k] = i, g, o", "", "i in the place of f, 0 in its own"),
    "a stride that is left out": ("self.c[k, b, t] = c[k]", "self.c.ravel()[k * self.m + b + t] = c[k]", "c written to i * m + j + t in memory", ""),
    "a stride of another length": ("dc_last[k, b]", "dc_last.ravel()[k + b]", "", "read at i + j"),
    "pre-activations that are not cleared": ("z = [[float(bias[0]) for bias in p[\"b\" + q]] for q in \"fico\"]", "z = self.__dict__.setdefault(\"z\", [[0.0] * H for _ in range(4)])", UNCLEARED, UNCLEARED),
    "a final gradient of short examples": ("da_last is None", "da_last is None or self.lengths[b] < T", "", "the first gradient into the last states added at t = T_x - 1|da_last, zero where an example ends before T_x"),
    "a sum of which the last term stays": ("        s += row[k] * v[k]", "        s = row[k] * v[k]", "each, its last column alone", "each, its last column alone"),
    "gradients in the order of the run": ("dh[b, k] += da[k, b, t]", "dh[b, k] += da[k, b, self.lengths[b] - 1 - t if self.reverse else t]", "", "da of t counted in the order in which each example is run"),
    "a head's backward of the state before": ("self.hn[t, b]\n        dot", "self.v[t, b]\n        dot", "", "the head's backward takes the state before the step"),
    "a head's backward without its first class": ("for r in range(self.Y):\n            e = y", "for r in range(1, self.Y):\n            e = y", "", "the first class is not taken in the head's backward"),
    "a gradient that is added up over steps": ("dh[b, k] = dv[k]", "dh[b, k] = self.sums[b, k] = dv[k] + self.__dict__.setdefault(\"sums\", {}).get((b, k), 0)", "", "the first gradient that steps hand back added up over the steps"),
    "a gradient that divides": ("self.d[\"Wy\"][r, k] += e * h[k]", "self.d[\"Wy\"][r, k] += e / h[k]", "", "with / in the place of *"),
    "whole tiles that are left out": ("for r in range(0, whole, TILE):\n        rows", "for r in range(whole, whole, TILE):\n        rows", "without whole tiles of 4 rows", "without whole tiles of 4 rows"),
    "a sum of classes without the first": ("for r in range(self.Y))", "for r in range(1, self.Y))", "", "the sum of the softmax's slope without the first class"),
    "rows that go back but the last": ("            for r in range(self.H):\n", "            for r in range(self.H - 1):\n", "", "d without its last row, in what goes back and the gradients into biases"),
    "the first row of a tail": ("range(whole, n):\n        for k in range(len(v)):\n            dW", "range(whole + 1, n):\n        for k in range(len(v)):\n            dW", "", "without the first of the rows behind whole tiles of 4"),
    "a loop over gates that ends early": ("        for q in range(4):\n            W", "        for q in range(2):\n            W", "", "0 for dzo, dzc"),
    "a kept value in the order of the run": ("tanh(self.cn[t, b, k])", "tanh(self.cn[self.lengths[b] - 1 - t if self.reverse else t, b, k])", "", "of t counted in the order in which each example is run"),
    "a narrow sum": ("s += row[k] * v[k]", "s = float(np.float32(s + row[k] * v[k]))", NARROW, NARROW),
}  # fmt: skip
NAMES = ("lstm_forward", "lstm_backward", "lstm_cell_forward", "lstm_cell_backward")


def in_loops(mistake: str = "") -> Mapping[str, Any]:
    """The functions, with a mistake or without."""
    old, new, *_ = MISTAKES.get(mistake, ("", "", "", ""))
    if mistake and TEXT.count(old) != 1:
        raise ValueError(f"{old!r} stands {TEXT.count(old)} times")
    space: dict[str, Any] = {}
    exec(TEXT.replace(old, new) if mistake else TEXT, space)
    return {name: space[name] for name in NAMES}
