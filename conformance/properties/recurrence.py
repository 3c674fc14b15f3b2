"""Properties of recurrences of named inputs: cuts anywhere, chunks, packed examples, and what their algebra says.

`chunk=` and `cu_seqlens=` are keywords that a candidate's sequence may take beside those of the contract. They change no
result, so what it gives without them is what it is held against. What a candidate declares as its `chunks` it has to take.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import FAMILIES, Operation

from ..candidate import Unsupported
from ..verdict.nearness import alike
from .sequence import in_two_parts, steps_of
from .trial import Numbers, Trial, copied, differing, other_bits, says

CHUNKS = (1, 2, 4, 16, 64)
# what is written is a value times something that sees none: an output is a sum of values, each times something
LINEAR = {
    **dict.fromkeys(("gated_linear", "gated_delta", "dplr"), ("v", "S0")),
    **{"selective_scan": ("u", "h0"), "diagonal": ("x", "h0"), "causal_conv": ("x", "s0", "b"), "rg_lru": ("x", "h0")},
}
WHOLE = ("causal_conv", "causal_conv_silu", "slstm")  # which nobody computes in chunks
# the logarithm of what is kept of all that a state holds, or what that is made of
DECAY = {"gated_linear": "g", "gated_delta": "g", "diagonal": "g", "mlstm": "f"}
READ = {"gated_linear": "q", "gated_delta": "q", "dplr": "q", "selective_scan": "C"}


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


@says("A sequence computed in chunks, of the steps that are declared or of 1, 2, 4, 16 and 64, is what it is without.")
def chunked_is_stepwise(trial: Trial) -> str:
    operation, declared = _with(trial, "chunk", ""), trial.runner.candidate.chunks
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    tried = 0
    for steps in declared or CHUNKS:
        try:
            chunked = trial.call({**inputs, "chunk": np.array(steps)}, parameters, operation)
        except Unsupported as why:
            if declared:
                return f"chunks of {steps} steps are declared and refused: {why}"
            continue
        tried += 1
        if name := differing(trial, plain, chunked):
            return f"{name} in chunks of {steps} differs from {name} without"
    if not tried:
        raise Unsupported(f"no chunk of {', '.join(map(str, CHUNKS))} steps is offered")
    return ""


def _with(trial: Trial, keyword: str, axes: str) -> Operation:
    """The operation with one more keyword. Raises Unsupported where the candidate does not take it."""
    operation = trial.operation
    wider = replace(operation, options={**operation.options, keyword: axes})
    if operation.forward:
        ahead = replace(operation.forward, options={**operation.forward.options, keyword: axes})
        wider = replace(operation, forward=ahead)
    if trial.runner.calls.lacks(wider, [keyword]):
        raise Unsupported(f"not offered: {keyword}")
    return wider


@says("Examples packed one behind the other, told apart by cu_seqlens, give what they give alone; one has no step.")
def packed_is_separate(trial: Trial) -> str:
    operation = _with(trial, "cu_seqlens", "m")
    inputs, parameters = trial.arrays()
    lengths = inputs.pop("lengths")
    states = {f"{state}_last": inputs[f"{state}0"] for state in trial.operation.states}
    alone = [_example(trial, inputs, j, n) for j, n in enumerate(lengths)]
    timed = {name: np.concatenate([one[name] for one in alone], axis=-1) for name in steps_of(trial)}
    packed = {**inputs, **timed, "cu_seqlens": np.concatenate([[0], np.cumsum(lengths)])}
    got = copied(trial.call(packed, parameters, operation))
    begin = 0
    for j, n in enumerate(lengths):
        want = copied(trial.call(alone[j], parameters)) if n else {name: a[..., [j]] for name, a in states.items()}
        part = {
            name: got[name][..., begin : begin + n] if name not in states else got[name][..., [j]]
            for name in want
            if name in got
        }
        if name := next((name for name in part if not _near(trial, name, want[name], part[name])), ""):
            return f"{name} of example {j}, of {n} steps, packed with others differs from {name} of it alone"
        begin += n
    return ""


def _near(trial: Trial, name: str, want: NDArray[Any], got: NDArray[Any]) -> bool:
    """Within two of the widest budgets of the whole, of which these are a part."""
    return want.shape == got.shape and bool(alike(want, got, trial.near(name).max(initial=0.0)).all())


def _example(trial: Trial, inputs: Numbers, j: int, steps: int) -> Numbers:
    """One example alone, without what stands behind its length."""
    found = {}
    for name, array in inputs.items():
        axes = trial.axes(f"inputs/{name}").split()
        own = np.take(array, [j], axes.index("m")) if "m" in axes else array
        found[name] = own[..., :steps] if axes[-1:] == ["T_x"] else own
    return found


@says("A decay of minus infinity forgets all before it: what follows is as from zeros, and no gradient goes past it.")
def endless_decay_forgets(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    at = trial.golden.entry.dims["T_x"] // 2
    inputs[DECAY[trial.operation.family]][..., at] = -np.inf
    whole = copied(trial.call(inputs, parameters))
    ends = [name for state in trial.operation.states for name in (f"{state}0", f"d{state}_last")]
    before, behind = (
        {n: a[..., part] if n in steps_of(trial) else a for n, a in inputs.items() if n not in without}
        for part, without in ((slice(at), ends[1::2]), (slice(at, None), ends[::2]))
    )
    first, second = (copied(trial.call(part, parameters, trial.operation)) for part in (before, behind))
    for name, got in whole.items():
        over_time = trial.axes(f"outputs/{name}").endswith("T_x")
        parts = [one[name] for one in (first, second) if name in one]
        want = np.concatenate(parts, axis=-1) if over_time else parts[0] if trial.operation.forward else parts[-1]
        if differing(trial, {name: want}, {name: got}):
            return f"{name} differs where the decay of step {at} is minus infinity from {name} of two runs, the second from zeros"
    return ""


@says("Values and state twice as large give outputs twice as large, bit for bit.")
def linear_in_values(trial: Trial) -> str:
    return _doubled(trial, LINEAR[trial.operation.family], (*trial.operation.outputs,))


@says("A query twice as large gives an output twice as large, bit for bit, and the same state.")
def linear_in_query(trial: Trial) -> str:
    first = next(iter(trial.operation.outputs))
    return _doubled(
        trial, (READ[trial.operation.family],), (first,), () if "D" not in trial.golden.parameters else ("D",)
    )


def _doubled(trial: Trial, names: tuple[str, ...], outputs: tuple[str, ...], more: tuple[str, ...] = ()) -> str:
    plain, (inputs, parameters) = copied(trial.call(*trial.arrays())), trial.arrays()
    twice = {n: array * array.dtype.type(2) for n, array in (inputs | parameters).items() if n in (*names, *more)}
    wider = [{n: twice.get(n, array) for n, array in group.items()} for group in (inputs, parameters)]
    got = copied(trial.call(wider[0], wider[1]))
    want = {n: array * 2 if n in outputs else array for n, array in plain.items()}
    return other_bits(want, got, f"{' and '.join(n for n in names if n in twice)} twice as large")


@says("Keys in another order give the same outputs.")
def keys_in_any_order(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    moved = {name: _turned(array, trial.axes(f"inputs/{name}")) for name, array in inputs.items()}
    got = trial.call(moved, parameters)
    want = {name: _turned(array, trial.axes(f"outputs/{name}")) for name, array in plain.items()}
    name = differing(trial, want, got)
    return f"{name} with its keys in another order differs" if name else ""


@says("A decay of a head is what the same decay of each of its keys is.")
def equal_decays_are_a_heads(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    at = trial.axes("inputs/g").split().index("n_g")
    of_keys = np.repeat(inputs["g"], trial.golden.entry.dims["n_k"], axis=at)
    name = differing(trial, plain, trial.call({**inputs, "g": of_keys}, parameters))
    return f"{name} differs where each key has the decay of its head" if name else ""


@says("Where beta is 0 nothing is written: other values give the same bits.")
def no_beta_writes_nothing(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    inputs["beta"][...] = 0
    plain = copied(trial.call(inputs, parameters))
    got = copied(trial.call({**inputs, "v": -inputs["v"]}, parameters))
    return other_bits(plain, got, "another value where beta is 0")


def _turned(array: NDArray[np.floating], axes: str) -> NDArray[np.floating]:
    """Every axis of keys turned by one, of decays too where each key has its own."""
    for at, axis in enumerate(axes.split()):
        if axis == "n_k" or (axis == "n_g" and array.shape[at] > 1):
            array = np.roll(array, 1, axis=at)
    return array
