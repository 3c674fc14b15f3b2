"""Each cell's equations once more, from its paper, a scalar at a time: for tests/oracle.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from writings.tape import Number, exp, sigmoid, tanh

Vector: TypeAlias = list[Number]
Matrix: TypeAlias = list[Vector]
Parameters: TypeAlias = Mapping[str, Matrix]
State: TypeAlias = tuple[Vector, ...]


def softmax(column: Vector) -> Vector:
    # `top` cancels out of the result, so it stays a constant where the column is on a tape.
    top = max(float(entry) for entry in column)
    powers = [exp(entry - top) for entry in column]
    total = sum(powers, 0.0)
    return [power / total for power in powers]


def product(matrix: Matrix, vector: Vector) -> Vector:
    return [sum((w * v for w, v in zip(row, vector, strict=True)), 0.0) for row in matrix]


def affine(matrix: Matrix, vector: Vector, bias: Matrix) -> Vector:
    return [z + offset for z, (offset,) in zip(product(matrix, vector), bias, strict=True)]


def gate(p: Parameters, name: str, vector: Vector) -> Vector:
    return affine(p[f"W{name}"], vector, p[f"b{name}"])


def elman(unit: Callable[[Number], Number], p: Parameters, x: Vector, state: State) -> State:
    """Elman 1990; with a rectifier: Le, Jaitly and Hinton 2015."""
    recurrent = affine(p["Waa"], state[0], p["ba"])
    return ([unit(u + v) for u, v in zip(product(p["Wax"], x), recurrent, strict=True)],)


def rectified(z: Number) -> Number:
    return z if float(z) > 0.0 else 0.0


def remembered(f: Iterable[Number], c_prev: Vector, i: Iterable[Number], z: Vector) -> Vector:
    return [fk * ck + ik * tanh(zk) for fk, ck, ik, zk in zip(f, c_prev, i, z, strict=True)]


def exposed(z: Vector, c: Vector) -> Vector:
    return [sigmoid(zk) * tanh(ck) for zk, ck in zip(z, c, strict=True)]


def lstm(p: Parameters, x: Vector, state: State) -> State:
    """Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; no peepholes."""
    joined, c_prev = [*state[0], *x], state[1]
    f, i = map(sigmoid, gate(p, "f", joined)), map(sigmoid, gate(p, "i", joined))
    c = remembered(f, c_prev, i, gate(p, "c", joined))
    return exposed(gate(p, "o", joined), c), c


def lstm_peephole(p: Parameters, x: Vector, state: State) -> State:
    """Gers, Schraudolph and Schmidhuber 2002: f and i see the old cell, o the new one."""
    joined, c_prev = [*state[0], *x], state[1]

    def seeing(name: str, cell: Vector) -> Vector:
        return [z + w * c for z, (w,), c in zip(gate(p, name, joined), p[f"P{name}"], cell, strict=True)]

    f, i = map(sigmoid, seeing("f", c_prev)), map(sigmoid, seeing("i", c_prev))
    c = remembered(f, c_prev, i, gate(p, "c", joined))
    return exposed(seeing("o", c), c), c


def lstm_coupled(p: Parameters, x: Vector, state: State) -> State:
    """Greff et al. 2017, CIFG: what is not written is kept."""
    joined, c_prev = [*state[0], *x], state[1]
    i = [sigmoid(z) for z in gate(p, "i", joined)]
    # 1 - sigmoid(z) would cancel where the gate is open
    kept = [sigmoid(-z) for z in gate(p, "i", joined)]
    c = remembered(kept, c_prev, i, gate(p, "c", joined))
    return exposed(gate(p, "o", joined), c), c


def lstm_projected(p: Parameters, x: Vector, state: State) -> State:
    """Sak, Senior and Beaufays 2014: the units are projected before anything sees them."""
    units, c = lstm(p, x, state)
    return product(p["Wp"], units), c


def lstm_clipped(p: Parameters, x: Vector, state: State) -> State:
    """Sak, Senior and Beaufays 2014, section 3: the cell is clipped, and then used and carried."""
    joined, c_prev, ((limit,),) = [*state[0], *x], state[1], p["clip"]
    f, i = map(sigmoid, gate(p, "f", joined)), map(sigmoid, gate(p, "i", joined))
    free = remembered(f, c_prev, i, gate(p, "c", joined))
    c = [limit if float(ck) > float(limit) else -limit if float(ck) < -float(limit) else ck for ck in free]
    return exposed(gate(p, "o", joined), c), c


def blended(u: Vector, candidate: Vector, a_prev: Vector) -> State:
    return ([uk * tanh(zk) + (1.0 - uk) * ak for uk, zk, ak in zip(u, candidate, a_prev, strict=True)],)


def gru(p: Parameters, x: Vector, state: State) -> State:
    """Cho et al. 2014 with u for 1 - z: the reset state goes into the product."""
    (a_prev,) = state
    u, r = ([sigmoid(z) for z in gate(p, name, [*a_prev, *x])] for name in "ur")
    reset = [rk * ak for rk, ak in zip(r, a_prev, strict=True)]
    return blended(u, gate(p, "c", [*reset, *x]), a_prev)


def gru_reset_after(p: Parameters, x: Vector, state: State) -> State:
    """As cuDNN computes it: the product of the whole state is reset, its own bias with it."""
    (a_prev,) = state
    n_a = len(a_prev)
    u, r = ([sigmoid(z) for z in gate(p, name, [*a_prev, *x])] for name in "ur")
    recurrent = affine([row[:n_a] for row in p["Wc"]], a_prev, p["bca"])
    new = affine([row[n_a:] for row in p["Wc"]], x, p["bc"])
    return blended(u, [zk + rk * hk for zk, rk, hk in zip(new, r, recurrent, strict=True)], a_prev)
