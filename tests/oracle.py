"""The operations a second time, as scalar loops that share no code with the product.

The equations are written once, for numbers that are either floats or `Scalar`s. Gradients come
from running those same loops on `Scalar`s and sweeping their tape backwards, so no hand-derived
backward formula is trusted anywhere. NumPy only moves data in and out. Another family is one more
step function and one more entry in FAMILIES.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray


class Scalar:
    """A number that remembers which numbers made it, and its partial derivative by each."""

    __slots__ = ("parents", "slope", "tape", "value")

    def __init__(self, value: float, tape: list[Scalar], *parents: tuple[Scalar, float]) -> None:
        self.value, self.slope, self.tape, self.parents = value, 0.0, tape, parents
        tape.append(self)

    def _join(self, other: Number, value: float, by_self: float, by_other: float) -> Scalar:
        if isinstance(other, Scalar):
            return Scalar(value, self.tape, (self, by_self), (other, by_other))
        return Scalar(value, self.tape, (self, by_self))

    def __float__(self) -> float:
        return self.value

    def __neg__(self) -> Scalar:
        return Scalar(-self.value, self.tape, (self, -1.0))

    def __add__(self, other: Number) -> Scalar:
        return self._join(other, self.value + float(other), 1.0, 1.0)

    def __sub__(self, other: Number) -> Scalar:
        return self._join(other, self.value - float(other), 1.0, -1.0)

    def __rsub__(self, other: float) -> Scalar:
        return Scalar(other - self.value, self.tape, (self, -1.0))

    def __mul__(self, other: Number) -> Scalar:
        return self._join(other, self.value * float(other), float(other), self.value)

    def __truediv__(self, other: Number) -> Scalar:
        ratio = self.value / float(other)
        return self._join(other, ratio, 1.0 / float(other), -ratio / float(other))

    def __rtruediv__(self, other: float) -> Scalar:
        ratio = other / self.value
        return Scalar(ratio, self.tape, (self, -ratio / self.value))

    __radd__, __rmul__ = __add__, __mul__


Number: TypeAlias = float | Scalar
Vector: TypeAlias = list[Number]
Matrix: TypeAlias = list[Vector]
State: TypeAlias = tuple[Vector, ...]
Arrays: TypeAlias = Mapping[str, NDArray[Any]]
Outputs: TypeAlias = dict[str, NDArray[np.float64]]


def sweep(objective: Scalar) -> None:
    objective.slope = 1.0
    # A number is taped after those that made it, so the reversed tape is a topological order.
    for node in reversed(objective.tape):
        for parent, partial_derivative in node.parents:
            parent.slope += partial_derivative * node.slope


def exp(x: Number) -> Number:
    if isinstance(x, Scalar):
        value = math.exp(x.value)
        return Scalar(value, x.tape, (x, value))
    return math.exp(x)


def tanh(x: Number) -> Number:
    if isinstance(x, Scalar):
        # 1 / cosh(x)^2 written so that it neither cancels, as 1 - tanh(x)^2 does, nor overflows.
        small = math.exp(-2.0 * abs(x.value))
        return Scalar(math.tanh(x.value), x.tape, (x, 4.0 * small / (1.0 + small) ** 2))
    return math.tanh(x)


def sigmoid(x: Number) -> Number:
    # One function in two forms, because exp of a large positive number overflows.
    negative = float(x) < 0.0
    small = exp(x if negative else -x)
    return (small if negative else 1.0) / (1.0 + small)


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


def rnn_step(p: Mapping[str, Matrix], x: Vector, state: State) -> State:
    """Elman 1990, with tanh units."""
    (a_prev,) = state
    recurrent = affine(p["Waa"], a_prev, p["ba"])
    return ([tanh(u + v) for u, v in zip(product(p["Wax"], x), recurrent, strict=True)],)


def lstm_step(p: Mapping[str, Matrix], x: Vector, state: State) -> State:
    """Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; no peepholes."""
    a_prev, c_prev = state
    joined = [*a_prev, *x]
    f = [sigmoid(z) for z in affine(p["Wf"], joined, p["bf"])]
    i = [sigmoid(z) for z in affine(p["Wi"], joined, p["bi"])]
    o = [sigmoid(z) for z in affine(p["Wo"], joined, p["bo"])]
    cct = [tanh(z) for z in affine(p["Wc"], joined, p["bc"])]
    c = [fk * ck + ik * gk for fk, ck, ik, gk in zip(f, c_prev, i, cct, strict=True)]
    a = [ok * tanh(ck) for ok, ck in zip(o, c, strict=True)]
    return a, c


class Family(NamedTuple):
    """`states` starts with "a", the one that the head reads and a sequence's `da` enters."""

    step: Callable[[Mapping[str, Matrix], Vector, State], State]
    states: tuple[str, ...]
    head: tuple[str, str]
    prediction: str


