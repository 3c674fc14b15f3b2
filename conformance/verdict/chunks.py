"""What the cumulative sums of log decays lose where a recurrence is computed in chunks: docs/budget.md derives it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import FUNCTIONS, Kind

from .budget import Floats

DECAY = "g"  # the input that is a logarithm of decays
STEP = 2.0**-13  # of a log decay, on both sides
_known: dict[tuple[str, tuple[int, ...]], Golden] = {}  # by the digest of a golden's arrays


def in_chunks(golden: Golden, chunks: Sequence[int]) -> Golden:
    """The golden whose budgets allow for chunks of so many steps; itself where there are none, or no log decays to be summed."""
    if not chunks or DECAY not in golden.inputs or golden.entry.operation.kind is not Kind.SEQUENCE:
        return golden
    key = golden.entry.evidence, tuple(chunks)
    if key not in _known:
        lost = _lost(golden, chunks)
        wide, coarse = (
            {n: a + lost[n] for n, a in arrays.items()} for arrays in (golden.sensitivity, golden.sensitivity16)
        )
        _known[key] = replace(golden, sensitivity=wide, sensitivity16=coarse)
    return _known[key]


def _lost(golden: Golden, chunks: Sequence[int]) -> dict[str, Floats]:
    """The sum over log decays of the largest cumulative sum in a decay's chunk times how far the decay moves an output."""
    whole = golden.inputs[DECAY].shape[-1]
    sums = np.max([_largest(golden, steps) for steps in {min(steps, whole) for steps in chunks}], axis=0)
    lost = {name: np.zeros(array.shape) for name, array in golden.outputs.items()}
    for at in _decays(golden):
        up, down = (_run(golden, at, by) for by in (STEP, -STEP))
        for name, total in lost.items():
            slope = np.abs(up[name] - down[name]) / (2 * STEP)
            total += slope * _along(golden, name, sums[at])
    return lost


def _largest(golden: Golden, steps: int) -> Floats:
    """For each log decay the largest cumulative sum of its chunk, no step counted that an example does not have."""
    g = golden.inputs[DECAY]
    if "lengths" in golden.inputs:
        g = np.where(np.arange(g.shape[-1]) < golden.inputs["lengths"][:, None], g, 0)
    found = np.empty(g.shape)
    for begin in range(0, g.shape[-1], steps):
        part = np.s_[..., begin : begin + steps]
        found[part] = np.abs(np.cumsum(g[part], axis=-1)).max(axis=-1, keepdims=True)
    return found


def _decays(golden: Golden) -> Iterator[tuple[Any, ...]]:
    """Where each log decay stands, of all examples at once where every output is of an example."""
    *features, m, steps = golden.inputs[DECAY].shape
    together = all("m" in golden.entry.axes[f"outputs/{name}"][0].split() for name in golden.outputs)
    for where in np.ndindex(*features, steps):
        for examples in [slice(None)] if together else [slice(j, j + 1) for j in range(m)]:
            yield (*where[:-1], examples, where[-1])


def _run(golden: Golden, at: tuple[Any, ...], by: float) -> dict[str, NDArray[Any]]:
    """The reference's outputs with some log decays moved."""
    operation, g = golden.entry.operation, golden.inputs[DECAY].copy()
    g[at] += by
    inputs = {**golden.inputs, DECAY: g}
    return operation.named(operation.call(FUNCTIONS, inputs, golden.parameters), [*inputs, *golden.parameters])


def _along(golden: Golden, name: str, sums: Floats) -> Any:
    """The sums of the examples along the axis of examples of an output; of what adds examples up, those of the one that is moved."""
    axes = golden.entry.axes[f"outputs/{name}"][0].split()
    if "m" not in axes:
        return sums.max()
    whole = sums if len(sums) == golden.outputs[name].shape[axes.index("m")] else sums.max()
    return np.reshape(whole, [-1 if axis == "m" else 1 for axis in axes])
