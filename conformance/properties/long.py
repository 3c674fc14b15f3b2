"""Properties of long sequences: a state that is carried, and lengths, over many more steps than a golden has.

They are tried on layers that forget: on `long`, fifty steps of a contracting layer, and on a network whose weights are an
eighth of its golden's. There the effect of a rounding is gone long before the golden ends, and with inputs that
repeat, what follows is the same again. So no element is more sensitive than the most sensitive one of its output in the golden, and that
one's budget holds for each, whatever the number of steps: of two right implementations whose activations are off by
15 roundoffs up and 15 down, one run whole and one in parts, the closest is at 0.31 of the room in 65 steps, at 0.35 in 300 and 0.30 in 520
(tests/conformance/test_size_legal.py; rg_lru, whose root is steep, at 0.49). A stabiliser, which is the largest of sums, may be that of another step than the golden's: states
are held in one scale, and it is not by itself. A gradient that is summed over k times the golden's steps has k² budgets, as in larger.py.
"""

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import ContractError, Kind, Operation
from rnnspec.reference.checking import Dimensions

from ..candidate import Unsupported
from ..verdict.nearness import within
from .larger import Larger, differing_inside
from .network import network_in_two_parts
from .sequence import carrying, every_option, flipped, in_two_parts
from .stabiliser import without_stabiliser
from .trial import Numbers, Trial, copied, says

FORGETTING = "long"  # the idea of a sequence that forgets
WEAKENED = 2.0**-3  # a network's weights, none of whose goldens is long
ALL_BITS = 0.9876543210123457  # times what is given: products of few bits are the same in formats of few
# whole blocks, or a little above them; a layer without gates is cheap enough for the longest, a gradient costs thrice a forward run
PLAIN = 5  # parameters
SHORT, MIDDLE, LONG, LONGEST = 65, 192, 520, 1025
RAGGED = 260
MANY = {
    "n_a": 36,
    "n_p": 34,
    "n_c": 36,
    "n_h": 5,
}  # beside golden steps; all at once would take a program in its tries too long
SOME = {"n_a": 14, "n_p": 12, "n_c": 14}  # beside as many examples as steps, which tells none from the other
WRAPPED = 257  # a length that eight bits do not hold


@says(
    "A sequence of 65 and of 520 steps in two uneven parts, of 192 backward, of up to 1025 where a layer has five parameters or fewer, is the whole, the states carried by the caller; of 65 reversed it is one of flipped time, and its gradients in a ragged batch are those alone."
)
def long_sequence(trial: Trial) -> str:
    try:
        return _in_parts(trial) or _whole_alone(trial)
    except Unsupported:  # what hands out no state may still be wrong
        if wrong := _whole_alone(trial):
            return wrong
        raise


