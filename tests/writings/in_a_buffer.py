"""An LSTM over time as a kernel has it, written apart from the kit: the living examples of a sorted batch at once, all gates in one buffer, running sums."""

import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def output_row(h, Wy, by):
    """Softmax of one example."""
    z = Wy @ h + by[:, 0]
    top = z.max()
    e = np.exp(z - top)
    return e / e.sum()


def output_row_grad(dp, p):
    s = 0
    for k in range(len(p)):
        s = s + dp[k] * p[k]
    return p * (dp - s)


class Packed:
    """Examples sorted by falling length, and how many are alive at each step."""

    def __init__(self, lengths, m, T):
        lengths = [T] * m if lengths is None else [int(n) for n in lengths]
        self.order = sorted(range(m), key=lambda e: -lengths[e])
        self.sorted = [lengths[e] for e in self.order]
        self.alive = [sum(n > t for n in self.sorted) for t in range(T)]

    def pack(self, x):
        return x[:, self.order].copy()

    def unpack(self, x):
        y = np.empty_like(x)
        y[:, self.order] = x
        return y


GATES = "cifo"  # the order in the buffer


def lstm_weights(p):
    return np.vstack([p["W" + g] for g in GATES]), np.vstack([p["b" + g] for g in GATES])


def lstm_point(z, c, n, save):
    """From pre-activations in z, in place: gates; returns the new state."""
    z[:n] = np.tanh(z[:n])
    z[n:] = sigmoid(z[n:])
    c_new = z[2 * n : 3 * n] * c + z[n : 2 * n] * z[:n]
    t = np.tanh(c_new)
    save["gates"], save["t"], save["c"] = z, t, c.copy()
    return z[3 * n :] * t, c_new


def lstm_point_grad(dh, dc, save, n):
    z, t, c = save["gates"], save["t"], save["c"]
    g, i, f, o = z[:n], z[n : 2 * n], z[2 * n : 3 * n], z[3 * n :]
    dc = dc + dh * o * (1 - t * t)
    dz = np.empty_like(z)
    dz[:n] = dc * i * (1 - g * g)
    dz[n : 2 * n] = dc * g * i * (1 - i)
    dz[2 * n : 3 * n] = dc * c * f * (1 - f)
    dz[3 * n :] = dh * t * o * (1 - o)
    return dz, dc * f


def lstm_forward(x, a0, parameters, c0=None, lengths=None, reverse=False):
    n_x, m, T = x.shape
    n = len(parameters["bf"])
    batch = Packed(lengths, m, T)
    W, b = lstm_weights(parameters)
    xs = batch.pack(x)
    h = np.zeros((n, m), x.dtype) if a0 is None else batch.pack(a0)
    c = np.zeros((n, m), x.dtype) if c0 is None else batch.pack(c0)
    a_all, c_all = np.zeros((n, m, T), x.dtype), np.zeros((n, m, T), x.dtype)
    y_all = np.zeros((len(parameters["by"]), m, T), x.dtype)
    work = np.empty((n + n_x, m), x.dtype)
    saves = [None] * T
    for t in range(T - 1, -1, -1) if reverse else range(T):
        k = batch.alive[t]
        if k == 0:
            continue
        work[:n, :k] = h[:, :k]
        work[n:, :k] = xs[:, :k, t]
        save = {"v": work[:, :k].copy()}
        h[:, :k], c[:, :k] = lstm_point(W @ work[:, :k] + b, c[:, :k], n, save)
        a_all[:, :k, t], c_all[:, :k, t] = h[:, :k], c[:, :k]
        for e in range(k):
            y_all[:, e, t] = output_row(h[:, e], parameters["Wy"], parameters["by"])
        saves[t] = save
    caches = (batch, W, saves, a_all, y_all, parameters["Wy"].copy(), reverse, c0 is not None, n_x)
    return batch.unpack(a_all), batch.unpack(y_all), batch.unpack(c_all), caches


def head_backward(alive, dy, y, a, Wy, into):
    """Gradients into the head; those into a are added to what comes into it."""
    dWy, dby = np.zeros_like(Wy), np.zeros((len(Wy), 1), Wy.dtype)
    for t, k in enumerate(alive):
        for e in range(k):
            dl = output_row_grad(dy[:, e, t], y[:, e, t])
            dWy += np.outer(dl, a[:, e, t])
            dby[:, 0] += dl
            into[:, e, t] += Wy.T @ dl
    return {"dWy": dWy, "dby": dby}


def lstm_backward(da, caches, dy=None, da_last=None, dc_last=None):
    batch, W, saves, a_all, y_all, Wy, reverse, with_c0, n_x = caches
    n, m, T = da.shape
    into = batch.pack(da)
    dh = np.zeros((n, m), da.dtype) if da_last is None else batch.pack(da_last)
    dc = np.zeros((n, m), da.dtype) if dc_last is None else batch.pack(dc_last)
    acc_W, acc_b = np.zeros_like(W), np.zeros((4 * n, 1), da.dtype)
    dx = np.zeros((n_x, m, T), da.dtype)
    out = {} if dy is None else head_backward(batch.alive, batch.pack(dy), y_all, a_all, Wy, into)
    for t in range(T) if reverse else range(T - 1, -1, -1):
        k = batch.alive[t]
        if k == 0:
            continue
        dz, dc[:, :k] = lstm_point_grad(dh[:, :k] + into[:, :k, t], dc[:, :k], saves[t], n)
        dv = W.T @ dz
        dh[:, :k] = dv[:n]
        dx[:, :k, t] = dv[n:]
        acc_W += dz @ saves[t]["v"].T
        acc_b += dz.sum(axis=1, keepdims=True)
    out |= {"dx": batch.unpack(dx), "da0": batch.unpack(dh)}
    for k, g in enumerate(GATES):
        out["dW" + g] = acc_W[k * n : (k + 1) * n]
        out["db" + g] = acc_b[k * n : (k + 1) * n]
    if with_c0:
        out["dc0"] = batch.unpack(dc)
    return out
