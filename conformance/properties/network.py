"""Properties of networks: what a network of one layer is, what two directions are, what may be carried by the caller."""

import numpy as np
from rnnspec.reference import OPERATIONS, Direction, Kind, Operation
from rnnspec.reference.checking import Dimensions

from ..candidate import Arrays
from .sequence import handed_back
from .trial import Numbers, Trial, copied, differing, says


def sequence_of(network: Operation) -> Operation:
    """The forward operation of a network's family on one sequence."""
    traits = (network.family, Kind.SEQUENCE, Direction.FORWARD)
    return next(o for o in OPERATIONS.values() if (o.family, o.kind, o.direction) == traits)


def _run_one(trial: Trial, direction: int) -> Numbers:
    """The sequence operation on one direction's parameters and initial states, with a head of zeros."""
    inputs, parameters = trial.arrays()
    sequence, place = sequence_of(trial.operation), f"[0][{direction}]"
    own = {name.removesuffix(place): array for name, array in parameters.items() if name.endswith(place)}
    head = [name for name in sequence.parameters if name not in own]
    dims = Dimensions(sequence.name, {**trial.golden.entry.dims, "n_y": 2})
    own |= {name: np.zeros(dims.shape(sequence.parameters[name]), inputs["x"].dtype) for name in head}
    states = {f"{s}0": inputs[f"{s}0"][direction] for s in trial.operation.states if f"{s}0" in inputs}
    reverse = {"reverse": np.array(True)} if direction else {}
    return copied(trial.call({**inputs, **states, **reverse}, own, sequence))


@says("A network of one layer and one direction is a plain sequence.")
def one_layer_is_the_sequence(trial: Trial) -> str:
    whole, alone = trial.plain(), _run_one(trial, 0)
    alone["a_last"] = alone["a"][None, :, :, -1]
    name = differing(trial, {n: whole[n] for n in ("a", "a_last")}, {n: alone[n] for n in ("a", "a_last")})
    return f"{name} of a network of one layer differs from {name} of the sequence" if name else ""


@says("A layer in two directions is a run and a reversed run, one above the other.")
def two_directions_are_two_runs(trial: Trial) -> str:
    whole, runs = trial.plain(), [_run_one(trial, direction)["a"] for direction in (0, 1)]
    joined = {"a": np.concatenate(runs), "a_last": np.stack([runs[0][:, :, -1], runs[1][:, :, 0]])}
    name = differing(trial, {n: whole[n] for n in joined}, joined)
    return f"{name} of two directions differs from {name} of a run and a reversed run" if name else ""


@says("Layers in one direction on a sequence in two parts, the states carried by the caller, are the whole.")
def split_network(trial: Trial) -> str:
    whole, (inputs, parameters) = trial.plain(), trial.arrays()
    joined = network_in_two_parts(trial, inputs, parameters, trial.golden.entry.dims["T_x"] // 2)
    name = differing(trial, whole, joined)
    return f"{name} of two parts with the states carried differs from {name} of the whole" if name else ""


def network_in_two_parts(trial: Trial, inputs: Arrays, parameters: Arrays, at: int) -> Numbers:
    """The outputs of layers in one direction, run in two parts with the states carried."""
    forward = trial.operation.forward or trial.operation
    first, second = ({**inputs, "x": x} for x in (inputs["x"][:, :, :at], inputs["x"][:, :, at:]))
    before = trial.call(first, parameters, forward)
    second |= {f"{state}0": before[f"{state}_last"].copy() for state in trial.operation.states}
    if trial.operation.forward is None:
        after = trial.call(second, parameters)
        return {**after, "a": np.concatenate([before["a"], after["a"]], axis=2)}
    after = trial.call({**second, "da": inputs["da"][:, :, at:]}, parameters)
    into_first = {f"d{state}_last": handed_back(after, f"d{state}0") for state in trial.operation.states}
    gradients = trial.call({**first, "da": inputs["da"][:, :, :at], **into_first}, parameters)
    sums = {name: gradients[name] + after[name] for name in gradients if name[1:] in parameters}
    return {"dx": np.concatenate([gradients["dx"], after["dx"]], axis=2), "da0": gradients["da0"], **sums}