def _in_parts(trial: Trial) -> str:
    """What differs from two parts with the state carried."""
    # the second part is shorter than a chunk counted from the end, the first no multiple of one
    in_parts = network_in_two_parts if trial.operation.kind is Kind.NETWORK else in_two_parts
    for steps in _steps(trial.operation):
        inputs, parameters = lasting(trial, steps)
        inputs |= _into_the_last(trial) if steps == MIDDLE else {}
        whole = _whole(trial, inputs, parameters, steps)
        joined = in_parts(trial, inputs, parameters, (steps * 5 // 8) | 1)
        one, two = (without_stabiliser(trial, run, whole) for run in ({n: whole[n] for n in joined}, joined))
        if name := differing_over_time(trial, one, two, steps):
            return f"{name} of {steps} steps differs from {name} of two parts with the state carried"
    return ""


def _whole_alone(trial: Trial) -> str:
    """What is wrong of one run, of which no state is carried."""
    return _reversed(trial) or (_ragged_backward(trial) if trial.operation.forward else "") or _among_many(trial)


def carrying_all(operation: Operation) -> list[str]:
    """The options by which a caller carries the states, of a network into its lower layers too."""
    into_layers = operation.kind is Kind.NETWORK and operation.forward
    return [*carrying(operation), *(["da_last"] if into_layers else [])]


def _reversed(trial: Trial) -> str:
    """What differs from flipped time where it is long."""
    if not trial.takes("reverse"):
        return ""
    inputs, parameters = lasting(trial, SHORT)
    with suppress(Unsupported):
        plain = _whole(trial, inputs, parameters, SHORT)
        if name := differing_over_time(trial, plain, flipped(trial, inputs, parameters), SHORT):
            return f"{name} of {SHORT} steps reversed differs from {name} of flipped time, flipped back"
    return ""


def _ragged_backward(trial: Trial) -> str:
    """What differs of an example's gradients in a ragged batch from those of it alone, with gradients into the last states."""
    if trial.operation.kind is Kind.NETWORK or not trial.takes("lengths"):
        return ""
    last = _into_the_last(trial)
    return _ragged_besides(trial, SHORT, SHORT - 4, last) or _ragged_reversed(trial, SHORT, SHORT - 4, last)


def _into_the_last(trial: Trial) -> Numbers:
    """A gradient into each last state that may be given."""
    return {name: array for name, array in every_option(trial).items() if name.endswith("_last")}


def _among_many(trial: Trial) -> str:
    """What differs where steps and units are many, or steps and examples."""
    steps = trial.golden.entry.dims["T_x"]
    ways = {"more units": MANY, "as many examples": {**SOME, "m": steps}} if steps > MANY["n_a"] else {}
    for words, sizes in ways.items():
        larger = Larger(trial.golden, sizes)
        inputs, parameters = (trial.runner.fresh(arrays) for arrays in (larger.inputs(), larger.parameters()))
        if wrong := differing_inside(trial, larger, trial.plain(), trial.call(inputs, parameters)):
            return f"{wrong} in a larger problem of {steps} steps and {words}"
    return ""


@says("An example of 257 steps beside one of 260 is what it is alone, reversed too.")
def long_lengths(trial: Trial) -> str:
    return _ragged(trial, RAGGED, WRAPPED, {}) or _ragged_reversed(trial, RAGGED, WRAPPED, {})


def _ragged_reversed(trial: Trial, steps: int, length: int, more: Numbers) -> str:
    if not trial.takes("reverse"):
        return ""
    return _ragged_besides(trial, steps, length, {**more, "reverse": np.array(True)})


def _ragged_besides(trial: Trial, steps: int, length: int, more: Numbers) -> str:
    """With options that a candidate may decline."""
    with suppress(Unsupported):
        return _ragged(trial, steps, length, more)
    return ""


def _ragged(trial: Trial, steps: int, length: int, more: Numbers) -> str:
    """What differs where every second example is shorter."""
    inputs, parameters = lasting(trial, steps)
    inputs |= more
    lengths = np.where(np.arange(trial.golden.entry.dims["m"]) % 2, length, steps)
    axes = {**trial.operation.all_options, **{name: trial.axes(f"inputs/{name}") for name in trial.golden.inputs}}
    ragged = _whole(trial, {**inputs, "lengths": lengths}, parameters, steps)
    single = {name: _second(array, axes[name], length) for name, array in inputs.items()}
    alone = {n: a for n, a in trial.call(single, parameters).items() if "m" in trial.axes(f"outputs/{n}").split()}
    part = {name: _second(ragged[name], trial.axes(f"outputs/{name}"), length) for name in alone}
    one, two = (without_stabiliser(trial, run, part) for run in (part, alone))
    how = ", reversed" if "reverse" in more else ""
    if name := differing_over_time(trial, one, two, steps):
        return f"{name} of an example of {length} steps in a ragged batch{how} differs from {name} of it alone"
    timed = [name for name in ragged if trial.axes(f"outputs/{name}").endswith("T_x")]
    past = [name for name in timed if np.any(ragged[name][..., 1, length:])]
    return f"{past[0]} is not 0 past an example of {length} steps{how}" if past else ""


def _second(array: NDArray[Any], axes: str, length: int) -> NDArray[Any]:
    """What belongs to the second example, over time to its length."""
    names = axes.split()
    own = array[..., :length] if names[-1:] == ["T_x"] else array
    return np.take(own, [1], names.index("m")) if "m" in names else own


def _steps(operation: Operation) -> tuple[int, ...]:
    plain = operation.kind is Kind.SEQUENCE and len((operation.forward or operation).parameters) <= PLAIN
    if operation.forward:
        return (MIDDLE, LONG) if plain else (MIDDLE,)
    return SHORT, LONGEST if plain else LONG


def _whole(trial: Trial, inputs: Numbers, parameters: Numbers, steps: int) -> Numbers:
    """The outputs over so many steps. Raises ContractError where one has another shape."""
    outputs = copied(trial.call(trial.runner.fresh(inputs), parameters))  # of their own, which a call may change
    dims = Dimensions(trial.golden.id, {**trial.golden.entry.dims, "T_x": steps})
    for name, array in outputs.items():
        if array.shape != (want := dims.shape(trial.axes(f"outputs/{name}"))):
            raise ContractError(f"{name} has shape {array.shape}, want {want}")
    return outputs


def lasting(trial: Trial, steps: int) -> tuple[Numbers, Numbers]:
    """The golden's problem with its inputs repeated along time, of a layer that forgets."""
    inputs, parameters = trial.arrays()
    repeated = {name: _repeated(array, trial.axes(f"inputs/{name}"), steps) for name, array in inputs.items()}
    # not where formats have few, nor on a case in place of the one that forgets: what sums without an end is exact in few
    if not trial.runner.precision and (
        trial.operation.kind is Kind.NETWORK or trial.golden.id.endswith(f"/{FORGETTING}")
    ):
        repeated = {n: a * a.dtype.type(ALL_BITS) if _is_filled(trial, n, a) else a for n, a in repeated.items()}
    if trial.operation.kind is Kind.NETWORK:
        matrices = [name for name in parameters if "1" not in trial.axes(f"parameters/{name}").split()]
        parameters |= {name: parameters[name] * parameters[name].dtype.type(WEAKENED) for name in matrices}
    return repeated, parameters


def _is_filled(trial: Trial, name: str, array: NDArray[Any]) -> bool:
    """Whether an input gets all bits; not log decays, whose sums over more steps than a golden's round by more than chunks are allowed."""
    return array.dtype.kind == "f" and bool(array.ndim) and "n_g" not in trial.axes(f"inputs/{name}").split()


def _repeated(array: NDArray[Any], axes: str, steps: int) -> NDArray[Any]:
    if "T_x" not in (names := axes.split()):
        return array
    at = names.index("T_x")
    return np.take(array, np.arange(steps) % array.shape[at], at)


def differing_over_time(trial: Trial, one: Numbers, two: Numbers, steps: int) -> str:
    """The first output in which two runs of so many steps differ by more than two budgets, "" for none."""
    return next((name for name in one if not within(one[name], two[name], room(trial, name, one[name], steps))), "")


def room(trial: Trial, name: str, array: NDArray[Any], steps: int) -> float:
    """Two budgets of an output over so many steps, for every element alike."""
    summed = not {"m", "T_x"} & {*trial.axes(f"outputs/{name}").split()}
    return trial.room(name, array, -(-steps // trial.golden.entry.dims["T_x"]) if summed else 1)
