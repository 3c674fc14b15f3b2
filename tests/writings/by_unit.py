"""A GRU over time, an example at a time, its gates unit by unit, written apart from the kit."""

import numpy as np
from writings.in_a_buffer import output_row, output_row_grad


def logistic(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    e = np.exp(z)
    return e / (1 + e)


def gru_one(x, h, p, save):
    """One step of one example."""
    n = len(h)
    hx = np.concatenate([h, x])
    u, r, rh = np.empty(n, h.dtype), np.empty(n, h.dtype), np.empty(n, h.dtype)
    for j in range(n):
        u[j] = logistic(p["Wu"][j] @ hx + p["bu"][j, 0])
        r[j] = logistic(p["Wr"][j] @ hx + p["br"][j, 0])
        rh[j] = r[j] * h[j]
    hx2 = np.concatenate([rh, x])
    cand = np.empty(n, h.dtype)
    for j in range(n):
        cand[j] = np.tanh(p["Wc"][j] @ hx2 + p["bc"][j, 0])
    save.append((hx, hx2, u, r, cand))
    new = np.empty(n, h.dtype)
    for j in range(n):
        new[j] = (1 - u[j]) * h[j] + u[j] * cand[j]
    return new


def gru_one_grad(dh, saved, p, acc):
    """Accumulates into acc; gradients into x and h."""
    hx, hx2, u, r, cand = saved
    n = len(dh)
    dhx, dhx2 = np.zeros_like(hx), np.zeros_like(hx2)
    dprev = np.empty(n, dh.dtype)
    for j in range(n):
        dzc = dh[j] * u[j] * (1 - cand[j] * cand[j])
        acc["dWc"][j] += dzc * hx2
        acc["dbc"][j, 0] += dzc
        dhx2 += p["Wc"][j] * dzc
        dzu = dh[j] * (cand[j] - hx[j]) * u[j] * (1 - u[j])
        acc["dWu"][j] += dzu * hx
        acc["dbu"][j, 0] += dzu
        dhx += p["Wu"][j] * dzu
        dprev[j] = dh[j] * (1 - u[j])
    for j in range(n):
        dprev[j] += dhx2[j] * r[j]
        dzr = dhx2[j] * hx[j] * r[j] * (1 - r[j])
        acc["dWr"][j] += dzr * hx
        acc["dbr"][j, 0] += dzr
        dhx += p["Wr"][j] * dzr
    return dhx[n:] + dhx2[n:], dprev + dhx[:n]


def gru_weights(parameters):
    return {name: parameters[name].copy() for name in ("Wu", "Wr", "Wc", "bu", "br", "bc")}


def gru_accumulators(p):
    return {"d" + name: np.zeros_like(value) for name, value in p.items()}


def gru_forward(x, a0, parameters, lengths=None, reverse=False):
    _, m, T = x.shape
    n = len(parameters["bu"])
    p = gru_weights(parameters)
    a, y = np.zeros((n, m, T), x.dtype), np.zeros((len(parameters["by"]), m, T), x.dtype)
    rows = []
    for e in range(m):
        L = T if lengths is None else int(lengths[e])
        h = np.zeros(n, x.dtype) if a0 is None else a0[:, e].copy()
        saves = []
        for s in range(L):
            t = L - 1 - s if reverse else s
            h = gru_one(x[:, e, t], h, p, saves)
            a[:, e, t] = h
            y[:, e, t] = output_row(h, parameters["Wy"], parameters["by"])
        rows.append((L, saves))
    return a, y, (p, rows, a.copy(), y.copy(), parameters["Wy"].copy(), reverse, x.shape)


def gru_backward(da, caches, dy=None, da_last=None):
    p, rows, a, y, Wy, reverse, shape = caches
    n, m, _ = da.shape
    acc = gru_accumulators(p)
    dx, da0 = np.zeros(shape, da.dtype), np.zeros((n, m), da.dtype)
    if dy is not None:
        acc["dWy"], acc["dby"] = np.zeros_like(Wy), np.zeros((len(Wy), 1), da.dtype)
    for e, (L, saves) in enumerate(rows):
        dh = np.zeros(n, da.dtype) if da_last is None else da_last[:, e].copy()
        for s in range(L - 1, -1, -1):
            t = L - 1 - s if reverse else s
            dh = dh + da[:, e, t]
            if dy is not None:
                dl = output_row_grad(dy[:, e, t], y[:, e, t])
                acc["dWy"] += np.outer(dl, a[:, e, t])
                acc["dby"][:, 0] += dl
                dh = dh + Wy.T @ dl
            dx[:, e, t], dh = gru_one_grad(dh, saves[s], p, acc)
        da0[:, e] = dh
    return {"dx": dx, "da0": da0, **acc}
