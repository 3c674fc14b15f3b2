"""Examples packed one behind the other along the time of a batch of one: `cu_seqlens=`, a keyword of a sequence of named inputs.

A backward goes by its cache: what its forward was told of where examples end, it keeps.
"""

from contextlib import suppress
from itertools import cycle, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..candidate import Unsupported
from ..verdict.nearness import alike
from .recurrence import widened
from .sequence import steps_of
from .trial import Numbers, Trial, copied, says

OF_PACKED = (2, 16)  # chunks
NONE: Numbers = {}


@says(
    "Examples packed one behind the other, told apart by cu_seqlens, give what they give alone, in chunks too; some have no step."
)
def packed_is_separate(trial: Trial) -> str:
    widened(trial, cu_seqlens="m")
    dims = trial.golden.entry.dims
    orders = ((dims["T_x"], 0, 1, dims["T_x"] - 1), (0, dims["T_x"], 0, 0, 1))
    wrong = next(filter(None, (_packed(trial, order) for order in orders[: dims["m"]])), "")
    return wrong or _packed_in_chunks(trial, orders[0])


def _packed_in_chunks(trial: Trial, order: tuple[int, ...]) -> str:
    """What differs in chunks, which a candidate may decline of examples that are packed."""
    for steps in trial.runner.candidate.chunks or OF_PACKED:
        with suppress(Unsupported):
            if wrong := _packed(trial, order, {"chunk": np.array(steps)}):
                return f"in chunks of {steps}, {wrong}"
    return ""


def _packed(trial: Trial, order: tuple[int, ...], chunk: Numbers = NONE) -> str:
    """What differs where the examples have so many steps, in turn, in chunks from those alone in such chunks."""
    in_chunks = dict.fromkeys(chunk, "")
    operation, one = widened(trial, cu_seqlens="m", **in_chunks), widened(trial, **in_chunks) if chunk else None
    inputs, parameters = trial.arrays()
    inputs.pop("lengths", None)
    lengths = np.array([*islice(cycle(order), trial.golden.entry.dims["m"])])
    alone = [_example(trial, inputs, j, n) for j, n in enumerate(lengths)]
    timed = {name: np.concatenate([one[name] for one in alone], axis=-1) for name in steps_of(trial)}
    packed = {**inputs, **timed, **chunk, "cu_seqlens": np.concatenate([[0], np.cumsum(lengths)])}
    got = copied(trial.call(packed, parameters, operation))
    ran = zip(alone, lengths, strict=True)
    wanted = [copied(trial.call({**of, **chunk}, parameters, one)) if n else _untouched(trial, of) for of, n in ran]
    return next((said for name, array in got.items() if (said := _of_output(trial, name, array, lengths, wanted))), "")


def _example(trial: Trial, inputs: Numbers, j: int, steps: int) -> Numbers:
    """One example alone, without what stands behind its length."""
    found = {}
    for name, array in inputs.items():
        axes = trial.axes(f"inputs/{name}").split()
        own = np.take(array, [j], axes.index("m")) if "m" in axes else array
        found[name] = own[..., :steps] if axes[-1:] == ["T_x"] else own
    return found


def _untouched(trial: Trial, given: Numbers) -> Numbers:
    """What an example without steps gives: its state, or the gradient into its last one as that into its first."""
    found: Numbers = {}
    for state in trial.operation.states:
        first, last = (f"d{state}_last", f"d{state}0") if trial.operation.forward else (f"{state}0", f"{state}_last")
        if last in trial.golden.outputs:
            shape = (*trial.golden.outputs[last].shape[:-1], 1)
            found[last] = given[first] if first in given else np.zeros(shape, trial.runner.dtype)
    return found


def _of_output(trial: Trial, name: str, got: NDArray[Any], lengths: NDArray[Any], wanted: list[Numbers]) -> str:
    """What is wrong with an output: over time or over examples a part of it for each, of what acts on all their sum."""
    axes, known = trial.axes(f"outputs/{name}").split(), [one[name] for one in wanted if name in one]
    if not known:
        return ""
    if "m" not in axes:
        right = _near(trial, name, np.sum(known, axis=0), got)
        return "" if right else f"{name} of examples that are packed differs from the sum of {name} of each alone"
    ends = np.cumsum(lengths) if axes[-1] == "T_x" else np.arange(1, len(lengths) + 1)
    for j, (part, want) in enumerate(zip(np.split(got, ends, axis=-1), wanted, strict=False)):
        if name in want and not _near(trial, name, want[name], part):
            return f"{name} of example {j}, of {lengths[j]} steps, packed with others differs from {name} of it alone"
    return "" if got.shape[-1] == ends[-1] else f"{name} has {got.shape[-1]} in its last axis, want {ends[-1]}"


def _near(trial: Trial, name: str, want: NDArray[Any], got: NDArray[Any]) -> bool:
    """Within two of the widest budgets of the whole, of which these are a part."""
    return want.shape == got.shape and bool(alike(want, got, trial.room(name, trial.golden.outputs[name])).all())
