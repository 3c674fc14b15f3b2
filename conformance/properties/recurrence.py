"""Properties of recurrences of named inputs over time: cuts anywhere, chunks, no steps at all.

`chunk=`, and `cu_seqlens=` of packed examples, are keywords that a candidate's sequence may take beside those of the contract. They
change no result, so what it gives without them is what it is held against. What a candidate declares as its `chunks` it has to take,
where they divide the steps.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import FAMILIES, Direction, Operation
from rnnspec.reference.contract import MARKS

from ..candidate import Unsupported
from ..verdict.nearness import alike
from .sequence import apart, in_two_parts, steps_of
from .trial import Numbers, Trial, copied, differing, says

OVER_A_CHUNK = "over-a-chunk"
CHUNKS = (1, 2, 3, 4, 8, 12, 16, 32, 64, 128)
HALVED = (2, 16)  # of which it is asked where all lengths are half as long
WHOLE = ("causal_conv", "causal_conv_silu", "slstm")  # which nobody computes in chunks
# the logarithm of what is kept of all that a state holds, or what that is made of
DECAY = {"gated_linear": "g", "gated_delta": "g", "diagonal": "g", "mlstm": "f"}

IDLE = 3  # steps: no chunk's
FAR = 1e4  # a pre-activation behind which a sigmoid is 0 or 1 in every dtype
# what a step is given that writes nothing and forgets nothing; near that no budget holds for the root in rg_lru
NOTHING: Mapping[str, Mapping[str, float]] = {
    "gated_linear": {"k": 0, "g": 0},
    "gated_delta": {"beta": 0, "g": 0},
    "dplr": {"k": 0, "b": 0, "g": 0},
    "mlstm": {"i": -FAR, "f": FAR},
    "selective_scan": {"delta": 0},
    "selective_scan_layer": {"raw": -FAR},
    "diagonal": {"x": 0, "g": 0},
    "min_gru": {"z": -FAR},
    "min_lstm": {"i": -FAR, "f": FAR},
}


def is_recurrence(operation: Operation) -> bool:
    return any(family.name == operation.family and not family.head for family in FAMILIES)


def is_chunked(operation: Operation) -> bool:
    return is_recurrence(operation) and operation.family not in WHOLE


@says("A sequence cut in two after any of its steps, the states carried by the caller, is the whole sequence.")
def cut_anywhere(trial: Trial) -> str:
    whole, (inputs, parameters) = trial.plain(), trial.arrays()
    for at in range(1, trial.golden.entry.dims["T_x"]):
        joined = in_two_parts(trial, inputs, parameters, at)
        if name := differing(trial, {n: whole[n] for n in joined}, joined):
            return f"{name} cut after {at} steps, with the state carried, differs from {name} of the whole"
    return ""


@says(
    "A sequence computed in chunks, of the steps that are declared or of 1, 2, 3, 4, 8, 12, 16 and so on to 128, is what it is without; where all lengths are half as long, too."
)
def chunked_is_stepwise(trial: Trial) -> str:
    operation, declared = widened(trial, chunk=""), trial.runner.candidate.chunks
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    tried = 0
    for steps in declared or CHUNKS:
        try:
            chunked = trial.call({**inputs, "chunk": np.array(steps)}, parameters, operation)
        except Unsupported as why:
            if declared and trial.golden.entry.dims["T_x"] % steps == 0 and _is_over(trial):
                return f"chunks of {steps} steps are declared and refused: {why}"
            continue
        tried += 1
        if name := differing(trial, plain, chunked):
            return f"{name} in chunks of {steps} differs from {name} without"
    if not tried:
        raise Unsupported(f"no chunk of {', '.join(map(str, declared or CHUNKS))} steps is offered")
    return _half_in_chunks(trial, operation, declared or HALVED)


def _half_in_chunks(trial: Trial, operation: Operation, chunks: Sequence[int]) -> str:
    """What differs, in chunks of which some have nothing of any example, from a run without these."""
    half = trial.golden.entry.dims["T_x"] // 2
    if not half or not trial.takes("lengths"):
        return ""
    for steps in chunks:
        inputs, parameters = trial.arrays()
        inputs |= {"chunk": np.array(steps), "lengths": np.full(trial.golden.entry.dims["m"], half)}
        cut = {n: a[..., :half].copy() if n in steps_of(trial) else a for n, a in inputs.items() if n != "lengths"}
        with suppress(Unsupported):
            one, two = (copied(trial.call(given, parameters, operation)) for given in (cut, inputs))
            back = {n: a[..., :half] if trial.axes(f"outputs/{n}").endswith("T_x") else a for n, a in two.items()}
            if name := apart(trial, one, back):
                return (
                    f"{name} in chunks of {steps} with lengths that are all {half} differs from {name} of as many steps"
                )
    return ""


def _is_over(trial: Trial) -> bool:
    """Whether it is the case that what is declared is promised for: with options a candidate may decline it."""
    return trial.golden.id.endswith(f"/{OVER_A_CHUNK}")


def widened(trial: Trial, **keywords: str) -> Operation:
    """The operation with more keywords, of these axes, a backward's forward with them. Raises Unsupported where the candidate takes one not."""
    operation = trial.operation.forward or trial.operation
    wider = replace(operation, options={**operation.options, **keywords})
    if trial.operation.forward:
        wider = replace(trial.operation, forward=wider)
    if missing := [keyword for keyword in keywords if trial.runner.calls.lacks(wider, [keyword])]:
        raise Unsupported(f"not offered: {', '.join(missing)}")
    return wider


