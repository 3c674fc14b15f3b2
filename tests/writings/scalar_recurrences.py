"""A recurrence's forward and backward a second time, as scalar loops over one example after the other: for tests/writings/oracle.py.

Gradients come from running those same loops on `Scalar`s and sweeping their tape backwards. NumPy only moves data in and out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from writings.recurrence_names import (
    FAMILIES,
    Arrays,
    Call,
    Outputs,
    as_sequence,
    as_step,
    operations,
    said,
    sorted_out,
)
from writings.scalar_gates import GATES
from writings.scalar_layers import slopes, taped
from writings.scalar_recurrent_steps import STEPS, Nested, States
from writings.tape import Scalar, sweep

EVERY = {**STEPS, **GATES}


class Run(NamedTuple):
    """One example: what was read at each of its steps, and the states after the last."""

    read: list[Nested]
    final: States


def unroll(family: str, call: Call) -> list[Run]:
    """Every example by itself, through the steps that it has."""
    fixed = {**{name: array.tolist() for name, array in call.weights.items()}, **call.numbers}
    runs = []
    for j, length in enumerate(call.lengths):
        states, read = tuple(array[..., j].tolist() for array in call.starts.values()), []
        for t in range(length):
            now = {name: array[..., j, t].tolist() for name, array in {**call.steps, **call.marks}.items()}
            out, states = EVERY[family](fixed, now, states)
            read.append(out)
        runs.append(Run(read, states))
    return runs


def forward(family: str, call: Call) -> Outputs:
    names = FAMILIES[family]
    output = np.zeros(call.output)
    lasts = [np.zeros(array.shape) for array in call.starts.values()]
    for j, run in enumerate(unroll(family, call)):
        for t, out in enumerate(run.read):
            output[..., j, t] = out
        for last, final in zip(lasts, run.final, strict=True):
            last[..., j] = final
    return {names.output: output, **{f"{s}_last": last for s, last in zip(names.states, lasts, strict=True)}}


def backward(family: str, call: Call) -> Outputs:
    """The slopes of the sum of every output times the gradient that flows into it."""
    names, tape = FAMILIES[family], list[Scalar]()
    groups = [call.steps, {n: a for n, a in call.starts.items() if n in call.given}, call.weights]
    steps, starts, weights = ({name: taped(array, tape) for name, array in group.items()} for group in groups)
    runs = unroll(family, call._replace(steps=steps, starts={**call.starts, **starts}, weights=weights))
    objective = Scalar(0.0, tape)
    for j, run in enumerate(runs):
        if f"d{names.output}" in call.upstream:
            d = call.upstream[f"d{names.output}"][..., j, : len(run.read)]
            objective = objective + total(run.read, np.moveaxis(d, -1, 0))
        for state, final in zip(names.states, run.final, strict=True):
            if f"d{state}_last" in call.upstream:
                objective = objective + total(final, call.upstream[f"d{state}_last"][..., j])
    sweep(objective)
    return {f"d{name}": slopes(array) for group in (steps, starts, weights) for name, array in group.items()}


def total(numbers: Nested, gradients: NDArray[Any]) -> Scalar | float:
    flat = np.array(numbers, dtype=object).ravel().tolist()
    return sum((d * number for d, number in zip(gradients.ravel().tolist(), flat, strict=True)), 0.0)


def evaluate(operation: str, inputs: Arrays, parameters: Arrays) -> Outputs:
    family, step, gradient = said(operation)
    names = FAMILIES[family]
    call = sorted_out(names, as_sequence(names, inputs) if step else inputs, parameters)
    outputs = (backward if gradient else forward)(family, call)
    return as_step(names, outputs) if step else outputs


OPERATIONS: dict[str, Callable[[Arrays, Arrays], Outputs]] = {
    name: partial(evaluate, name) for family in FAMILIES for name in operations(family)
}
