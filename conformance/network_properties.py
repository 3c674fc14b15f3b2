"""Properties of networks: what a network of one layer is, what two directions are, what may be carried by the caller."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import OPERATIONS, Operation

from .trial import Trial, copied, differing, floating


def sequence_of(operation: Operation) -> Operation:
    return OPERATIONS[operation.name.replace("_network", "")]


def _run_one(trial: Trial, direction: int) -> dict[str, NDArray[Any]]:
    """The sequence operation on one direction's parameters and initial states, with a head of zeros."""
    inputs, parameters = trial.arrays()
    sequence, place = sequence_of(trial.operation), f"[0][{direction}]"
    own = {name.removesuffix(place): array for name, array in parameters.items() if name.endswith(place)}
    head = [name for name in sequence.parameters if name not in own]
    n_a = inputs["a0"].shape[1]
    own |= {name: np.zeros((2, n_a if name[0] == "W" else 1), inputs["x"].dtype) for name in head}
    states = {name: array[direction] for name, array in inputs.items() if name.endswith("0")}
    reverse = {"reverse": np.array(True)} if direction else {}
    return copied(trial.runner.call(sequence, {**inputs, **states, **reverse}, own))


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
    first = floating(trial.call({**inputs, "x": inputs["x"][:, :, :half]}, parameters))
    carried = {name.replace("_last", "0"): first[name].copy() for name in first if name.endswith("_last")}
    second = trial.call({**inputs, "x": inputs["x"][:, :, half:], **carried}, parameters)
    joined = {**second, "a": np.concatenate([first["a"], second["a"]], axis=2)}
    name = differing(trial, whole, joined)
    return f"{name} of two parts with the states carried differs from {name} of the whole" if name else ""
