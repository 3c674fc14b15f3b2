"""A plain recurrent layer written apart from the kit, as a course has it: one example after the other, each through all of its steps, in vectors."""

from __future__ import annotations

from typing import Any

import numpy as np


def softmax(s: Any) -> Any:
    e = np.exp(s - s.max())
    return e / e.sum()


def step(x: Any, a: Any, p: Any) -> Any:
    return np.tanh(p["Waa"] @ a + p["Wax"] @ x + p["ba"][:, 0])


def step_back(da: Any, kept: Any, p: Any, g: Any) -> tuple[Any, Any]:
    """Gradients into the input and into the state before; those into the parameters are added to `g`."""
    x, a_prev, a = kept
    dz = da * (1 - a * a)
    g["dWaa"] += np.outer(dz, a_prev)
    g["dWax"] += np.outer(dz, x)
    g["dba"] += dz[:, None]
    return p["Wax"].T @ dz, p["Waa"].T @ dz


def zeros(p: Any) -> Any:
    return {f"d{name}": np.zeros(p[name].shape) for name in ("Waa", "Wax", "ba")}


def rnn_cell_forward(xt: Any, a_prev: Any, p: Any) -> tuple[Any, ...]:
    a = np.zeros(a_prev.shape)
    kept = []
    for i in range(xt.shape[1]):
        a[:, i] = step(xt[:, i], a_prev[:, i], p)
        kept.append((xt[:, i], a_prev[:, i], a[:, i].copy()))
    y = np.stack([softmax(p["Wya"] @ one + p["by"][:, 0]) for one in a.T], axis=1)
    return a, y, (kept, p)


def rnn_cell_backward(da_next: Any, cache: Any) -> Any:
    kept, p = cache
    g, dx, da = zeros(p), [], []
    for i in range(len(kept)):
        one, two = step_back(da_next[:, i], kept[i], p, g)
        dx.append(one)
        da.append(two)
    return {"dxt": np.stack(dx, axis=1), "da_prev": np.stack(da, axis=1), **g}


def rnn_forward(x: Any, a0: Any, p: Any, *, lengths: Any = None, reverse: bool = False) -> tuple[Any, ...]:
    _, m, T = x.shape
    outputs, y, histories = np.zeros((len(p["Waa"]), m, T)), np.zeros((len(p["by"]), m, T)), []
    for i in range(m):
        a = np.zeros(len(p["Waa"])) if a0 is None else a0[:, i]
        steps, history = range(T if lengths is None else lengths[i]), []
        for t in reversed(steps) if reverse else steps:
            before, a = a, step(x[:, i, t], a, p)
            outputs[:, i, t], y[:, i, t] = a, softmax(p["Wya"] @ a + p["by"][:, 0])
            history.append((t, (x[:, i, t], before, a)))
        histories.append(history)
    return outputs, y, (histories, x.shape, y.copy(), p)


def rnn_backward(da: Any, caches: Any, *, dy: Any = None, da_last: Any = None) -> Any:
    histories, shape, y, p = caches
    g, dx, da0 = zeros(p), np.zeros(shape), np.zeros(da.shape[:2])
    head = {} if dy is None else {"dWya": np.zeros(p["Wya"].shape), "dby": np.zeros(p["by"].shape)}
    for i in range(shape[1]):
        d = np.zeros(len(da)) if da_last is None else da_last[:, i]
        for t, kept in reversed(histories[i]):
            d = d + da[:, i, t]
            if dy is not None:
                dz = y[:, i, t] * (dy[:, i, t] - y[:, i, t] @ dy[:, i, t])
                head["dWya"] += np.outer(dz, kept[2])
                head["dby"] += dz[:, None]
                d = d + p["Wya"].T @ dz
            dx[:, i, t], d = step_back(d, kept, p, g)
        da0[:, i] = d
    return {"dx": dx, "da0": da0, **g, **head}
