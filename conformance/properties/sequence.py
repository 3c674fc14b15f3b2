"""Properties of sequences: carrying the state, padding, direction, the state that is not given."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import Operation
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.contract import FLAGS, INTEGERS

from ..candidate import Arrays, Raised, Unsupported
from ..verdict.part import last_of
from .trial import Numbers, Trial, copied, differing, other_bits, says


@says("A sequence in two parts, the states carried by the caller, is the whole sequence.")
def split_sequence(trial: Trial) -> str:
    whole, (inputs, parameters) = trial.plain(), trial.arrays()
    joined = in_two_parts(trial, inputs, parameters, trial.golden.entry.dims["T_x"] // 2)
    name = differing(trial, {name: whole[name] for name in joined}, joined)
    return f"{name} of two parts with the state carried differs from {name} of the whole" if name else ""


def in_two_parts(trial: Trial, inputs: Arrays, parameters: Arrays, at: int) -> Numbers:
    """The outputs of a sequence, run in two parts with the states carried."""
    parts = [{**inputs, "x": x} for x in (inputs["x"][:, :, :at], inputs["x"][:, :, at:])]
    return (_joined_backward if trial.operation.forward else _joined_forward)(trial, parts, parameters)


def carrying(operation: Operation) -> list[str]:
    """The options by which a caller carries the states from one part of a sequence to the next."""
    _, *others = operation.states
    return [*(f"{s}0" for s in operation.states), *(f"d{s}_last" for s in others)]


def _carried(trial: Trial, outputs: Numbers) -> Numbers:
    """The states that the next part begins with. Raises Unsupported where one is left out."""
    found = {}
    for state in trial.operation.states:
        if state not in outputs and last_of(state) not in outputs:
            raise Unsupported(f"{state} is left out, and cannot be carried")
        found[f"{state}0"] = outputs[state][:, :, -1] if state in outputs else outputs[last_of(state)]
    return found


def _joined_forward(trial: Trial, parts: list[Numbers], parameters: Arrays) -> Numbers:
    first = trial.call(parts[0], parameters)
    second = trial.call({**parts[1], **_carried(trial, first)}, parameters)
    return {n: np.concatenate([first[n], second[n]], axis=2) if first[n].ndim == 3 else second[n] for n in first}


def _joined_backward(trial: Trial, parts: list[Numbers], parameters: Arrays) -> Numbers:
    """The second part's gradients into its initial states are the first part's into its final ones."""
    half, da = parts[0]["x"].shape[2], parts[0]["da"]
    assert trial.operation.forward
    forward = trial.call(parts[0], parameters, trial.operation.forward)
    second = trial.call({**parts[1], **_carried(trial, forward), "da": da[:, :, half:]}, parameters)
    others = {f"d{s}_last": second[f"d{s}0"] for s in trial.operation.states[1:]}
    da_first, into_last = da[:, :, :half].copy(), handed_back(second, "da0")
    if trial.runner.calls.lacks(trial.operation, ["da_last"]):
        da_first[:, :, -1] += into_last
    else:
        others["da_last"] = into_last
    first = trial.call({**parts[0], "da": da_first, **others}, parameters)
    sums = {name: first[name] + second[name] for name in first if name[1:] in parameters}
    return {"dx": np.concatenate([first["dx"], second["dx"]], axis=2), "da0": first["da0"], **sums}


def handed_back(gradients: Numbers, name: str) -> NDArray[Any]:
    """The gradient into a state that the part before begins from. Raises Unsupported where it is left out."""
    if name not in gradients:
        raise Unsupported(f"{name} is left out, and cannot be carried")
    return gradients[name]


@says("What stands behind an example's length changes nothing.")
def padding_ignored(trial: Trial) -> str:
    plain, (inputs, parameters) = copied(trial.call(*trial.arrays())), trial.arrays()
    padding = np.arange(inputs["x"].shape[2]) >= inputs["lengths"][:, None]
    for words, garbage in (("other numbers", 3.0), ("large numbers", 1e4)):
        x = inputs["x"].copy()
        x[:, padding] = garbage
        if changed := other_bits(plain, trial.call({**inputs, "x": x}, parameters), f"{words} in the padding"):
            return changed
    return ""


@says("A batch of empty examples has nothing but zeros over time.")
def no_steps(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    outputs = trial.call({**inputs, "lengths": np.zeros_like(inputs["lengths"])}, parameters)
    trial.check_shapes(outputs)  # what has no elements has none but zeros
    over_time = [name for name in outputs if "T_x" in trial.axes(f"outputs/{name}")]
    wrong = [name for name in over_time if np.any(outputs[name])]
    return f"{', '.join(wrong)} not zero where every length is 0" if wrong else ""


def every_option(trial: Trial) -> dict[str, NDArray[Any]]:
    """An array for every option that the candidate takes, beside the inputs of a case that has none."""
    dims, operation = Dimensions(trial.golden.id, trial.golden.entry.dims), trial.operation
    dtype = trial.golden.inputs["x"].dtype
    found: dict[str, NDArray[Any]] = {}
    for name, axes in operation.all_options.items():
        if trial.runner.calls.lacks(operation, [name]) or name in FLAGS:
            continue
        shape = dims.shape(axes)
        values = np.arange(np.prod(shape)) % 7 / 8 - 0.375  # exact in every dtype
        found[name] = np.arange(shape[0]) % 3 + 1 if name in INTEGERS else values.reshape(shape).astype(dtype)
    return trial.runner.fresh(found)


@says("A state or an upstream gradient that is left out, the others given, is one of zeros.")
def left_out_is_zeros(trial: Trial) -> str:
    trial.plain()  # what raises or has another shape says nothing about what is left out
    inputs, parameters = trial.arrays()
    given = {**inputs, **every_option(trial)}
    given.pop("lengths", None)
    for name in [n for n in given if n in trial.operation.all_omittable or n in trial.operation.all_options]:
        others = {n: array for n, array in given.items() if n != name}
        try:
            without = copied(trial.call(others, parameters))
        except Raised:
            if name in trial.operation.all_omittable:  # how a candidate declines to start from None
                continue
            raise
        zeros = trial.call({**given, name: np.zeros_like(given[name])}, parameters)
        common = [n for n in trial.golden.outputs if n in without]
        if changed := differing(trial, {n: without[n] for n in common}, {n: zeros[n] for n in common}):
            return f"{changed} without {name} differs from {changed} with {name} of zeros"
    return ""


@says("A reversed run is a forward run on flipped time, its outputs flipped back.")
def reverse_is_flip(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    timed = {name: array[:, :, ::-1].copy() for name, array in inputs.items() if array.ndim == 3}
    flipped = trial.call({**inputs, **timed, "reverse": np.array(False)}, parameters)
    back = {name: array[:, :, ::-1] if array.ndim == 3 else array for name, array in flipped.items()}
    name = differing(trial, plain, back)
    return f"{name} of a reversed run differs from {name} of flipped time, flipped back" if name else ""


@says("A state that is None is one of zeros.")
def no_state_is_zeros(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    shape = Dimensions(trial.golden.id, trial.golden.entry.dims).shape(trial.operation.inputs["a0"])
    zeros = np.zeros(shape, inputs["x"].dtype)
    name = differing(trial, plain, trial.call({**inputs, "a0": zeros}, parameters))
    return f"{name} with a0=None differs from {name} with zeros" if name else ""
