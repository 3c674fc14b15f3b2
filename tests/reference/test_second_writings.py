"""Every equation against two other writings of it: scalar loops on a tape, and torch."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance.verdict.budget import budget
from rnnspec.golden.case import Case
from rnnspec.golden.ideas.idea import Idea
from rnnspec.golden.proof import sketch
from rnnspec.golden.running import run
from rnnspec.reference import FAMILIES, Operation
from rnnspec.reference.arithmetics import local_model
from writings import oracle
from writings.random_calls import COMPUTED, Arrays, Call, called, some_dims, some_features

OWNERS = {f"{family.name}_{kind}": family for family in FAMILIES for kind in ("cell", "network", "forward", "backward")}
by_operation = pytest.mark.parametrize("operation", COMPUTED.values(), ids=lambda operation: operation.name)
by_seed = pytest.mark.parametrize("seed", range(4))


def owner(operation: Operation) -> Any:
    """The family of an operation, None for an elementwise one."""
    stem = operation.name.removesuffix("_forward").removesuffix("_backward")
    return OWNERS.get(stem) or OWNERS.get(operation.name)


@cache
def judged(name: str, seed: int) -> tuple[Call, Arrays, Arrays]:
    """A random call, the reference's outputs, and how far from the exact ones a correct writing may be."""
    operation, dims, options = COMPUTED[name], some_dims(seed), some_features(COMPUTED[name], seed)
    inputs, parameters = called(operation, options, dims, seed)
    case = Case(operation, Idea(f"random-{seed}", "", dims, options=tuple(options)))
    got = run(operation, inputs, parameters)
    models: tuple[Any, Any] = local_model, local_model.Underflow
    sensitivity, underflow = (sketch(case, inputs, parameters, model)[0] for model in models)
    allowed = {n: budget(sensitivity[n], underflow[n], array, "float64") for n, array in got.items()}
    return (inputs, parameters), got, allowed


def apart(got: Arrays, other: Arrays, allowed: Arrays) -> list[str]:
    """The outputs in which two writings are further apart than two correct ones may be."""
    return [
        name
        for name, array in got.items()
        if array.shape != other[name].shape or not np.all(np.abs(array - other[name]) <= 2 * allowed[name])
    ]


@by_operation
@by_seed
def test_the_scalar_oracle_agrees(operation: Operation, seed: int) -> None:
    (inputs, parameters), got, allowed = judged(operation.name, seed)

    other = oracle.evaluate(operation.name, inputs, parameters)

    assert set(other) == set(got)
    assert apart(got, other, allowed) == []


@by_operation
@by_seed
def test_torch_agrees(operation: Operation, seed: int) -> None:
    pytest.importorskip("torch")
    (inputs, parameters), got, allowed = judged(operation.name, seed)

    other = importlib.import_module("writings.by_torch").evaluate(operation, owner(operation), inputs, parameters)

    assert apart(got, other, allowed) == []


def test_the_random_calls_meet_both_sides_of_every_branch() -> None:
    (clipped, parameters), cells, _ = judged("lstm_clipped_forward", 0)
    outputs = judged("rnn_relu_forward", 0)[1]
    taken = np.arange(clipped["x"].shape[2]) < clipped["lengths"][:, None]

    at_the_limit, off = np.abs(cells["c"]) == parameters["clip"][0], outputs["a"] == 0
    assert {True, False} == set(at_the_limit[:, taken].flat)
    assert {True, False} == set(off[:, np.any(outputs["y_pred"], axis=0)].flat)


def test_the_random_calls_of_recurrences_meet_both_sides_of_every_branch() -> None:
    (given, _), stepped, _ = judged("mlstm_step_forward", 0)
    (mixed, parameters), after, _ = judged("slstm_step_forward", 0)

    written = mixed["it"] + np.einsum("huv,hvm->hum", parameters["Ri"], mixed["h_prev"]) + parameters["bi"]
    seen = np.abs((given["scale"] * given["qt"] * stepped["n_next"]).sum(axis=1))
    assert {True, False} == set((seen > np.exp(-stepped["m_next"])).flat)
    assert {True, False} == set((stepped["m_next"] == given["it"]).flat)
    assert {True, False} == set(np.isclose(after["m_next"], written).flat)
    for name in ("min_gru_step_forward", "min_lstm_step_forward"):
        assert {True, False} == set((judged(name, 0)[0][0]["xt"] > 0).flat)


def test_the_random_lengths_are_ragged_and_unsorted() -> None:
    for operation in (o for o in COMPUTED.values() if "lengths" in o.all_options):
        inputs, _ = called(operation, ["lengths"])
        timed = [inputs[name] for name, axes in operation.inputs.items() if axes.endswith("T_x")]
        found, T_x = inputs["lengths"].tolist(), timed[0].shape[-1]

        assert {0, 1, T_x} <= set(found)
        assert sorted(found) != found != sorted(found, reverse=True)
        for array in timed:
            assert np.isnan(array).sum() == array[..., 0, 0].size * sum(T_x - n for n in found)