@says("A decay of minus infinity forgets all before it: what follows is as from zeros, and no gradient goes past it.")
def endless_decay_forgets(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    at = trial.golden.entry.dims["T_x"] // 2
    inputs[DECAY[trial.operation.family]][..., at] = -np.inf
    return _forgotten(trial, inputs, parameters, at, f"the decay of step {at} is minus infinity")


@says("Where all begin anew at a step, what follows is as from zeros, and no gradient goes past it.")
def reset_forgets(trial: Trial) -> str:
    if not trial.takes("reset"):
        raise Unsupported("not offered: reset")
    (inputs, parameters), dims = trial.arrays(), trial.golden.entry.dims
    at = dims["T_x"] // 2
    inputs["reset"] = np.broadcast_to(np.arange(dims["T_x"]) == at, (dims["m"], dims["T_x"])).copy()
    return _forgotten(trial, inputs, parameters, at, f"all begin anew at step {at}")


def _forgotten(trial: Trial, inputs: Numbers, parameters: Numbers, at: int, where: str) -> str:
    """What differs from two runs, of which the second is from zeros."""
    whole, timed = copied(trial.call(inputs, parameters)), (*steps_of(trial), *MARKS)
    ends = [name for state in trial.operation.states for name in (f"{state}0", f"d{state}_last")]
    before, behind = (
        {n: a[..., part] if n in timed else a for n, a in inputs.items() if n not in without}
        for part, without in ((slice(at), ends[1::2]), (slice(at, None), ends[::2]))
    )
    first, second = (copied(trial.call(part, parameters, trial.operation)) for part in (before, behind))
    for name, got in whole.items():
        over_time = trial.axes(f"outputs/{name}").endswith("T_x")
        parts = [one[name] for one in (first, second) if name in one]
        if trial.operation.forward and "m" not in trial.axes(f"outputs/{name}").split():
            parts = [np.sum(parts, axis=0)]  # a parameter's, into which every step adds
        want = np.concatenate(parts, axis=-1) if over_time else parts[0] if trial.operation.forward else parts[-1]
        if differing(trial, {name: want}, {name: got}):
            return f"{name} differs where {where} from {name} of two runs, the second from zeros"
    return ""


@says(
    "No steps give back the state that is given, or zeros, and hand on the gradient into it; all else is empty or zero."
)
def no_time(trial: Trial) -> str:
    given, outputs = _of_no_time(trial)
    for name, got in outputs.items():
        golden, forward = trial.golden.outputs[name], trial.operation.direction is Direction.FORWARD
        over_time = trial.axes(f"outputs/{name}").endswith("T_x")
        shape = given[name[1:]].shape if not forward and name[1:] in given else (*golden.shape[:-1], 0)
        if got.shape != (want := shape if over_time else golden.shape):
            return f"{name} of no steps has shape {got.shape}, want {want}"
        if got.dtype != trial.runner.dtype:
            return f"{name} of no steps has dtype {got.dtype}, want {trial.runner.dtype}"
        before = name.replace("_last", "0") if forward else name.replace("0", "_last")
        if before not in given and got.any():
            return f"{name} of no steps is not zero"
        if before in given and not alike(given[before], got, trial.near(name)).all():
            return f"{name} of no steps is not the {before} that is given"
    return ""


def _of_no_time(trial: Trial) -> tuple[Numbers, Numbers]:
    """What is given where there are no steps, and what comes of it."""
    inputs, parameters = trial.arrays()
    given = {name: array[..., :0] if name in steps_of(trial) else array for name, array in inputs.items()}
    given |= {"lengths": np.zeros_like(inputs["lengths"])} if "lengths" in inputs else {}
    return taken(trial, decays(trial, given), parameters)


def decays(trial: Trial, given: Numbers) -> list[Numbers]:
    """The same with its decays, with one a head in place of one a key, and without: where any will do, a candidate has one of these."""
    of_head = {name: array[:, :1] for name, array in given.items() if "n_g" in trial.axes(f"inputs/{name}").split()}
    without = {name: array for name, array in given.items() if name not in of_head}
    return [given, {**given, **of_head}, without] if of_head else [given]


def taken(trial: Trial, ways: Sequence[Numbers], parameters: Numbers) -> tuple[Numbers, Numbers]:
    """The first of these inputs that the candidate takes, and what it gives. Raises Unsupported where it declines all."""
    declined = []
    for given in ways:
        try:
            return given, trial.call(given, parameters)
        except Unsupported as why:
            declined.append(why)
    raise declined[0]


@says("Steps that write nothing and forget nothing change nothing, before, between and behind the others.")
def idle_steps(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    steps = trial.golden.entry.dims["T_x"]
    for words, at in (("before", 0), ("between", steps // 2), ("behind", steps)):
        longer = {n: _idle(trial, n, a, at) if n in steps_of(trial) else a for n, a in inputs.items()}
        got, there = copied(trial.call(longer, parameters)), np.s_[at : at + IDLE]
        timed = {name: trial.axes(f"outputs/{name}").endswith("T_x") for name in got}
        without = {name: np.delete(array, there, -1) if timed[name] else array for name, array in got.items()}
        if name := differing(trial, plain, without):
            return f"{name} differs with idle steps {words} the others"
    return ""


def _idle(trial: Trial, name: str, array: NDArray[Any], at: int) -> NDArray[Any]:
    """What is given for each step with that of idle steps in between; what does not make them idle is that of a neighbour."""
    like = np.repeat(array[..., [min(at, array.shape[-1] - 1)]], IDLE, axis=-1)
    idle = np.full_like(like, NOTHING[trial.operation.family].get(name, 0))
    between = idle if name in NOTHING[trial.operation.family] else like
    return np.concatenate([array[..., :at], between, array[..., at:]], axis=-1)
