"""Ten operations in the course's style, cell by cell, written apart from the kit: nothing here comes from rnnspec."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Gradients = dict[str, Array]
Function = Callable[..., Any]


class Own:
    """The operations cell by cell, as the course writes them; each deviant changes one method."""

    def sigmoid(self, x: Array) -> Any:
        return 1 / (1 + np.exp(-x))

    def softmax(self, x: Array) -> Array:
        e = np.exp(x - np.max(x, axis=0))
        return e / np.sum(e, axis=0)

    def rnn_cell_forward(self, xt: Array, a_prev: Array, parameters: Any) -> Any:
        p = dict(parameters)
        a_next = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
        return a_next, self.softmax(p["Wya"] @ a_next + p["by"]), (a_next, a_prev, xt, p)

    def rnn_forward(self, x: Array, a0: Array, parameters: Any) -> Any:
        return unrolled(self.rnn_cell_forward, x, [a0], parameters)

    def rnn_cell_backward(self, da_next: Array, cache: Any) -> Gradients:
        a_next, a_prev, xt, p = cache
        dz = (1 - a_next**2) * da_next
        into = {"dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": np.sum(dz, 1, keepdims=True)}
        return {"dxt": p["Wax"].T @ dz, "da_prev": p["Waa"].T @ dz, **into}

    def rnn_backward(self, da: Array, caches: Any) -> Gradients:
        return self.through_time(lambda da_next, _, cache: self.rnn_cell_backward(da_next, cache), da, caches)

    def lstm_cell_forward(self, xt: Array, a_prev: Array, c_prev: Array, parameters: Any) -> Any:
        p, z = dict(parameters), np.concatenate([a_prev, xt])
        f, i, o = (self.sigmoid(p[f"W{gate}"] @ z + p[f"b{gate}"]) for gate in "fio")
        g = np.tanh(p["Wc"] @ z + p["bc"])
        c_next = f * c_prev + i * g
        a_next = o * np.tanh(c_next)
        return a_next, c_next, self.softmax(p["Wy"] @ a_next + p["by"]), (z, c_prev, c_next, f, i, g, o, p)

    def lstm_forward(self, x: Array, a0: Array, parameters: Any, c0: Any = None) -> Any:
        c_first = np.zeros(a0.shape) if c0 is None else c0
        a, c, y, caches = unrolled(self.lstm_cell_forward, x, [a0, c_first], parameters)
        return a, y, c, (caches, c0 is not None)

    def lstm_cell_backward(self, da_next: Array, dc_next: Array, cache: Any) -> Gradients:
        z, c_prev, c_next, f, i, g, o, p = cache
        dc = dc_next + da_next * o * (1 - np.tanh(c_next) ** 2)
        d = {"f": dc * c_prev * f * (1 - f), "i": dc * g * i * (1 - i), "c": dc * i * (1 - g**2)}
        d["o"] = da_next * np.tanh(c_next) * o * (1 - o)
        n_a, dz = len(da_next), sum(p[f"W{gate}"].T @ dgate for gate, dgate in d.items())
        into = {f"dW{gate}": dgate @ z.T for gate, dgate in d.items()}
        into |= {f"db{gate}": np.sum(dgate, 1, keepdims=True) for gate, dgate in d.items()}
        return {"dxt": dz[n_a:], "da_prev": dz[:n_a], "dc_prev": dc * f, **into}

    def lstm_backward(self, da: Array, caches: Any) -> Gradients:
        steps, c0_given = caches
        return self.through_time(self.lstm_cell_backward, da, steps, c0_given)

    def through_time(self, cell: Function, da: Array, caches: Any, c0_given: bool = False) -> Gradients:
        da_prev = dc_prev = np.zeros(da.shape[:2])
        dx: list[Array] = []
        total: Gradients = {}
        for t in reversed(range(da.shape[2])):
            step = cell(*self.arriving(da[:, :, t], da_prev, dc_prev), caches[t])
            dx.insert(0, step.pop("dxt"))
            da_prev, dc_prev = step.pop("da_prev"), step.pop("dc_prev", dc_prev)
            total = self.added(total, step)
        return {"dx": np.stack(dx, axis=2), "da0": da_prev, **total, **({"dc0": dc_prev} if c0_given else {})}

    def arriving(self, da_t: Array, da_prev: Array, dc_prev: Array) -> tuple[Array, Array]:
        return da_t + da_prev, dc_prev

    def added(self, total: Gradients, step: Gradients) -> Gradients:
        return {name: total.get(name, 0) + gradient for name, gradient in step.items()}


def unrolled(cell: Function, x: Array, states: list[Array], parameters: Any) -> tuple[Any, ...]:
    shown, caches = [], []
    for t in range(x.shape[2]):
        *states, yt, cache = cell(x[:, :, t], *states, parameters)
        shown.append((*states, yt))
        caches.append(cache)
    return *(np.stack(steps, axis=2) for steps in zip(*shown, strict=True)), caches
