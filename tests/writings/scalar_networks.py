"""Networks of layers and directions a second time, one example after the other: for tests/oracle.py."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
from writings.scalar_layers import Arrays, Family, Outputs, slopes, taped, total
from writings.scalar_steps import Matrix, State, Vector
from writings.tape import Scalar, sweep

Parts = dict[tuple[int, int], dict[str, Matrix]]  # (layer, direction) -> parameters of that cell


class Run(NamedTuple):
    """One example: what the top layer says at each of its steps, and the final state of each layer and direction."""

    said: list[Vector]
    finals: list[State]


def parts(parameters: Arrays) -> Parts:
    """`Wf[1][0]` and the like by the place they are for."""
    found: Parts = defaultdict(dict)
    for place, array in parameters.items():
        name, layer, direction = place.replace("]", "").split("[")
        found[int(layer), int(direction)][name] = array.tolist()
    return dict(found)


def walked(family: Family, p: Parts, sequence: list[Vector], starts: list[State]) -> Run:
    below, finals = sequence, list[State]()
    n_l, n_d = (1 + max(indices) for indices in zip(*p, strict=True))
    for layer in range(n_l):
        said: list[Vector] = [[] for _ in sequence]
        for direction in range(n_d):
            state = starts[len(finals)]
            for t in reversed(range(len(sequence))) if direction == 1 else range(len(sequence)):
                state = family.step(p[layer, direction], below[t], state)
                said[t] = [*said[t], *state[0]]
            finals.append(state)
        below = said
    return Run(below, finals)


def initial(family: Family, inputs: Arrays, parameters: Arrays) -> dict[str, np.ndarray]:
    """Every initial state, zeros where it is not given."""
    p = parts(parameters)
    n_a = len(p[0, 0][family.states["a"]])
    return {f"{s}0": inputs.get(f"{s}0", np.zeros((len(p), n_a, inputs["x"].shape[1]))) for s in family.states}


def unroll(family: Family, inputs: Arrays, parameters: Arrays) -> list[Run]:
    """Every example by itself, through the steps that it has."""
    p, x = parts(parameters), inputs["x"]
    _, m, T_x = x.shape
    starts = initial(family, inputs, parameters).values()
    lengths = inputs["lengths"].tolist() if "lengths" in inputs else [T_x] * m
    return [
        walked(
            family,
            p,
            [x[:, j, t].tolist() for t in range(length)],
            [tuple(array[k, :, j].tolist() for array in starts) for k in range(len(p))],
        )
        for j, length in enumerate(lengths)
    ]


def forward(family: Family, inputs: Arrays, parameters: Arrays) -> Outputs:
    states = initial(family, inputs, parameters)
    n_d = 1 + max(direction for _, direction in parts(parameters))
    a = np.zeros((n_d * states["a0"].shape[1], *inputs["x"].shape[1:]))
    lasts = {f"{s}_last": np.zeros(array.shape) for s, array in zip(family.states, states.values(), strict=True)}
    for j, run in enumerate(unroll(family, inputs, parameters)):
        for t, vector in enumerate(run.said):
            a[:, j, t] = vector
        for k, final in enumerate(run.finals):
            for array, vector in zip(lasts.values(), final, strict=True):
                array[k, :, j] = vector
    return {"a": a, **lasts}


def backward(family: Family, inputs: Arrays, parameters: Arrays) -> Outputs:
    """The slopes of the sum of every output times the gradient that flows into it."""
    tape: list[Scalar] = []
    sources = {"a0": initial(family, inputs, parameters)["a0"], **inputs}
    leaves = {name: taped(array, tape) for name, array in sources.items() if name in ("x", "a0", "c0")}
    weights = {name: taped(array, tape) for name, array in parameters.items()}
    runs = unroll(family, {**inputs, **leaves}, weights)
    objective = Scalar(0.0, tape)
    for j, run in enumerate(runs):
        da = [inputs["da"][:, j, t].tolist() for t in range(len(run.said))]
        objective = objective + total(tape, run.said, da)
        for i, s in enumerate(family.states):
            if f"d{s}_last" in inputs:
                vectors = [final[i] for final in run.finals]
                objective = objective + total(tape, vectors, inputs[f"d{s}_last"][:, :, j].tolist())
    sweep(objective)
    return {f"d{name}": slopes(array) for name, array in {**leaves, **weights}.items()}
