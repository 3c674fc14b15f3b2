"""A plain recurrent layer written apart from the kit: a reversed run has each example reversed within its length, and goes forth; a dict a step."""

from __future__ import annotations

from typing import Any

import numpy as np


def softmax(s: Any) -> Any:
    e = np.exp(s - s.max(axis=0))
    return e / e.sum(axis=0)


def turned(whole: Any, lengths: Any) -> Any:
    """(T, n, m), each example's steps backwards, and its padding where it is."""
    t, n = np.arange(len(whole))[:, None], np.asarray(lengths)
    return np.take_along_axis(whole, np.where(t < n, n - 1 - t, t)[:, None], axis=0)


def step(x: Any, a: Any, p: Any) -> dict[str, Any]:
    after = np.tanh(p["Waa"] @ a + p["Wax"] @ x + p["ba"])
    return {"x": x, "before": a, "after": after, "y": softmax(p["Wya"] @ after + p["by"])}


def step_back(da: Any, s: Any, p: Any) -> tuple[Any, Any, dict[str, Any]]:
    dz = da * (1 - s["after"] ** 2)
    g = {"dWaa": dz @ s["before"].T, "dWax": dz @ s["x"].T, "dba": dz.sum(axis=1, keepdims=True)}
    return p["Wax"].T @ dz, p["Waa"].T @ dz, g


def rnn_cell_forward(xt: Any, a_prev: Any, parameters: Any) -> Any:
    p = {name: w.copy() for name, w in parameters.items()}
    s = step(xt.copy(), a_prev.copy(), p)
    return s["after"].copy(), s["y"].copy(), (s, p)


def rnn_cell_backward(da_next: Any, cache: Any) -> dict[str, Any]:
    dx, da, g = step_back(da_next, *cache)
    return {"dxt": dx, "da_prev": da, **g}


def rnn_forward(x: Any, a0: Any, parameters: Any, *, lengths: Any = None, reverse: Any = False) -> Any:
    p, T = {name: w.copy() for name, w in parameters.items()}, x.shape[2]
    n = np.full(x.shape[1], T) if lengths is None else np.asarray(lengths)
    live = np.arange(T)[:, None] < n
    xs = np.where(live[:, None], x.transpose(2, 0, 1), 0)
    xs = turned(xs, n) if reverse else xs
    a = np.zeros((len(p["Waa"]), x.shape[1]), x.dtype) if a0 is None else a0
    tape = []
    for t in range(T):
        s = step(xs[t], a, p)
        a = np.where(live[t], s["after"], a)
        s["y"] = np.where(live[t], s["y"], 0)
        tape.append(s)
    every = [np.stack([np.where(live[t], s[name], 0) for t, s in enumerate(tape)]) for name in ("after", "y")]
    told = [(turned(one, n) if reverse else one).transpose(1, 2, 0).copy() for one in every]
    return *told, (tape, p, n, live, bool(reverse))


def rnn_backward(da: Any, caches: Any, *, dy: Any = None, da_last: Any = None) -> dict[str, Any]:
    tape, p, n, live, reverse = caches
    das = turned(da.transpose(2, 0, 1), n) if reverse else da.transpose(2, 0, 1)
    dys = None if dy is None else dy.transpose(2, 0, 1)
    dys = turned(dys, n) if reverse and dys is not None else dys
    d = np.zeros(da.shape[:2], da.dtype) if da_last is None else da_last
    total: dict[str, Any] = {}
    dxs: list[Any] = [None] * len(tape)
    for t in reversed(range(len(tape))):
        s, into, g = tape[t], das[t], dict[str, Any]()
        if dys is not None:
            dl = s["y"] * (dys[t] - (s["y"] * dys[t]).sum(axis=0))
            into = into + p["Wya"].T @ dl
            g = {"dWya": dl @ s["after"].T, "dby": dl.sum(axis=1, keepdims=True)}
        dxs[t], before, own = step_back(np.where(live[t], into + d, 0), s, p)
        d = np.where(live[t], before, d)
        for name, one in {**g, **own}.items():
            total[name] = total[name] + one if name in total else one
    dx = np.stack(dxs)
    return {"dx": (turned(dx, n) if reverse else dx).transpose(1, 2, 0).copy(), "da0": d.copy(), **total}
