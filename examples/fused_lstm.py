"""An LSTM layer as one writes it for speed: one matrix product a step for all gates.

A candidate for `rnnspec check examples/fused_lstm.py`. It defines two operations of the contract; the
others are not tested.
"""

from typing import Any

import numpy as np

GATES = ("f", "i", "o", "c")  # the last one goes through tanh


def lstm_forward(x: Any, a0: Any, parameters: Any, c0: Any = None) -> tuple[Any, ...]:
    W = np.concatenate([parameters[f"W{gate}"] for gate in GATES])
    b = np.concatenate([parameters[f"b{gate}"] for gate in GATES])
    a_prev, c_prev = a0, np.zeros_like(a0) if c0 is None else c0
    steps = []
    for t in range(x.shape[2]):
        v = np.concatenate([a_prev, x[:, :, t]])
        z = W @ v + b
        n_a = len(a0)
        f, i, o = np.split((1 + np.tanh(z[: 3 * n_a] / 2)) / 2, 3)
        g = np.tanh(z[3 * n_a :])
        c = f * c_prev + i * g
        tanh_c = np.tanh(c)
        steps.append((v, c_prev, f, i, o, g, tanh_c))
        a_prev, c_prev = o * tanh_c, c
        steps[-1] += (a_prev, c)
    a, c = (np.stack([step[k] for step in steps], axis=2) for k in (-2, -1))
    logits = np.einsum("ya,amt->ymt", parameters["Wy"], a) + parameters["by"][:, :, None]
    y = np.exp(logits - logits.max(axis=0))
    return a, y / y.sum(axis=0), c, (W, steps, c0 is not None)


def lstm_backward(da: Any, caches: Any) -> dict[str, Any]:
    W, steps, with_c0 = caches
    n_a = da.shape[0]
    da_next, dc = np.zeros_like(da[:, :, 0]), np.zeros_like(da[:, :, 0])
    dW, db, dx = np.zeros_like(W), np.zeros((4 * n_a, 1), W.dtype), []
    for t in reversed(range(len(steps))):
        v, c_prev, f, i, o, g, tanh_c, *_ = steps[t]
        da_t = da[:, :, t] + da_next
        dc = dc + da_t * o * (1 - tanh_c**2)
        dz = np.concatenate(
            [dc * c_prev * f * (1 - f), dc * g * i * (1 - i), da_t * tanh_c * o * (1 - o), dc * i * (1 - g**2)]
        )
        dW += dz @ v.T
        db += dz.sum(axis=1, keepdims=True)
        dv = W.T @ dz
        da_next, dc = dv[:n_a], dc * f
        dx.append(dv[n_a:])
    gradients = {
        f"d{kind}{gate}": part
        for kind, d in (("W", dW), ("b", db))
        for gate, part in zip(GATES, np.split(d, 4), strict=True)
    }
    return {"dx": np.stack(dx[::-1], axis=2), "da0": da_next} | gradients | ({"dc0": dc} if with_c0 else {})
