"""One step of each recurrence once more, from its paper, a scalar at a time: for tests/writings/oracle.py.

A step takes the weights and the numbers of a call, what arrives at this time and the states before it, and
returns what is read and the states after it. A matrix of states has a row for each key.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from writings.scalar_steps import Matrix, Vector, product
from writings.tape import Number, exp, expm1, log_sigmoid, sigmoid, softplus, sqrt, tanh

Nested: TypeAlias = Any  # numbers in lists in lists
Given: TypeAlias = Mapping[str, Nested]
States: TypeAlias = tuple[Nested, ...]
Stepped: TypeAlias = tuple[Nested, States]
Step: TypeAlias = Callable[[Given, Given, States], Stepped]

OF_KEYS, OF_VALUES = ("q", "k", "a", "b", "u"), ("v", "g", "beta")


def outer(k: Vector, v: Vector) -> Matrix:
    return [[kk * vv for vv in v] for kk in k]


def plus(one: Matrix, two: Matrix) -> Matrix:
    return [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(one, two, strict=True)]


def dot(one: Vector, two: Vector) -> Number:
    return sum((x * y for x, y in zip(one, two, strict=True)), 0.0)


def read(S: Matrix, q: Vector) -> Vector:
    return [dot(list(column), q) for column in zip(*S, strict=True)]


def faded(S: Matrix, g: Vector | None) -> Matrix:
    """A decay for each key, or one for all of them."""
    if g is None:
        return S
    each = g * len(S) if len(g) == 1 else g
    return [[exp(decay) * entry for entry in row] for decay, row in zip(each, S, strict=True)]


def scaled(given: Given, q: Vector) -> Vector:
    scale = given.get("scale", 1.0 / math.sqrt(len(q)))
    return [scale * entry for entry in q]


def gated_linear(one: Given, S: Matrix) -> tuple[Matrix, Matrix]:
    """Yang et al. 2023; with a bonus u (Peng et al. 2024) the state is read before it decays and is written."""
    k, v = one["k"], one["v"]
    new = plus(faded(S, one.get("g")), outer(k, v))
    if "u" not in one:
        return new, new
    return plus(S, outer([uu * kk for uu, kk in zip(one["u"], k, strict=True)], v)), new


def gated_delta(one: Given, S: Matrix) -> tuple[Matrix, Matrix]:
    """Yang et al. 2024, eq. 10: what the decayed state says to the key is corrected."""
    kept = faded(S, one.get("g"))
    error = [one["beta"] * (wanted - found) for wanted, found in zip(one["v"], read(kept, one["k"]), strict=True)]
    new = plus(kept, outer(one["k"], error))
    return new, new


def dplr(one: Given, S: Matrix) -> tuple[Matrix, Matrix]:
    """Peng et al. 2025, eq. 17: a sees the state that has not decayed."""
    moved = outer(one["b"], read(S, one["a"]))
    new = plus(plus(faded(S, one.get("g")), moved), outer(one["k"], one["v"]))
    return new, new


def attention(
    head: Callable[[Given, Matrix], tuple[Matrix, Matrix]], given: Given, now: Given, states: States
) -> Stepped:
    """Each head of the keys serves as many heads of the values, one behind the other."""
    group = len(now["v"]) // len(now["k"])
    both, said, new = {**given, **now}, [], []
    for j, S in enumerate(states[0]):
        one = {name: both[name][j // group] for name in OF_KEYS if name in both}
        one |= {name: both[name][j] for name in OF_VALUES if name in both}
        seen, written = head(one, S)
        said.append(read(seen, scaled(given, one["q"])))
        new.append(written)
    return said, (new,)


def stabilised(i: Number, f: Number, m: Number) -> tuple[Number, Number, Number]:
    """Beck et al. 2024, eq. 15-17 and 25-27: the exponent that is taken out, the forget gate and the input gate."""
    kept = log_sigmoid(f) + m
    top = kept if float(kept) > float(i) else i
    return top, exp(kept - top), exp(i - top)


def mlstm(given: Given, now: Given, states: States) -> Stepped:
    """Beck et al. 2024, eq. 19-27."""
    rows = zip(*(now[name] for name in "qkvif"), *states, strict=True)
    heads = [mlstm_head(given, *row) for row in rows]
    said, *new = (list(column) for column in zip(*heads, strict=True))
    return said, tuple(new)


def mlstm_head(
    given: Given, q: Vector, k: Vector, v: Vector, i: Number, f: Number, C: Matrix, n: Vector, m: Number
) -> tuple[Vector, Matrix, Vector, Number]:
    top, forget, write = stabilised(i, f, m)
    C = [
        [forget * entry + write * (kk * vv) for entry, vv in zip(row, v, strict=True)]
        for row, kk in zip(C, k, strict=True)
    ]
    n = [forget * entry + write * kk for entry, kk in zip(n, k, strict=True)]
    q = scaled(given, q)
    seen, floor = dot(q, n), exp(-top)
    size = -seen if float(seen) < 0.0 else seen
    norm = (size if float(size) > float(floor) else floor) + given.get("eps", 0.0)
    return [entry / norm for entry in read(C, q)], C, n, top


def slstm(given: Given, now: Given, states: States) -> Stepped:
    """Beck et al. 2024, eq. 8-17; every gate sees what its own head said before."""
    new: list[list[Vector]] = []
    for head, (before, *others) in enumerate(zip(*states, strict=True)):
        gates = []
        for name in "ifzo":
            recurrent = product(given[f"R{name}"][head], before)
            rows = zip(now[name][head], recurrent, given[f"b{name}"][head], strict=True)
            gates.append([arrived + fed + bias for arrived, fed, (bias,) in rows])
        units = [slstm_unit(*unit) for unit in zip(*gates, *others, strict=True)]
        new.append([list(column) for column in zip(*units, strict=True)])
    said, *rest = (list(state) for state in zip(*new, strict=True))
    return said, (said, *rest)


def slstm_unit(
    i: Number, f: Number, z: Number, o: Number, c: Number, n: Number, m: Number
) -> tuple[Number, Number, Number, Number]:
    top, forget, write = stabilised(i, f, m)
    c, n = forget * c + write * tanh(z), forget * n + write
    return sigmoid(o) * (c / n), c, n, top


def causal_conv(unit: Callable[[Number], Number], given: Given, now: Given, states: States) -> Stepped:
    """Gu and Dao 2023, fig. 3: the newest input meets the last weight."""
    windows = [[*past, x] for past, x in zip(states[0], now["x"], strict=True)]
    rows = zip(given["w"], windows, given["b"], strict=True)
    return [unit(dot(w, window) + bias) for w, window, (bias,) in rows], ([window[1:] for window in windows],)


def silu(z: Number) -> Number:
    return z * sigmoid(z)


def selective_scan(given: Given, now: Given, states: States) -> Stepped:
    """Gu and Dao 2023, algorithm 2: A by a zero-order hold, B by Euler's step."""
    said, new = [], []
    rows = zip(now["u"], now["delta"], given["A"], given["D"], states[0], strict=True)
    for u, delta, A, (skip,), h in rows:
        entries = zip(A, h, now["B"], strict=True)
        h_next = [exp(delta * a) * entry + delta * b * u for a, entry, b in entries]
        said.append(dot(now["C"], h_next) + skip * u)
        new.append(h_next)
    return said, (new,)


