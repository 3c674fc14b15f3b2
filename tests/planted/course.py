"""Six known bugs written by hand, as one would in the course's style; and the course's published answer.

They are no edits of a text: each is a method that somebody wrote otherwise.
"""

from typing import Any

import numpy as np
from writings import apart_families as apart
from writings.course import Array, Gradients, Own, unrolled


class SigmoidSummed(Own):
    def sigmoid(self, x: Array) -> Any:
        return 1 / (1 + np.sum(np.exp(-x)))


class SoftmaxOverEverything(Own):
    def softmax(self, x: Array) -> Array:
        return np.exp(x) / np.sum(np.exp(x))


class CAliasesA(Own):
    def lstm_forward(self, x: Array, a0: Array, parameters: Any, c0: Any = None) -> Any:
        a, y, c, caches = super().lstm_forward(x, a0, parameters, c0)
        a = c
        return a, y, c, caches


class NoDaCarry(Own):
    def arriving(self, da_t: Array, da_prev: Array, dc_prev: Array) -> tuple[Array, Array]:
        return da_t, dc_prev


class NoDcCarry(Own):
    def arriving(self, da_t: Array, da_prev: Array, dc_prev: Array) -> tuple[Array, Array]:
        return da_t + da_prev, np.zeros(dc_prev.shape)


class AccumulatorReused(Own):
    def added(self, total: Gradients, step: Gradients) -> Gradients:
        total = super().added(total, step)
        return total | {name: total["dbf"] + step[name] for name in ("dbi", "dbc", "dbo") if name in step}


DEVIANTS: dict[str, type[Own]] = {
    "sigmoid-summed": SigmoidSummed,
    "softmax-over-everything": SoftmaxOverEverything,
    "c-aliases-a": CAliasesA,
    "no-da-carry": NoDaCarry,
    "no-dc-carry": NoDcCarry,
    "bias-gradient-accumulator-reused": AccumulatorReused,
}


def course_lstm_forward(x: Array, a0: Array, parameters: Any) -> Any:
    a, c, y, caches = unrolled(apart.lstm_cell_forward, x, [a0, np.zeros(a0.shape)], parameters)
    return a, y, c, caches


def course_lstm_backward(da: Array, caches: Any) -> Gradients:
    """The course's first loop: neither carry is ever updated, three biases land on the fourth's accumulator."""
    da_prevt = dc_prevt = np.zeros(da.shape[:2])
    dx: list[Array] = []
    total: dict[str, Any] = {f"d{kind}{gate}": 0 for kind in "Wb" for gate in "fico"}
    for t in reversed(range(da.shape[2])):
        gradients = apart.lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt, caches[t])
        dx.insert(0, gradients["dxt"])
        for name in total:
            total[name] = total["dbf" if name in ("dbi", "dbc", "dbo") else name] + gradients[name]
    return {"dx": np.stack(dx, axis=2), "da0": gradients["da_prev"], **total}
