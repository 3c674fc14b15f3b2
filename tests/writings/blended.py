"""An LSTM written apart from the kit: masks are numbers that are multiplied with, every step is run, and gradients beyond the lengths are added, being nothing."""

from __future__ import annotations

from typing import Any

import numpy as np


def sigmoid(z: Any) -> Any:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def softmax(s: Any) -> Any:
    e = np.exp(s - s.max(axis=0))
    return e / e.sum(axis=0)


def lstm_cell_forward(xt: Any, a_prev: Any, c_prev: Any, p: Any) -> tuple[Any, ...]:
    v = np.concatenate([a_prev, xt])
    f, i, o = (sigmoid(p["W" + gate] @ v + p["b" + gate]) for gate in "fio")
    n = a_prev.shape[0]
    g = np.tanh(p["Wc"][:, :n] @ a_prev + p["Wc"][:, n:] @ xt + p["bc"])
    c = f * c_prev + i * g
    a = o * np.tanh(c)
    return a, c, softmax(p["Wy"] @ a + p["by"]), (a, c, c_prev, v, f, i, o, g, p)


def lstm_cell_backward(da_next: Any, dc_next: Any, cache: Any) -> dict[str, Any]:
    a, c, c_prev, v, f, i, o, g, p = cache
    n, tanh_c = len(a), np.tanh(c)
    dc = dc_next + da_next * o * (1 - tanh_c**2)
    dz = {
        "f": dc * c_prev * f * (1 - f),
        "i": dc * g * i * (1 - i),
        "c": dc * i * (1 - g**2),
        "o": da_next * tanh_c * o * (1 - o),
    }
    dxt = (
        p["Wf"][:, n:].T @ dz["f"]
        + p["Wi"][:, n:].T @ dz["i"]
        + p["Wc"][:, n:].T @ dz["c"]
        + p["Wo"][:, n:].T @ dz["o"]
    )
    found = {"dxt": dxt, "da_prev": sum(p["W" + k][:, :n].T @ d for k, d in dz.items()), "dc_prev": dc * f}
    for gate, d in dz.items():
        found["dW" + gate], found["db" + gate] = d @ v.T, d.sum(axis=1, keepdims=True)
    return found


def lstm_forward(
    x: Any, a0: Any, parameters: Any, c0: Any = None, lengths: Any = None, reverse: bool = False
) -> tuple[Any, ...]:
    (_, m, T), n = x.shape, len(parameters["bf"])
    a_state = np.zeros((n, m), x.dtype) if a0 is None else a0
    c_state = np.zeros((n, m), x.dtype) if c0 is None else c0
    a, c, y = (np.zeros((rows, m, T), x.dtype) for rows in (n, n, len(parameters["by"])))
    kept = []
    for t in range(T)[::-1] if reverse else range(T):
        alive = np.ones(m) if lengths is None else 1.0 * (lengths > t)
        a_next, c_next, predicted, cache = lstm_cell_forward(x[:, :, t] * alive, a_state, c_state, parameters)
        a[:, :, t] = a_next * alive
        c[:, :, t] = c_next * alive
        y[:, :, t] = predicted * alive
        a_state = a_next * alive + a_state * (1 - alive)
        c_state = c_next * alive + c_state * (1 - alive)
        kept.append((t, alive, cache, y[:, :, t]))
    return a, y, c, (kept, x.shape, c0 is not None)


def lstm_backward(da: Any, caches: Any, dy: Any = None, da_last: Any = None, dc_last: Any = None) -> dict[str, Any]:
    kept, shape, has_c0 = caches
    p = kept[0][2][-1]
    dx, total = np.zeros(shape, da.dtype), dict[str, Any]()
    da_state = np.zeros_like(da[:, :, 0]) if da_last is None else da_last
    dc_state = np.zeros_like(da[:, :, 0]) if dc_last is None else dc_last
    for t, alive, cache, y in reversed(kept):
        into, found = da[:, :, t] * alive, dict[str, Any]()
        if dy is not None:
            given = dy[:, :, t] * alive
            dz = y * (given - (given * y).sum(axis=0))
            into = into + p["Wy"].T @ dz
            found = {"dWy": dz @ cache[0].T, "dby": dz.sum(axis=1, keepdims=True)}
        found |= lstm_cell_backward(into + da_state * alive, dc_state * alive, cache)
        dx[:, :, t] = found.pop("dxt")
        da_state = found.pop("da_prev") + da_state * (1 - alive)
        dc_state = found.pop("dc_prev") + dc_state * (1 - alive)
        for name, gradient in found.items():
            total[name] = total.get(name, 0) + gradient
    return {"dx": dx, "da0": da_state, **({"dc0": dc_state} if has_c0 else {}), **total}
