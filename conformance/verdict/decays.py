"""The log decays of a recurrence, and how far its outputs move with them."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import FUNCTIONS

from .budget import Floats

GATES = {"mlstm": "f"}  # whose log decays are log s(f); elsewhere they are an input of their own
STEP = 2.0**-30  # by which a log decay is made less
DRAWS = 128  # of a sketch, as of H: log-std pi / (2 sqrt n)


def decay_of(golden: Golden) -> str:
    """The input that says how much is kept."""
    return GATES.get(golden.entry.operation.family, "g")


def log_decays(golden: Golden) -> Floats:
    given: Floats = golden.inputs[decay_of(golden)]
    return -np.logaddexp(0, -given) if golden.entry.operation.family in GATES else given


def slope(golden: Golden) -> Floats:
    """Of the log decays by the input that says them."""
    given = golden.inputs[decay_of(golden)]
    return np.exp(-np.logaddexp(0, given)) if golden.entry.operation.family in GATES else np.ones(given.shape)


def moved_by(golden: Golden, weights: Mapping[str, Floats]) -> dict[str, Floats]:
    """For each output the sum over log decays, and logarithms of other inputs, of a weight times how far that moves it.

    One by one where they are few, else by a sketch: draws of Cauchy's distribution for all at once.
    """
    many = sum(array.size for array in weights.values()) > DRAWS * golden.entry.dims["m"]
    return _sketched(golden, weights) if many else _one_by_one(golden, weights)


def _sketched(golden: Golden, weights: Mapping[str, Floats]) -> dict[str, Floats]:
    random = np.random.default_rng(0)
    logs = {name: np.zeros(array.shape) for name, array in golden.outputs.items()}
    for _ in range(DRAWS):
        by = {name: STEP * array * random.standard_cauchy(array.shape) for name, array in weights.items()}
        for name, found in _slopes(golden, by).items():
            logs[name] += np.log(np.maximum(found, np.finfo(float).tiny)) / DRAWS
    return {name: np.exp(array) for name, array in logs.items()}


def _one_by_one(golden: Golden, weights: Mapping[str, Floats]) -> dict[str, Floats]:
    total = {name: np.zeros(array.shape) for name, array in golden.outputs.items()}
    for which, array in weights.items():
        for at in _places(golden, array.shape):
            by = np.zeros(array.shape)
            by[at] = STEP
            for name, found in _slopes(golden, {which: by}).items():
                total[name] += found * _along(golden, name, array[at])
    return total


def _slopes(golden: Golden, less: Mapping[str, Floats]) -> dict[str, Floats]:
    """How far the reference's outputs move where logarithms are so much less, in steps."""
    operation, decay = golden.entry.operation, decay_of(golden)
    inputs = {name: a * (1 - less[name]) if name in less else a for name, a in golden.inputs.items()}
    if decay in less:
        inputs[decay] = _of_log(log_decays(golden) - less[decay], golden, less[decay] == 0)
    outputs = operation.named(operation.call(FUNCTIONS, inputs, golden.parameters), [*inputs, *golden.parameters])
    return {name: np.abs(outputs[name] - want) / STEP for name, want in golden.outputs.items()}


def _of_log(logs: Floats, golden: Golden, kept: NDArray[np.bool_]) -> Floats:
    """What says these log decays; those of a gate are below 0."""
    if golden.entry.operation.family not in GATES:
        return logs
    below = np.minimum(logs, -np.finfo(float).tiny)
    return np.where(kept, golden.inputs[decay_of(golden)], below - np.log(-np.expm1(below)))


def _places(golden: Golden, shape: tuple[int, ...]) -> Iterator[tuple[Any, ...]]:
    """Where each stands, of all examples at once where every output is of an example."""
    *features, m, steps = shape
    together = all("m" in golden.entry.axes[f"outputs/{name}"][0].split() for name in golden.outputs)
    for where in np.ndindex(*features, steps):
        for examples in [slice(None)] if together else [slice(j, j + 1) for j in range(m)]:
            yield (*where[:-1], examples, where[-1])


def _along(golden: Golden, name: str, weights: Floats) -> Any:
    """The weights of the examples along the axis of examples of an output; of what adds examples up, that of the one that is moved."""
    axes = golden.entry.axes[f"outputs/{name}"][0].split()
    if "m" not in axes:
        return weights.max()
    whole = weights if len(weights) == golden.outputs[name].shape[axes.index("m")] else weights.max()
    return np.reshape(whole, [-1 if axis == "m" else 1 for axis in axes])
