"""No right implementation fails a property of size: activations off by what is allowed, sums in any order, every dtype."""

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import check
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.properties.long import FORGETTING, carrying_all, lasting, room
from rnnspec.conformance.properties.network import network_in_two_parts
from rnnspec.conformance.properties.sequence import in_two_parts
from rnnspec.conformance.properties.trial import Numbers, Trial, copied
from rnnspec.conformance.run.runner import Runner
from rnnspec.golden import cases, load
from rnnspec.reference import FUNCTIONS, Kind
from rnnspec.reference.checking import Dimensions
from writings.legal import SIGNS, off_by, shuffled

OF_SIZE = ("many-examples", "embedded", "embedded-widely", "long-sequence", "long-network", "long-lengths")
DTYPES = ("float64", "float32", "float16")
ALLOWED = {"float64": 15.0, "float32": 15.0, "float16": 2.0}  # roundoffs
LASTING = [
    entry
    for entry in cases()
    if (entry.operation.kind, entry.id.rpartition("/")[2]) in ((Kind.SEQUENCE, FORGETTING), (Kind.NETWORK, "generic"))
]


def failing(functions: Any, dtype: str, names: tuple[str, ...] = OF_SIZE) -> list[str]:
    report = check(dict(functions), dtype, cases=names)
    assert report.totals["pass"]
    return [f"{outcome.id}: {outcome.message}" for outcome in report.cases if outcome.outcome != "pass"]


@pytest.mark.drawn(("dtype", "sign"), [*(("float64", sign) for sign in SIGNS), ("float32", "both"), ("float16", "up")])
def test_activations_off_by_what_is_allowed_raise_no_alarm(dtype: str, sign: str) -> None:
    with deviating(off_by(ALLOWED[dtype], sign)) as functions:
        assert failing(functions, dtype) == []


def in_any_order(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*given: Any, **options: Any) -> Any:
        return function(*(mixed(value) for value in given), **{name: mixed(value) for name, value in options.items()})

    call.__signature__ = signature(function)  # type: ignore[attr-defined]
    return call


def mixed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: mixed(part) for name, part in value.items()}
    if isinstance(value, list):
        return [mixed(part) for part in value]
    return shuffled(value) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_in_any_order_raise_no_alarm(dtype: str) -> None:
    families = ("rnn", "gru", "lstm", "lstm_projected", "rnn_network")
    operations = [f"{family}_{direction}" for family in families for direction in ("forward", "backward")]
    names = ("many-examples", "embedded", "embedded-widely", "long-sequence", "long-network")
    mixing = {name: in_any_order(function) for name, function in FUNCTIONS.items()}

    report = check(mixing, dtype, cases=[f"{o}/property/{n}" for o in operations for n in names if is_one(o, n)])

    assert report.totals["pass"]
    assert [f"{outcome.id}: {outcome.message}" for outcome in report.cases if outcome.failed] == []


def is_one(operation: str, name: str) -> bool:
    return not name.startswith("long-") or (name == "long-network") == ("network" in operation)


@pytest.mark.parametrize("steps", [65, 300, 520])
@pytest.mark.drawn("dtype", DTYPES)
def test_one_right_implementation_over_many_steps_is_another_in_two_parts(dtype: str, steps: int) -> None:
    """The measurement in properties/long.py: the share does not grow with the number of steps."""
    shares = {}
    for entry in (entry for entry in LASTING if dtype in entry.dtypes):
        in_parts = network_in_two_parts if entry.operation.kind is Kind.NETWORK else in_two_parts
        up, down = (legal_runs(entry.id, dtype, steps, sign, in_parts) for sign in ("up", "down"))
        shares[entry.id] = max(up[0](name, down[1][name]) for name in down[1])

    assert len(shares) >= 15
    assert {id: share for id, share in shares.items() if share > (0.35 if not id.startswith("rg_lru") else 0.55)} == {}


def legal_runs(id: str, dtype: str, steps: int, sign: str, in_parts: Any) -> tuple[Callable[..., float], Numbers]:
    """What a right implementation is off another by, in rooms, and what it gives in two parts."""
    with deviating(off_by(ALLOWED[dtype], sign)) as functions:
        trial = Trial(Runner(candidate_of(dict(functions)), dtype), load(id))
        assert not trial.runner.calls.lacks(trial.operation, carrying_all(trial.operation))
        inputs, parameters = lasting(trial, steps)
        whole = copied(trial.call(inputs, parameters))
        joined = copied(in_parts(trial, inputs, parameters, steps // 2))

    def share(name: str, other: Any) -> float:
        apart = np.abs(whole[name].astype(np.float64) - other.astype(np.float64)).max()
        return float(apart / room(trial, name, whole[name], steps))

    return share, joined


LEFT = ("n0", "m0")  # of xLSTM: a normaliser is positive, a stabiliser has no effect


def half_of(entry: Any, state: str) -> Any:
    """A state of halves, in the shape that it has."""
    axes = entry.operation.inputs | entry.operation.all_options
    return np.full(Dimensions(entry.id, entry.dims).shape(axes[state]), 0.5)


@pytest.mark.parametrize("entry", [e for e in LASTING if e.operation.forward is None], ids=lambda entry: entry.id)
def test_a_layer_that_long_properties_are_tried_on_forgets(entry: Any) -> None:
    trial = Trial(Runner(candidate_of("reference"), "float64"), load(entry.id))
    inputs, parameters = lasting(trial, 50)

    begin = {f"{state}0": half_of(entry, f"{state}0") for state in entry.operation.states}
    given = {name: array for name, array in begin.items() if name not in LEFT}
    opposite = {name: -array for name, array in given.items()}
    one, other = (copied(trial.call({**inputs, **states}, parameters)) for states in (given, opposite))

    first = next(iter(entry.operation.outputs))
    apart = np.abs(one[first] - other[first]).reshape(-1, 50).max(axis=0)
    assert apart[0] > 1e-3
    assert apart[-1] < 1e-6 * apart[0]
