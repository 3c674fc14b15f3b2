"""Properties of networks: what a network of one layer is, what two directions are, what may be carried by the caller."""

import numpy as np
from rnnspec.reference import OPERATIONS, Direction, Kind, Operation
from rnnspec.reference.checking import Dimensions

from .trial import Numbers, Trial, copied, differing


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


def one_layer_is_the_sequence(trial: Trial) -> str:
    """A network of one layer and one direction is a plain sequence."""
    whole, alone = trial.plain(), _run_one(trial, 0)
    alone["a_last"] = alone["a"][None, :, :, -1]
    name = differing(trial, {n: whole[n] for n in ("a", "a_last")}, {n: alone[n] for n in ("a", "a_last")})
    return f"{name} of a network of one layer differs from {name} of the sequence" if name else ""


def two_directions_are_two_runs(trial: Trial) -> str:
    """A layer in two directions is a run and a reversed run, one above the other."""
    whole, runs = trial.plain(), [_run_one(trial, direction)["a"] for direction in (0, 1)]
    joined = {"a": np.concatenate(runs), "a_last": np.stack([runs[0][:, :, -1], runs[1][:, :, 0]])}
    name = differing(trial, {n: whole[n] for n in joined}, joined)
    return f"{name} of two directions differs from {name} of a run and a reversed run" if name else ""


def split_network(trial: Trial) -> str:
    """Layers in one direction on a sequence in two parts, the states carried by the caller, are the whole."""
    whole, (inputs, parameters) = trial.plain(), trial.arrays()
    half = trial.golden.entry.dims["T_x"] // 2
    first = trial.call({**inputs, "x": inputs["x"][:, :, :half]}, parameters)
    carried = {f"{state}0": first[f"{state}_last"].copy() for state in trial.operation.states}
    second = trial.call({**inputs, "x": inputs["x"][:, :, half:], **carried}, parameters)
    joined = {**second, "a": np.concatenate([first["a"], second["a"]], axis=2)}
    name = differing(trial, whole, joined)
    return f"{name} of two parts with the states carried differs from {name} of the whole" if name else ""
