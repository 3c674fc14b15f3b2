"""The operations a second time, as scalar loops that share no code with the product.

The equations are written once, for numbers that are either floats or `Scalar`s. Gradients come
from running those same loops on `Scalar`s and sweeping their tape backwards, so no hand-derived
backward formula is trusted anywhere. NumPy only moves data in and out. Another family is one more
step function and one more entry in FAMILIES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tape import Number, Scalar, exp, sigmoid, sweep, tanh

Vector: TypeAlias = list[Number]
Matrix: TypeAlias = list[Vector]
Parameters: TypeAlias = Mapping[str, Matrix]
State: TypeAlias = tuple[Vector, ...]
Arrays: TypeAlias = Mapping[str, NDArray[Any]]
Outputs: TypeAlias = dict[str, NDArray[np.float64]]


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


class Family(NamedTuple):
    """`states` starts with "a", the one that the head reads; each with a parameter of as many rows."""

    step: Callable[[Parameters, Vector, State], State]
    states: Mapping[str, str]
    head: tuple[str, str] = ("Wy", "by")
    prediction: str = "y"
    constants: tuple[str, ...] = ()


LSTM = {"a": "bo", "c": "bo"}
FAMILIES = {
    "rnn": Family(partial(elman, tanh), {"a": "ba"}, ("Wya", "by"), "y_pred"),
    "rnn_relu": Family(partial(elman, rectified), {"a": "ba"}, ("Wya", "by"), "y_pred"),
    "lstm": Family(lstm, LSTM),
    "lstm_peephole": Family(lstm_peephole, LSTM),
    "lstm_coupled": Family(lstm_coupled, LSTM),
    "lstm_projected": Family(lstm_projected, {"a": "Wp", "c": "bo"}),
    "lstm_clipped": Family(lstm_clipped, LSTM, constants=("clip",)),
    "gru": Family(gru, {"a": "bu"}),
    "gru_reset_after": Family(gru_reset_after, {"a": "bu"}),
}


class Form(NamedTuple):
    """How an operation spells its names; a cell is computed as a sequence of one step."""

    x: str
    before: str
    after: str


CELL, SEQUENCE = Form("xt", "{}_prev", "{}_next"), Form("x", "{}0", "{}")


class Run(NamedTuple):
    """One example: the state by the time it was reached at, the last one reached, and how many times there are."""

    reached: dict[int, State]
    final: State
    T_x: int


def columns(array: NDArray[Any]) -> list[Vector]:
    vectors: list[Vector] = np.moveaxis(array, 0, -1).reshape(-1, len(array)).tolist()
    return vectors


def from_columns(vectors: list[Vector], other_axes: tuple[int, ...]) -> NDArray[np.float64]:
    array = np.array(vectors, dtype=np.float64).reshape(*other_axes, -1)
    return np.ascontiguousarray(np.moveaxis(array, -1, 0))


def blank(family: Family, state: str, inputs: Arrays, form: Form, parameters: Arrays) -> NDArray[np.float64]:
    return np.zeros((len(parameters[family.states[state]]), inputs[form.x].shape[1]))


def unroll(family: Family, form: Form, inputs: Arrays, parameters: Arrays) -> list[Run]:
    """Every example by itself, through the steps that it has."""
    p = {name: array.tolist() for name, array in parameters.items()}
    before = {form.before.format(s): blank(family, s, inputs, form, parameters) for s in family.states}
    if unknown := inputs.keys() - {form.x, "lengths", "reverse", *before}:
        raise ValueError(f"the oracle does not implement {sorted(unknown)}")
    starts = [columns(inputs.get(name, zeros)) for name, zeros in before.items()]
    x, m = inputs[form.x], inputs[form.x].shape[1]
    sequences = np.moveaxis(x, 0, -1).reshape(m, -1, len(x)).tolist()
    lengths = inputs["lengths"].tolist() if "lengths" in inputs else [len(sequence) for sequence in sequences]
    runs = []
    for sequence, length, *start in zip(sequences, lengths, *starts, strict=True):
        state, reached = tuple(start), {}
        for t in reversed(range(length)) if inputs.get("reverse") else range(length):
            state = reached[t] = family.step(p, sequence[t], state)
        runs.append(Run(reached, state, len(sequence)))
    return runs


def over_time(runs: list[Run], of: Callable[[State], Vector]) -> list[Vector]:
    """Something of every state: all times of the first example, then of the second; [] where there is no state."""
    return [of(run.reached[t]) if t in run.reached else [] for run in runs for t in range(run.T_x)]


def padded(vectors: list[Vector], n: int) -> list[Vector]:
    return [vector or [0.0] * n for vector in vectors]


def predictions(family: Family, runs: list[Run], parameters: Arrays) -> list[Vector]:
    weight, bias = (parameters[name].tolist() for name in family.head)
    return over_time(runs, lambda state: softmax(affine(weight, state[0], bias)))


def forward(family: Family, form: Form, inputs: Arrays, parameters: Arrays) -> Outputs:
    runs = unroll(family, form, inputs, parameters)
    rows = {form.after.format(state): len(parameters[name]) for state, name in family.states.items()}
    vectors = {name: over_time(runs, lambda state, k=k: state[k]) for k, name in enumerate(rows)}  # type: ignore[misc]
    prediction = "yt_pred" if form is CELL else family.prediction
    rows[prediction], vectors[prediction] = len(parameters["by"]), predictions(family, runs, parameters)
    return {name: from_columns(padded(vs, rows[name]), inputs[form.x].shape[1:]) for name, vs in vectors.items()}


def taped(array: NDArray[Any], tape: list[Scalar]) -> NDArray[Any]:
    leaves = [Scalar(value, tape) for value in array.ravel().tolist()]
    return np.array(leaves, dtype=object).reshape(array.shape)


def slopes(leaves: NDArray[Any]) -> NDArray[np.float64]:
    return np.array([leaf.slope for leaf in leaves.ravel()]).reshape(leaves.shape)


def backward(family: Family, form: Form, inputs: Arrays, parameters: Arrays) -> Outputs:
    """The slopes of the sum of every output times the gradient that flows into it."""
    tape: list[Scalar] = []
    upstream = {name: columns(array) for name, array in inputs.items() if name.startswith("d")}
    fixed = {name: array for name, array in inputs.items() if name in ("lengths", "reverse")}
    first = form.before.format("a")
    sources = {first: blank(family, "a", inputs, form, parameters), **inputs}
    leaves = {name: taped(array, tape) for name, array in sources.items() if name not in {*upstream, *fixed}}
    constants = {*family.constants, *(() if "dy" in inputs else family.head)}
    weights = {name: taped(array, tape) for name, array in parameters.items() if name not in constants}
    everything = {**parameters, **weights}
    runs = unroll(family, form, {**leaves, **fixed}, everything)
    into = {f"d{form.after.format(s)}": over_time(runs, lambda state, k=k: state[k]) for k, s in enumerate(family.states)}  # type: ignore[misc]
    into |= {f"d{s}_last": [run.final[k] for run in runs] for k, s in enumerate(family.states)}
    into["dy"] = predictions(family, runs, everything) if "dy" in inputs else []
    sweep(sum((total(tape, into[name], gradients) for name, gradients in upstream.items()), Scalar(0.0, tape)))
    return {f"d{name}": slopes(array) for name, array in {**leaves, **weights}.items()}


def total(tape: list[Scalar], vectors: list[Vector], gradients: list[Vector]) -> Scalar:
    objective = Scalar(0.0, tape)
    for vector, gradient in zip(vectors, gradients, strict=True):
        for entry, d in zip(vector, gradient, strict=bool(vector)):
            objective = objective + d * entry
    return objective


def on_columns(output: str, function: Callable[[Vector], Vector], inputs: Arrays, _: Arrays) -> Outputs:
    x = inputs["x"]
    return {output: from_columns([function(column) for column in columns(x)], x.shape[1:])}


OPERATIONS: dict[str, Callable[[Arrays, Arrays], Outputs]] = {
    "sigmoid": partial(on_columns, "s", lambda column: [sigmoid(entry) for entry in column]),
    "softmax": partial(on_columns, "p", softmax),
    **{f"{n}_cell_forward": partial(forward, f, CELL) for n, f in FAMILIES.items()},
    **{f"{n}_cell_backward": partial(backward, f, CELL) for n, f in FAMILIES.items()},
    **{f"{n}_forward": partial(forward, f, SEQUENCE) for n, f in FAMILIES.items()},
    **{f"{n}_backward": partial(backward, f, SEQUENCE) for n, f in FAMILIES.items()},
}


def evaluate(operation: str, inputs: Arrays, parameters: Arrays) -> Outputs:
    """The outputs of `operation` by name, all float64."""
    return OPERATIONS[operation](inputs, parameters)