FAMILIES = {
    "rnn": Family(rnn_step, ("a",), ("Wya", "by"), "y_pred"),
    "lstm": Family(lstm_step, ("a", "c"), ("Wy", "by"), "y"),
}


class Form(NamedTuple):
    """How an operation spells its names; a cell is computed as a sequence of one step."""

    x: str
    before: str
    after: str


CELL = Form("xt", "{}_prev", "{}_next")
SEQUENCE = Form("x", "{}0", "{}")


def columns(array: NDArray[Any]) -> list[Vector]:
    vectors: list[Vector] = np.moveaxis(array, 0, -1).reshape(-1, len(array)).tolist()
    return vectors


def from_columns(vectors: list[Vector], other_axes: tuple[int, ...]) -> NDArray[np.float64]:
    array = np.array(vectors, dtype=np.float64).reshape(*other_axes, -1)
    return np.ascontiguousarray(np.moveaxis(array, -1, 0))


def unroll(family: Family, form: Form, inputs: Arrays, parameters: Arrays) -> list[State]:
    """The state after every step of the first example, then of the second, and so on."""
    p = {name: array.tolist() for name, array in parameters.items()}
    first, *others = map(form.before.format, family.states)
    if unknown := inputs.keys() - {form.x, first, *others}:
        raise ValueError(f"the oracle does not implement {sorted(unknown)}")
    zeros = {} if form is CELL else dict.fromkeys(others, np.zeros(inputs[first].shape))
    starts = [columns({**zeros, **inputs}[name]) for name in (first, *others)]
    x = inputs[form.x]
    sequences = np.moveaxis(x, 0, -1).reshape(x.shape[1], -1, len(x)).tolist()
    reached = []
    for sequence, *start in zip(sequences, *starts, strict=True):
        state: State = tuple(start)
        for step_input in sequence:
            state = family.step(p, step_input, state)
            reached.append(state)
    return reached


def forward(family: Family, form: Form, inputs: Arrays, parameters: Arrays) -> Outputs:
    reached = unroll(family, form, inputs, parameters)
    names = map(form.after.format, family.states)
    vectors = {name: [state[k] for state in reached] for k, name in enumerate(names)}
    weight, bias = (parameters[name].tolist() for name in family.head)
    prediction = "yt_pred" if form is CELL else family.prediction
    vectors[prediction] = [softmax(affine(weight, state[0], bias)) for state in reached]
    return {name: from_columns(vs, inputs[form.x].shape[1:]) for name, vs in vectors.items()}


def taped(array: NDArray[Any], tape: list[Scalar]) -> NDArray[Any]:
    leaves = [Scalar(value, tape) for value in array.ravel().tolist()]
    return np.array(leaves, dtype=object).reshape(array.shape)


def slopes(leaves: NDArray[Any]) -> NDArray[np.float64]:
    return np.array([leaf.slope for leaf in leaves.ravel()]).reshape(leaves.shape)


def backward(family: Family, form: Form, inputs: Arrays, parameters: Arrays) -> Outputs:
    tape: list[Scalar] = []
    sources = dict(inputs)
    fed = family.states if form is CELL else family.states[:1]
    upstream = [columns(sources.pop(f"d{form.after.format(state)}")) for state in fed]
    leaves = {name: taped(array, tape) for name, array in sources.items()}
    weights = {n: taped(w, tape) for n, w in parameters.items() if n not in family.head}
    reached = unroll(family, form, leaves, weights)
    objective = Scalar(0.0, tape)
    for k, gradients in enumerate(upstream):
        for state, gradient in zip(reached, gradients, strict=True):
            for entry, d in zip(state[k], gradient, strict=True):
                objective = objective + d * entry
    sweep(objective)
    return {f"d{name}": slopes(array) for name, array in {**leaves, **weights}.items()}


def on_columns(
    output: str, function: Callable[[Vector], Vector], inputs: Arrays, _: Arrays
) -> Outputs:
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
    doubles = [{n: np.asarray(a, np.float64) for n, a in d.items()} for d in (inputs, parameters)]
    return OPERATIONS[operation](*doubles)
