"""Properties of size: what a golden says at its own small size holds at any."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import FUNCTIONS
from rnnspec.reference.containers import PACKED, pack_sequence

from ..candidate import Raised, Unsupported
from .larger import Larger, differing_inside
from .sequence import apart
from .trial import Holds, Numbers, Trial, copied, other_bits, says

# Of what a tile, a block or a buffer is likely to have: a part of one, whole ones, and more than many.
EXAMPLES = (13, 128, 521)
# As many units, channels or heads as examples tell none from the other. The widest has one example, or no product of its would be left to one thread.
Sizes = Mapping[str, int]
SOME: Sizes = {"n_a": 78, "n_p": 74, "n_x": 96, "n_y": 70, "n_c": 78, "m": 78}
HEADS: Sizes = {"n_h": 20, "m": 20}
MANY: Sizes = {"n_a": 192, "n_p": 188, "n_x": 17, "n_y": 9, "n_c": 192, "n_h": 65}
WIDEST: Sizes = {"n_a": 257, "n_p": 253, "n_x": 261, "n_y": 1025, "n_c": 257, "n_h": 33}
SEQUENCES = 260  # of a length each, up to STEPS
STEPS = 300


@says("In a batch of 13, 128 or 521, each example gives what it gives in a small one, and gradients add up.")
def many_examples(trial: Trial) -> str:
    return _with_short_ones(trial, _among_many)


def _among_many(trial: Trial) -> str:
    plain, m = trial.plain(), trial.golden.entry.dims["m"]
    features, backward = trial.golden.entry.features, trial.operation.forward
    all_of = EXAMPLES[1:] if "lengths" in trial.golden.inputs else EXAMPLES[1:2]  # sorting goes by how many there are
    for many in all_of if features else EXAMPLES:
        all_live = [many // m] if backward and (features or many == EXAMPLES[-1]) else []
        for living in ([] if features and all_live else [1]) + all_live:
            if wrong := _wrong(trial, plain, Larger(trial.golden, {"m": many}, living)):
                return f"{wrong} in a batch of {many}"
    return ""


@says(
    "Copies of a small problem that do not see each other, in a larger one of 78 or 192 units or of many heads, give what it gives."
)
def embedded(trial: Trial) -> str:
    some = [] if trial.golden.entry.features else [HEADS if "n_h" in trial.golden.entry.dims else SOME]
    return _with_short_ones(trial, lambda one: _inside(one, [*some, MANY]))


@says(
    "Copies of a small problem that do not see each other, in one of 257 units and 261 features or of 33 heads, give what it gives."
)
def embedded_widely(trial: Trial) -> str:
    return _with_short_ones(trial, lambda one: _inside(one, [WIDEST]))


def _inside(trial: Trial, many: list[Sizes]) -> str:
    plain = trial.plain()
    for sizes in many:
        larger = Larger(trial.golden, sizes)
        words = ", ".join(f"{axis} {n}" for axis, n in larger.dims.lengths.items() if axis in sizes)
        if wrong := _wrong(trial, plain, larger):
            return f"{wrong} in a larger problem ({words})"
        if sizes is MANY and (wrong := _from_nothing(trial, larger)):
            return f"{wrong} in a larger problem ({words})"
    return ""


def _from_nothing(trial: Trial, larger: Larger) -> str:
    """What differs where all states that may be left out are, from states of zeros."""
    inputs, begun = larger.inputs(), [f"{state}0" for state in trial.operation.states]
    given = [name for name in begun if name in inputs]
    if trial.golden.entry.features or not given or not {*given} <= {*trial.operation.all_omittable}:
        return ""
    zeros = {name: np.zeros_like(inputs[name]) for name in given}
    without = {name: array for name, array in inputs.items() if name not in given}
    with suppress(Unsupported, Raised):  # how a candidate declines to start from None
        none = copied(trial.call(trial.runner.fresh(without), trial.runner.fresh(larger.parameters())))
        some = trial.call(trial.runner.fresh({**inputs, **zeros}), trial.runner.fresh(larger.parameters()))
        if name := apart(trial, {n: a for n, a in none.items() if n in trial.golden.outputs}, some):
            return f"{name} without {', '.join(given)} differs from {name} with zeros"
    return ""


def _with_short_ones(trial: Trial, holds: Holds) -> str:
    """A property, of a forward whose lengths all are whole with some that are not: what sorts examples by these shows only so."""
    inputs, steps = trial.golden.inputs, trial.golden.entry.dims.get("T_x", 1)
    if trial.operation.forward or "lengths" not in inputs or np.any(inputs["lengths"] < steps):
        return holds(trial)
    lengths = steps - np.arange(len(inputs["lengths"]), dtype=inputs["lengths"].dtype) % steps
    cut = replace(trial.golden, inputs={**inputs, "lengths": lengths})
    wrong = holds(Trial(trial.runner, cut))
    return wrong and holds(trial.on(cut.inputs, cut.parameters))  # the golden's budgets are of whole lengths


def _wrong(trial: Trial, plain: Numbers, larger: Larger) -> str:
    inputs, parameters = (trial.runner.fresh(arrays) for arrays in (larger.inputs(), larger.parameters()))
    return differing_inside(trial, larger, plain, trial.call(inputs, parameters))


@says("Hundreds of sequences of hundreds of steps are moved as few are.")
def many_sequences(trial: Trial) -> str:
    for inputs in _contained(trial):
        want = trial.operation.named(trial.operation.call(FUNCTIONS, inputs, {}), inputs)
        got = copied(trial.call(trial.runner.fresh(inputs), {}))
        if wrong := other_bits(want, got, f"a batch of {SEQUENCES} sequences"):
            return wrong
    return ""


def _contained(trial: Trial) -> list[Numbers]:
    """Sequences that fall in length, and where nothing forbids it in any order; no two are of one length."""
    falling = STEPS - np.arange(SEQUENCES)
    mixed = falling[np.arange(SEQUENCES) * 7 % SEQUENCES]
    orders = [falling]
    if "enforce_sorted" not in trial.operation.options:
        orders.append(mixed)
    found = [_arrays(trial, lengths) for lengths in orders]
    if trial.takes("enforce_sorted"):
        found.append({**_arrays(trial, mixed), "enforce_sorted": np.array(False)})
    return found


def _arrays(trial: Trial, lengths: NDArray[np.int64]) -> Numbers:
    dtype = trial.runner.dtype
    steps = (np.arange(lengths.sum() * 2).reshape(-1, 2) % 251).astype(dtype)  # exact in every dtype, and in bfloat16
    sequences = np.split(steps, np.cumsum(lengths)[:-1])
    if "sequences" in trial.operation.arguments:
        return {f"sequences[{i}]": sequence for i, sequence in enumerate(sequences)}
    if "packed" in trial.operation.arguments:
        return dict(zip(PACKED, pack_sequence(sequences, enforce_sorted=False), strict=True))
    padded = FUNCTIONS["pad_sequence"](sequences)
    return {"padded": padded, "lengths": lengths}
