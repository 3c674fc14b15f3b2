"""An LSTM and a GRU written apart in one text, and mistakes in them of a line each, with what an edit of the equation says of it."""

from collections.abc import Mapping
from typing import Any

TEXT = """
import numpy as np

def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))

def softmax(s):
    e = np.exp(s - s.max(0))
    return e / e.sum(0)

def lstm_cell_forward(xt, a_prev, c_prev, p):
    z = np.concatenate([a_prev, xt])
    f, i, o = (sigmoid(p["W" + q] @ z + p["b" + q]) for q in "fio")
    g = np.tanh(p["Wc"] @ z + p["bc"])
    c = f * c_prev + i * g
    a = o * np.tanh(c)
    y = softmax(p["Wy"] @ a + p["by"])
    return a, c, y, (a, c, a_prev, c_prev, f, i, o, g, z, p)

def lstm_forward(x, a0, p, c0=None):
    a, c, kept = a0, np.zeros_like(a0) if c0 is None else c0, []
    A, C, Y = [], [], []
    for t in range(x.shape[2]):
        a, c, y, k = lstm_cell_forward(x[:, :, t], a, c, p)
        A.append(a); C.append(c); Y.append(y); kept.append(k)
    A, Y, C = (np.stack(one, 2) for one in (A, Y, C))
    return A, Y, C, (kept, c0 is not None)

def lstm_cell_backward(da, dc, cache):
    a, c, a_prev, c_prev, f, i, o, g, z, p = cache
    n, tc = len(a), np.tanh(c)
    D = dc + da * o * (1 - tc ** 2)
    d = {"f": D * c_prev * f * (1 - f), "i": D * g * i * (1 - i), "c": D * i * (1 - g ** 2), "o": da * tc * o * (1 - o)}
    dz = sum(p["W" + q].T @ v for q, v in d.items())
    found = {"dxt": dz[n:], "da_prev": dz[:n], "dc_prev": D * f}
    for q, v in d.items():
        found["dW" + q], found["db" + q] = v @ z.T, v.sum(1, keepdims=True)
    return found

def lstm_backward(da, caches):
    kept, given = caches
    ca = cc = np.zeros_like(da[:, :, 0])
    dx, total = [], {}
    for t in reversed(range(len(kept))):
        g = lstm_cell_backward(da[:, :, t] + ca, cc, kept[t])
        ca, cc = g.pop("da_prev"), g.pop("dc_prev")
        dx.append(g.pop("dxt"))
        for q, v in g.items():
            total[q] = total.get(q, 0) + v
    dx = np.stack(dx[::-1], 2)
    return {"dx": dx, "da0": ca, **({"dc0": cc} if given else {}), **total}

def gru_cell_forward(xt, a_prev, p):
    z = np.concatenate([a_prev, xt])
    u, r = (sigmoid(p["W" + q] @ z + p["b" + q]) for q in "ur")
    w = np.concatenate([r * a_prev, xt])
    n = np.tanh(p["Wc"] @ w + p["bc"])
    a = u * n + (1 - u) * a_prev
    return a, softmax(p["Wy"] @ a + p["by"]), (a_prev, u, r, n, z, w, p)

def gru_cell_backward(da, cache):
    a_prev, u, r, n, z, w, p = cache
    k = len(u)
    dn, du = da * u * (1 - n ** 2), da * (n - a_prev) * u * (1 - u)
    dw = p["Wc"].T @ dn
    dr = dw[:k] * a_prev * r * (1 - r)
    dz = p["Wu"].T @ du + p["Wr"].T @ dr
    found = {"dxt": dw[k:] + dz[k:], "da_prev": da * (1 - u) + dw[:k] * r + dz[:k]}
    for q, v, e in (("u", du, z), ("r", dr, z), ("c", dn, w)):
        found["dW" + q], found["db" + q] = v @ e.T, v.sum(1, keepdims=True)
    return found
"""
# what is replaced, by what, and words of the edits that are to be said: for each of them all failing operations
MISTAKES: dict[str, tuple[str, str, str]] = {
    "plus for times": ("f * c_prev + i * g", "f * c_prev + i + g", "+i + g"),
    "gate missing": ("a = o * np.tanh(c)", "a = np.tanh(c)", "+1"),
    "tanh of the product": ("a = o * np.tanh(c)", "a = np.tanh(o * c)", "+tanh(o * "),
    "c of the wrong gate": ("f * c_prev + i * g", "i * c_prev + f * g", "exchanged"),
    "half a candidate": ("f * c_prev + i * g", "f * c_prev + 0.5 * i * g", " / 2"),
    "a number of its own": ("f * c_prev + i * g", "f * c_prev + 0.35 * i * g", "0.35 * "),
    "a shift": ('g = np.tanh(p["Wc"] @ z + p["bc"])', 'g = np.tanh(p["Wc"] @ z + p["bc"] + 0.25)', "0.25"),
    "slope of c": ("(1 - tc ** 2)", "(1 - c ** 2)", "c_next * c_next"),
    "slope missing": ('"c": D * i * (1 - g ** 2)', '"c": D * i', "1"),
    "next c": ('"f": D * c_prev * f', '"f": D * c * f', "* c_next"),
    "another gate's slope": ('"i": D * g * i * (1 - i)', '"i": D * g * f * (1 - f)', "f * (1 - f)"),
    "weights not turned": ('dc_prev": D * f', 'dc_prev": D * i', "* i"),
    "bias mean": ('found["dW" + q], found["db" + q] = v @ z.T, v.sum(1, keepdims=True)', 'found["dW" + q], found["db" + q] = v @ z.T, v.mean(1, keepdims=True)', "mean"),
    "next a": ('found["dW" + q], found["db" + q] = v @ z.T', 'found["dW" + q], found["db" + q] = v @ np.concatenate([a, z[n:]]).T', "[a_next; xt].T"),
    "not added up": ("total[q] = total.get(q, 0) + v", "total[q] = v", "+"),
    "state's gradient lost": ("ca, cc = g.pop", "ca, cc = 0 * g.pop", "+"),
    "steps reversed": ("dx = np.stack(dx[::-1], 2)", "dx = np.stack(dx, 2)", "gradients into inputs in the place of T_x - 1 - t"),
    "another update": ("u * n + (1 - u) * a_prev", "u * n + (1 - r) * a_prev", "1 - r"),
    "reset twice": ("dw[:k] * r + dz[:k]", "dw[:k] * r * r + dz[:k]", "r * r"),
    "sign": ("(n - a_prev) * u", "(a_prev - n) * u", "-"),
}  # fmt: skip
NAMES = (
    "lstm_cell_forward",
    "lstm_forward",
    "lstm_cell_backward",
    "lstm_backward",
    "gru_cell_forward",
    "gru_cell_backward",
)


def together(*mistakes: str) -> Mapping[str, Any]:
    """The functions with several mistakes; none where they change the same words."""
    text = TEXT
    for mistake in mistakes:
        old, new, _ = MISTAKES[mistake]
        if text.count(old) != 1:
            return {}
        text = text.replace(old, new)
    return _functions(text)


def mutated(mistake: str = "") -> Mapping[str, Any]:
    """The functions, with a mistake or without."""
    old, new, _ = MISTAKES.get(mistake, ("", "", ""))
    if mistake and TEXT.count(old) != 1:
        raise ValueError(f"{old!r} stands {TEXT.count(old)} times")
    return _functions(TEXT.replace(old, new) if mistake else TEXT)


def _functions(text: str) -> Mapping[str, Any]:
    space: dict[str, Any] = {}
    exec(text, space)
    return {name: space[name] for name in NAMES}
