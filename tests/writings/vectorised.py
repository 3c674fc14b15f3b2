"""A GRU as arrays, written apart from the kit: time comes first, inputs are projected at once, gradients into weights are one product each.

Every example takes part in every step, and keeps its state where it does not have it.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def sigmoid(z: Any) -> Any:
    return 0.5 * (np.tanh(0.5 * z) + 1)


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def head(hs: Any, p: Any) -> Any:
    """(…, n_a) -> (…, n_y)."""
    return softmax(hs @ p["Wy"].T + p["by"].ravel())


def head_backward(dys: Any, ys: Any, hs: Any, p: Any) -> tuple[Any, dict[str, Any]]:
    dz = ys * (dys - (dys * ys).sum(axis=-1, keepdims=True))
    return dz @ p["Wy"], {"dWy": np.einsum("tby,tbh->yh", dz, hs), "dby": dz.sum(axis=(0, 1))[:, None]}


def arranged(x: Any, reverse: bool) -> Any:
    """(n, m, T) -> (T, m, n), in the order in which it is run."""
    rows = x.transpose(2, 1, 0)
    return rows[::-1] if reverse else rows


def as_given(rows: Any, reverse: bool) -> Any:
    return (rows[::-1] if reverse else rows).transpose(2, 1, 0)


def mask(lengths: Any, m: int, T: int, reverse: bool) -> Any:
    """(T, m, 1): which example has which step, in the order in which they are run."""
    if lengths is None:
        return np.ones((T, m, 1), bool)
    keep = np.arange(T)[:, None] < np.asarray(lengths)[None, :]
    return (keep[::-1] if reverse else keep)[..., None]


def step(z: Any, h: Any, W_ur: Any, W_c: Any) -> tuple[Any, Any, Any]:
    """From what the input gives: the state, the gates in one array, and r * h."""
    n = h.shape[1]
    ur = sigmoid(z[:, : 2 * n] + h @ W_ur.T)
    rh = ur[:, n:] * h
    c = np.tanh(z[:, 2 * n :] + rh @ W_c.T)
    return h + ur[:, :n] * (c - h), np.hstack((ur, c)), rh


def step_backward(dh: Any, gates: Any, h: Any, W_ur: Any, W_c: Any) -> tuple[Any, Any]:
    """What goes back to the state, and the gradients into the gates' sums."""
    u, r, c = np.split(gates, 3, axis=1)
    dc = dh * u * (1 - c * c)
    drh = dc @ W_c
    du, dr = dh * (c - h) * u * (1 - u), drh * h * r * (1 - r)
    return dh * (1 - u) + drh * r + np.hstack((du, dr)) @ W_ur, np.hstack((du, dr, dc))


def packed(p: Any) -> tuple[Any, Any, Any, Any]:
    n = len(p["bu"])
    W_x = np.concatenate([p["W" + k][:, n:] for k in "urc"])
    return (
        W_x,
        np.concatenate([p["Wu"][:, :n], p["Wr"][:, :n]]),
        p["Wc"][:, :n],
        np.concatenate([p["b" + k] for k in "urc"]),
    )


def gradients(dz: Any, X: Any, hs: Any, rhs: Any) -> dict[str, Any]:
    n = hs.shape[2]
    dW_x = np.einsum("tbg,tbi->gi", dz, X)
    dW_h = np.concatenate(
        [np.einsum("tbg,tbh->gh", dz[..., : 2 * n], hs), np.einsum("tbg,tbh->gh", dz[..., 2 * n :], rhs)]
    )
    db = dz.sum(axis=(0, 1))[:, None]
    rows = {k: slice(j * n, (j + 1) * n) for j, k in enumerate("urc")}
    found = {f"dW{k}": np.concatenate((dW_h[at], dW_x[at]), axis=1) for k, at in rows.items()}
    return {**found, **{f"db{k}": db[at] for k, at in rows.items()}}


def gru_cell_forward(xt: Any, a_prev: Any, parameters: Any) -> tuple[Any, ...]:
    W_x, W_ur, W_c, b = packed(parameters)
    h, gates, rh = step(xt.T @ W_x.T + b.ravel(), a_prev.T, W_ur, W_c)
    return h.T, head(h, parameters).T, (xt.T, a_prev.T, gates, rh, parameters)


def gru_cell_backward(da_next: Any, cache: Any) -> dict[str, Any]:
    x, h, gates, rh, p = cache
    W_x, W_ur, W_c, _ = packed(p)
    dh, dz = step_backward(da_next.T, gates, h, W_ur, W_c)
    return {"dxt": (dz @ W_x).T, "da_prev": dh.T, **gradients(dz[None], x[None], h[None], rh[None])}


def gru_forward(x: Any, a0: Any, parameters: Any, lengths: Any = None, reverse: bool = False) -> tuple[Any, ...]:
    W_x, W_ur, W_c, b = packed(parameters)
    (_, m, T), n = x.shape, len(parameters["bu"])
    keep = mask(lengths, m, T, reverse)
    X = np.where(keep, arranged(x, reverse), 0)
    z = X @ W_x.T + b.ravel()
    hs = np.zeros((T + 1, m, n), x.dtype)
    gates, rhs = np.empty((T, m, 3 * n), x.dtype), np.empty((T, m, n), x.dtype)
    if a0 is not None:
        hs[0] = a0.T
    for k in range(T):
        h, gates[k], rhs[k] = step(z[k], hs[k], W_ur, W_c)
        hs[k + 1] = np.where(keep[k], h, hs[k])
    out = hs[1:].copy()
    y = head(out, parameters)
    out, y = out * keep, y * keep
    saved = (X, keep, gates, hs, rhs, y, parameters, reverse)
    return as_given(out, reverse), as_given(y, reverse), saved


def gru_backward(da: Any, caches: Any, dy: Any = None, da_last: Any = None) -> dict[str, Any]:
    X, keep, gates, hs, rhs, y, p, reverse = caches
    W_x, W_ur, W_c, _ = packed(p)
    into, of_head = arranged(da, reverse), dict[str, Any]()
    if dy is not None:
        through, of_head = head_backward(np.where(keep, arranged(dy, reverse), 0), y, hs[1:], p)
        into = into + through
    into = np.where(keep, into, 0)
    dh = np.zeros_like(hs[0]) if da_last is None else da_last.T
    dz = np.zeros_like(gates)
    for k in range(len(X))[::-1]:
        back, dz[k] = step_backward((dh + into[k]) * keep[k], gates[k], hs[k], W_ur, W_c)
        dh = np.where(keep[k], back, dh)
    dx = as_given(dz @ W_x, reverse)
    return {"dx": dx, "da0": dh.T, **gradients(dz, X, hs[:-1], rhs), **of_head}
