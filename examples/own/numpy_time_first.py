"""NumPy, time first, a backward by hand: `rnnspec check examples/own/numpy_time_first.py:candidate`."""

import numpy as np
from rnnspec.adapt import numpy_function


def sigmoid(z):
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def forward(x, h, c, W, b):
    cache, every = [], []
    for xt in x:
        v = np.concatenate([xt, h], axis=1)
        i, f, o, g = np.split(v @ W + b, 4, axis=1)
        i, f, o, g, c_prev = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g), c
        c = f * c_prev + i * g
        h = o * np.tanh(c)
        cache.append((v, i, f, o, g, c_prev, c))
        every.append(h)
    return np.stack(every), h, c, (cache, W)


def backward(dy, dh, dc, kept):
    cache, W = kept
    n_a, dx, dW, db = dh.shape[1], [], np.zeros_like(W), np.zeros(W.shape[1], W.dtype)
    for (v, i, f, o, g, c_prev, c), dyt in zip(reversed(cache), dy[::-1], strict=True):
        dh = dh + dyt
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        di, df, dg, do = dc * g, dc * c_prev, dc * i, dh * np.tanh(c)
        dz = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g * g)], axis=1)
        dW += v.T @ dz
        db += dz.sum(axis=0)
        dv = dz @ W.T
        dx.append(dv[:, :-n_a])
        dh, dc = dv[:, -n_a:], dc * f
    return np.stack(dx[::-1]), dh, dc, dW, db


candidate = numpy_function(
    forward,
    backward,
    like="lstm",
    gates="ifog",
    weights={"Wxh": "W.T", "b": "b"},
    takes="x, h, c, Wxh, b",
)