def selective_scan_layer(given: Given, now: Given, states: States) -> Stepped:
    """Gu and Dao 2023, algorithm 2 and figure 3: the step and the rates of raw numbers, and the other branch's gate."""
    rates = [[-exp(entry) for entry in row] for row in given["A_log"]]
    delta = [softplus(x + b) for x, (b,) in zip(now["raw"], given["b"], strict=True)]
    said, new = selective_scan({**given, "A": rates}, {**now, "delta": delta}, states)
    return [y * silu(z) for y, z in zip(said, now["z"], strict=True)], new


def each(unit: Callable[..., Number], names: str, given: Given, now: Given, states: States) -> Stepped:
    """A recurrence of every unit by itself, whose state is what is read."""
    weights = [[entry for (entry,) in given["L"]]] if "L" in given else []
    columns = [now[name] for name in names]
    begun = [now["reset"]] if "reset" in now else []
    h = [unit(*row, *begun) for row in zip(*columns, *weights, states[0], strict=True)]
    return h, (h,)


def diagonal(x: Number, g: Number, h: Number) -> Number:
    """Qin, Yang and Zhong 2023, eq. 3, of an input that is gated already."""
    return exp(g) * h + x


def positive(x: Number) -> Number:
    """Feng et al. 2024, appendix B."""
    return x + 0.5 if float(x) > 0.0 else sigmoid(x)


def min_gru(z: Number, x: Number, h: Number) -> Number:
    """Feng et al. 2024, section 3.1."""
    # 1 - sigmoid(z) would cancel where the gate is open
    return sigmoid(-z) * h + sigmoid(z) * positive(x)


def min_lstm(f: Number, i: Number, x: Number, h: Number) -> Number:
    """Feng et al. 2024, section 3.2: the gates' shares of their sum."""
    kept, written = sigmoid(f), sigmoid(i)
    # a / (a + b) as 1 / (1 + b / a), whose derivative does not cancel
    return h / (1.0 + written / kept) + positive(x) / (1.0 + kept / written)


def rg_lru(x: Number, r: Number, i: Number, L: Number, h: Number, reset: bool = False) -> Number:
    """De et al. 2024, section 2.4."""
    gated, log_a = sigmoid(i) * x, -8.0 * sigmoid(r) * softplus(L)
    return gated if reset else exp(log_a) * h + sqrt(-expm1(2.0 * log_a)) * gated


def wkv4(given: Given, now: Given, states: States) -> Stepped:
    """Peng et al. 2023, appendix D: the mean is read before the state fades and is written."""
    rows = zip(now["k"], now["v"], given["g"], given["u"], *states, strict=True)
    said, *new = (list(column) for column in zip(*(wkv4_unit(*row) for row in rows), strict=True))
    return said, tuple(new)


def wkv4_unit(
    k: Number, v: Number, g: Vector, u: Vector, c: Number, n: Number, m: Number
) -> tuple[Number, Number, Number, Number]:
    # both weights over the larger: its own slope is nothing then, where the difference from the mean cancels
    past, now = (1.0, exp(u[0] + k - m)) if float(m) > float(u[0] + k) else (exp(m - u[0] - k), 1.0)
    fade = m + g[0]
    top = fade if float(fade) > float(k) else k
    kept, written = exp(fade - top), exp(k - top)
    return (past * c + now * v) / (past * n + now), kept * c + written * v, kept * n + written, top


STEPS: Mapping[str, Step] = {
    "causal_conv": partial(causal_conv, lambda z: z),
    "causal_conv_silu": partial(causal_conv, silu),
    "diagonal": partial(each, diagonal, "xg"),
    "gated_linear": partial(attention, gated_linear),
    "gated_delta": partial(attention, gated_delta),
    "dplr": partial(attention, dplr),
    "mlstm": mlstm,
    "slstm": slstm,
    "selective_scan": selective_scan,
    "selective_scan_layer": selective_scan_layer,
    "min_gru": partial(each, min_gru, "zx"),
    "min_lstm": partial(each, min_lstm, "fix"),
    "rg_lru": partial(each, rg_lru, "xri"),
    "wkv4": wkv4,
}
