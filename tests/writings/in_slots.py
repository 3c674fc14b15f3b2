"""A plain recurrent layer written apart from the kit: all states in one array of slots, the head over all of them at once."""

import numpy as np

NAMES = ("Wax", "Waa", "ba")


def sorted_steps(T, reverse, first=0):
    return list(range(first, T))[::-1] if reverse else list(range(first, T))


def living(lengths, m, T):
    ends = np.full(m, T) if lengths is None else lengths
    return np.arange(T)[:, None] < ends


def probabilities(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def rnn_forward(x, a0, parameters, lengths=None, reverse=False):
    m, T = x.shape[1:]
    Wx, Wa, b = (parameters[name] for name in NAMES)
    order, live = sorted_steps(T, reverse), living(lengths, m, T)
    book = np.zeros((T + 1, len(b), m), x.dtype)
    fresh = np.zeros((T, len(b), m), x.dtype)
    if a0 is not None:
        book[0] = a0
    for slot, t in enumerate(order):
        fresh[t] = np.tanh(Wx @ np.where(live[t], x[:, :, t], 0) + Wa @ book[slot] + b)
        book[slot + 1] = np.where(live[t], fresh[t], book[slot])
    a = fresh * live[:, None]
    y = probabilities(parameters["Wya"] @ a + parameters["by"]) * live[:, None]
    cache = (x, order, live, book, a, y, parameters)
    return a.transpose(1, 2, 0).copy(), y.transpose(1, 2, 0).copy(), cache


def rnn_backward(da, cache, dy=None, da_last=None):
    x, order, live, book, a, y, parameters = cache
    Wx, Wa, b = (parameters[name] for name in NAMES)
    into = da.transpose(2, 0, 1).copy()
    grads = {}
    if dy is not None:
        dp = dy.transpose(2, 0, 1) * live[:, None]
        dz = y * (dp - (dp * y).sum(axis=1, keepdims=True))
        into += np.einsum("yu,tym->tum", parameters["Wya"], dz)
        grads = {"dWya": np.einsum("tym,tum->yu", dz, a), "dby": dz.sum(axis=(0, 2))[:, None]}
    carried = np.zeros_like(book[0]) if da_last is None else da_last.copy()
    dx, dWx, dWa, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wa), np.zeros_like(b)
    for slot in range(len(order))[::-1]:
        t = order[slot]
        h = a[t]
        d = np.where(live[t], (into[t] + carried) * (1 - h * h), 0)
        dx[:, :, t] = Wx.T @ d
        dWx += d @ x[:, :, t].T
        dWa += d @ book[slot].T
        db += d.sum(axis=1, keepdims=True)
        carried = np.where(live[t], Wa.T @ d, carried)
    return {"dx": dx, "da0": carried, "dWax": dWx, "dWaa": dWa, "dba": db, **grads}
