"""Properties of sequences: carrying the state, padding, direction, the state that is not given."""

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import Operation
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.contract import FLAGS, INTEGERS, MARKS

from ..candidate import Arrays, Raised, Unsupported
from ..verdict.nearness import within
from ..verdict.part import last_of
from .trial import Numbers, Trial, copied, differing, says


@says("A sequence in two parts, the states carried by the caller, is the whole sequence.")
def split_sequence(trial: Trial) -> str:
    whole, (inputs, parameters) = trial.plain(), trial.arrays()
    joined = in_two_parts(trial, inputs, parameters, trial.golden.entry.dims["T_x"] // 2)
    name = differing(trial, {name: whole[name] for name in joined}, joined)
    return f"{name} of two parts with the state carried differs from {name} of the whole" if name else ""


def in_two_parts(trial: Trial, inputs: Arrays, parameters: Arrays, at: int) -> Numbers:
    """The outputs of a sequence, run in two parts with the states carried."""
    first, second = (
        {**inputs, **{n: inputs[n][..., part] for n in steps_of(trial)}} for part in (slice(at), slice(at, None))
    )
    return (_joined_backward if trial.operation.forward else _joined_forward)(trial, first, second, parameters)


def steps_of(trial: Trial) -> list[str]:
    """What is given for each step, upstream gradients too."""
    return [name for name in trial.golden.inputs if trial.axes(f"inputs/{name}").endswith("T_x")]


def carrying(operation: Operation) -> list[str]:
    """The options by which a caller carries the states from one part of a sequence to the next."""
    unseen = [s for s in operation.states if f"d{s}" not in operation.arguments]  # by a loss on each step
    return [*(f"{s}0" for s in operation.states), *(f"d{s}_last" for s in unseen)]


def _carried(trial: Trial, outputs: Numbers) -> Numbers:
    """The states that the next part begins with. Raises Unsupported where one is left out."""
    found = {}
    for state in trial.operation.states:
        if state not in outputs and last_of(state) not in outputs:
            raise Unsupported(f"{state} is left out, and cannot be carried")
        found[f"{state}0"] = outputs[last_of(state)] if last_of(state) in outputs else outputs[state][..., -1]
    return found


def _joined_forward(trial: Trial, one: Numbers, two: Numbers, parameters: Arrays) -> Numbers:
    first = trial.call(one, parameters)
    second = trial.call({**two, **_carried(trial, first)}, parameters)
    return {name: _both(trial, name, first[name], second[name]) for name in first}


def _both(trial: Trial, name: str, first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """An output of both parts: over time one behind the other, a gradient of what acts at every step their sum, a state the last."""
    if trial.axes(f"outputs/{name}").endswith("T_x"):
        return np.concatenate([first, second], axis=-1)
    return first + second if trial.operation.forward else second


def _joined_backward(trial: Trial, one: Numbers, two: Numbers, parameters: Arrays) -> Numbers:
    """The second part's gradients into its initial states are the first part's into its final ones."""
    assert trial.operation.forward
    forward = trial.call(one, parameters, trial.operation.forward)
    second = trial.call({**two, **_carried(trial, forward)}, parameters)
    into: Numbers = {}
    for state in trial.operation.states:
        upstream, back = f"d{state}", handed_back(second, f"d{state}0")
        if upstream in one and trial.runner.calls.lacks(trial.operation, [f"d{state}_last"]):
            into[upstream] = one[upstream].copy()
            into[upstream][..., -1] += back
        else:
            into[f"d{state}_last"] = back
    first = trial.call({**one, **into}, parameters)
    begun = {f"d{state}0": first[f"d{state}0"] for state in trial.operation.states if f"d{state}0" in first}
    return {name: _both(trial, name, first[name], second[name]) for name in first if name not in begun} | begun


def handed_back(gradients: Numbers, name: str) -> NDArray[Any]:
    """The gradient into a state that the part before begins from. Raises Unsupported where it is left out."""
    if name not in gradients:
        raise Unsupported(f"{name} is left out, and cannot be carried")
    return gradients[name]


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
    dtype = next(array.dtype for array in trial.golden.inputs.values() if array.dtype.kind == "f")
    found: dict[str, NDArray[Any]] = {}
    for name, axes in operation.all_options.items():
        if trial.runner.calls.lacks(operation, [name]) or name in FLAGS:
            continue
        shape = dims.shape(axes)
        values = (np.arange(np.prod(shape)) % 7 / 8 - 0.375).reshape(shape)  # exact in every dtype
        found[name] = (
            np.arange(shape[0]) % 3 + 1 if name in INTEGERS else values > 0 if name in MARKS else values.astype(dtype)
        )
    return trial.runner.given(found)


@says("A state or an upstream gradient that is left out, the others given, is one of zeros.")
def left_out_is_zeros(trial: Trial) -> str:
    trial.plain()  # what raises or has another shape says nothing about what is left out
    inputs, parameters = trial.arrays()
    given = {**inputs, **every_option(trial)}
    given.pop("lengths", None)
    for name in [n for n in given if n in _zeros_if_left_out(trial.operation)]:
        others = {n: array.copy() for n, array in given.items() if n != name}  # which a call may change
        try:
            without = copied(trial.call(others, parameters))
        except Raised:
            if name in trial.operation.all_omittable:  # how a candidate declines to start from None
                continue
            raise
        same = {**given, name: np.zeros_like(given[name])}
        zeros = trial.call(same, parameters)
        one = {n: without[n] for n in trial.golden.outputs if n in without}
        changed = apart(trial, one, zeros)
        if changed and trial.runner.precision:  # what is given may be off by more than the golden
            own = trial.on(same, parameters)
            changed = apart(own, {n: one[n] for n in own.golden.outputs if n in one}, zeros)
        if changed:
            return f"{changed} without {name} differs from {changed} with {name} of zeros"
    return ""


def apart(trial: Trial, one: Numbers, two: Numbers) -> str:
    """The first output that differs by more than two budgets of its largest: what is given is not the golden's."""
    return next((n for n, array in one.items() if not within(array, two[n], trial.room(n, array))), "")


def _zeros_if_left_out(operation: Operation) -> list[str]:
    gradients = operation.options if operation.forward else ()
    return [*operation.all_omittable, *(f"{state}0" for state in operation.states), *gradients]


@says("A reversed run is a forward run on flipped time, its outputs flipped back; with all options that it takes, too.")
def reverse_is_flip(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    if "lengths" in inputs:  # flipped within them, which is another order
        return ""
    if name := differing(trial, trial.plain(), flipped(trial, inputs, parameters)):
        return f"{name} of a reversed run differs from {name} of flipped time, flipped back"
    first = {**inputs, **{name: inputs[name][..., :1] for name in steps_of(trial)}}
    with suppress(Unsupported):
        one = copied(trial.call(trial.runner.fresh(first), parameters))
        if name := apart(trial, one, flipped(trial, first, parameters)):
            return f"{name} of one step reversed differs from {name} of it"
    is_alone = not {*inputs} & ({*trial.operation.all_options} - {*FLAGS})
    return _flipped_with_options(trial) if is_alone else ""


def flipped(trial: Trial, inputs: Arrays, parameters: Arrays) -> Numbers:
    """The outputs of flipped time in the other direction, flipped back."""
    is_reversed = bool(inputs.get("reverse", False))
    timed = {name: array[:, :, ::-1].copy() for name, array in inputs.items() if array.ndim == 3}
    found = trial.call({**inputs, **timed, "reverse": np.array(not is_reversed)}, parameters)
    return {name: array[:, :, ::-1] if array.ndim == 3 else array for name, array in found.items()}


def _flipped_with_options(trial: Trial) -> str:
    """With all that the candidate takes, of which no case may have no more: a gradient of the last state belongs at the end of the run. With
    each alone where not all are taken at once.
    """
    every = tuple(name for name in every_option(trial) if name != "lengths")
    for options in (every, *((name,) for name in every)) if every else ():
        try:
            name = _apart_from_flipped(trial, options)
        except Unsupported:
            continue
        if name:
            return f"{name} of a reversed run with {', '.join(options)} differs from {name} of flipped time"
        if options == every:
            break
    return ""


def _apart_from_flipped(trial: Trial, options: tuple[str, ...]) -> str:
    def given() -> Numbers:
        """Arrays of its own for each call, which may change them."""
        more = every_option(trial)
        return {**trial.arrays()[0], **{name: more[name] for name in options}}

    parameters = trial.arrays()[1]
    own = trial.on(given(), parameters) if trial.runner.precision else trial
    one = copied(trial.call(given(), parameters))
    return apart(own, {n: one[n] for n in own.golden.outputs if n in one}, flipped(trial, given(), parameters))


@says("A state that is None is one of zeros.")
def no_state_is_zeros(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    shape = Dimensions(trial.golden.id, trial.golden.entry.dims).shape(trial.operation.inputs["a0"])
    zeros = np.zeros(shape, inputs["x"].dtype)
    name = differing(trial, plain, trial.call({**inputs, "a0": zeros}, parameters))
    return f"{name} with a0=None differs from {name} with zeros" if name else ""
