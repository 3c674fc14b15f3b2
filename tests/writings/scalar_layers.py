"""A layer's forward and backward a second time, as scalar loops over one example after the other: for tests/oracle.py.

The equations are written once, for numbers that are either floats or `Scalar`s. Gradients come
from running those same loops on `Scalar`s and sweeping their tape backwards, so no hand-derived
backward formula is trusted anywhere. NumPy only moves data in and out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from writings.scalar_steps import (
    Parameters,
    State,
    Vector,
    affine,
    elman,
    gru,
    gru_reset_after,
    lstm,
    lstm_clipped,
    lstm_coupled,
    lstm_peephole,
    lstm_projected,
    rectified,
    softmax,
)
from writings.tape import Scalar, sweep, tanh

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
Outputs: TypeAlias = dict[str, NDArray[np.float64]]


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
    vectors = {name: over_time(runs, itemgetter(k)) for k, name in enumerate(rows)}
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
    sources = {form.before.format("a"): blank(family, "a", inputs, form, parameters), **inputs}
    leaves = {name: taped(array, tape) for name, array in sources.items() if name not in {*upstream, *fixed}}
    constants = {*family.constants, *(() if "dy" in inputs else family.head)}
    weights = {name: taped(array, tape) for name, array in parameters.items() if name not in constants}
    everything = {**parameters, **weights}
    runs = unroll(family, form, {**leaves, **fixed}, everything)
    into = differentiable(family, form, runs)
    into["dy"] = predictions(family, runs, everything) if "dy" in inputs else []
    sweep(sum((total(tape, into[name], gradients) for name, gradients in upstream.items()), Scalar(0.0, tape)))
    return {f"d{name}": slopes(array) for name, array in {**leaves, **weights}.items()}


def differentiable(family: Family, form: Form, runs: list[Run]) -> dict[str, list[Vector]]:
    """The states that gradients flow into, by the names of those gradients."""
    into = {}
    for k, s in enumerate(family.states):
        into[f"d{form.after.format(s)}"] = over_time(runs, itemgetter(k))
        into[f"d{s}_last"] = [run.final[k] for run in runs]
    return into


def total(tape: list[Scalar], vectors: list[Vector], gradients: list[Vector]) -> Scalar:
    objective = Scalar(0.0, tape)
    for vector, gradient in zip(vectors, gradients, strict=True):
        for entry, d in zip(vector, gradient, strict=bool(vector)):
            objective = objective + d * entry
    return objective
