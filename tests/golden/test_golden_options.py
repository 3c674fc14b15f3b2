"""Every option is covered by goldens of its own, in which it acts: what is left out or ignored changes the outputs.

Those of the covering array, in which options meet whether they act or not, are held to their levels by test_factors.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.conformance.verdict.budget import budget
from rnnspec.golden import Entry, Golden, cases, load
from rnnspec.golden.ideas.networks import has_few
from rnnspec.reference import FUNCTIONS, OPERATIONS, Operation

Arrays = dict[str, NDArray[Any]]
by_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
# families and networks over time; `lengths` of a container is an argument
OVER_TIME = {name: o for name, o in OPERATIONS.items() if "lengths" in (o.forward or o).options}
over_time = pytest.mark.parametrize("operation", OVER_TIME.values(), ids=OVER_TIME)
OWN = [entry for entry in cases() if not entry.id.partition("/")[2].startswith("levels")]
CLIPPED = [entry for entry in OWN if entry.operation.name.startswith("lstm_clipped")]


def entries(operation: Operation) -> list[Entry]:
    return [entry for entry in OWN if entry.operation is operation]


def featured(operation: Operation, *features: str) -> list[Golden]:
    return [load(entry.id) for entry in entries(operation) if {*features} <= {*entry.features}]


def computed(operation: Operation, inputs: Arrays, parameters: Arrays) -> Arrays:
    return operation.named(operation.call(FUNCTIONS, inputs, parameters), [*inputs, *parameters])


def padding(golden: Golden) -> NDArray[np.bool_]:
    return np.arange(golden.entry.dims["T_x"]) >= golden.inputs["lengths"][:, None]


@by_operation
def test_every_option_has_a_case(operation: Operation) -> None:
    offered = {*operation.all_options, *(f"{name}=None" for name in operation.all_omittable)}

    assert {feature for entry in entries(operation) for feature in entry.features} == offered


@over_time
def test_an_option_that_is_left_out_shows_in_every_case_that_has_it(operation: Operation) -> None:
    idle, tried = [], set()
    for entry in entries(operation):
        golden = load(entry.id)
        for feature in (f for f in entry.features if not f.endswith("=None")):
            without = {name: array for name, array in golden.inputs.items() if name != feature}
            got = computed(operation, without, golden.parameters)
            outside = [
                np.any(
                    np.abs(got[name] - want) > budget(golden.sensitivity[name], golden.underflow[name], want, "float64")
                )
                for name, want in golden.outputs.items()
                if name in got
            ]
            tried.add(feature)
            if not any(outside):
                idle.append(f"{entry.id}: {feature}")

    assert tried == {*operation.all_options}
    assert idle == []


@over_time
def test_no_state_is_one_that_is_not_there(operation: Operation) -> None:
    for golden in featured(operation, "a0=None"):
        assert "a0" not in golden.inputs
        given = computed(operation, {**golden.inputs, "a0": np.full(a0_shape(golden), 0.25)}, golden.parameters)

        assert any(not np.array_equal(given[name], want) for name, want in golden.outputs.items())


def a0_shape(golden: Golden) -> tuple[int, ...]:
    """That of the state's gradient or, forward, of the states."""
    if "da0" in golden.outputs:
        return golden.outputs["da0"].shape
    return golden.outputs["a_last"].shape if "a_last" in golden.outputs else golden.outputs["a"].shape[:2]


@over_time
def test_lengths_are_in_no_order_with_one_of_0(operation: Operation) -> None:
    for golden in featured(operation, "lengths"):
        lengths = golden.inputs["lengths"]

        assert lengths.min() == 0
        assert 1 in lengths
        assert lengths.max() <= golden.entry.dims["T_x"]
        assert np.any(np.diff(lengths) > 0)


@over_time
def test_the_longest_example_is_as_long_as_time_in_one_case_and_shorter_in_another(operation: Operation) -> None:
    goldens = featured(operation, "lengths")

    assert {golden.inputs["lengths"].max() == golden.entry.dims["T_x"] for golden in goldens} == {True, False}


def test_sorting_the_lengths_is_not_its_own_way_back() -> None:
    lengths = {tuple(g.inputs["lengths"].tolist()) for o in OVER_TIME.values() for g in featured(o, "lengths")}
    orders = [np.argsort([-n for n in each], kind="stable") for each in lengths]

    # where it is, taking sorted_indices for unsorted_indices goes unseen
    assert any(not np.array_equal(order[order], np.arange(len(order))) for order in orders)


@over_time
def test_the_padding_is_garbage(operation: Operation) -> None:
    for golden in featured(operation, "lengths"):
        where, given = padding(golden), (operation.forward or operation).arguments
        timed = {name: a for name, a in golden.inputs.items() if golden.entry.axes[f"inputs/{name}"][0].endswith("T_x")}

        assert timed.keys() & given.keys()
        assert all(np.all(array[..., where]) for array in timed.values() if array.any())
        for name in timed.keys() & given.keys():
            assert np.abs(timed[name][..., where]).max() > 10 * np.abs(timed[name][..., ~where]).max()


@over_time
def test_what_stands_for_the_padding_is_0_and_a_length_of_0_keeps_its_state(operation: Operation) -> None:
    for golden in featured(operation, "lengths"):
        where, empty = padding(golden), golden.inputs["lengths"] == 0
        axes = {name: golden.entry.axes[f"outputs/{name}"][0] for name in golden.outputs}
        timed = [array for name, array in golden.outputs.items() if axes[name].endswith("T_x")]

        assert timed
        assert not any(array[..., where].any() for array in timed)
        for state in operation.states:
            if f"{state}_last" in golden.outputs:
                initial = golden.inputs.get(f"{state}0", np.zeros_like(golden.outputs[f"{state}_last"]))
                assert np.array_equal(golden.outputs[f"{state}_last"][..., empty], initial[..., empty])


@pytest.mark.parametrize("name", [name for name in OVER_TIME if name.endswith("_backward")])
def test_all_gradients_come_together_in_one_case(name: str) -> None:
    operation = OPERATIONS[name]
    upstream = [option for option in operation.options if option.startswith("d")]

    assert featured(operation, *upstream)
    assert featured(operation, *upstream, "lengths", *(["reverse"] if "reverse" in operation.all_options else []))
    first = next(iter(operation.arguments))
    assert any(not golden.inputs[first].any() for golden in featured(operation, f"d{operation.states[0]}_last"))


@pytest.mark.parametrize("name", [name for name in OVER_TIME if "network" in name])
def test_a_network_is_deep_and_bidirectional_at_once(name: str) -> None:
    dims = [(entry.dims["n_l"], entry.dims["n_d"]) for entry in entries(OPERATIONS[name])]

    # where cases are few, the backward of one layer in one direction is the sequence's
    plain = set() if has_few(OPERATIONS[name]) and "back" in name else {(1, 1)}
    assert {(2, 1), (1, 2), (3, 2)} | plain <= {*dims}
    assert all(g.entry.dims["n_l"] > 1 for g in featured(OPERATIONS[name], "da_last" if "back" in name else "a0=None"))


CONTAINERS = [name for name in OPERATIONS if name.startswith(("pad_", "pack_"))]


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_option_of_a_container_acts_in_a_case(name: str) -> None:
    operation = OPERATIONS[name]
    for option in operation.options:
        assert [g.id for g in featured(operation, option) if acts(g, option)], option


def acts(golden: Golden, option: str) -> bool:
    """Whether the outputs are others without the option, or there are none."""
    without = {name: array for name, array in golden.inputs.items() if name != option}
    try:
        got = computed(golden.entry.operation, without, {})
    except ValueError:
        return True
    return any(not np.array_equal(got[name], want) for name, want in golden.outputs.items())


def test_the_clip_acts_in_every_case_of_a_clipped_lstm() -> None:
    for entry in CLIPPED:
        golden, forward = load(entry.id), entry.operation.forward or entry.operation
        inputs = {
            name: array for name, array in golden.inputs.items() if name in forward.run_inputs({}, entry.features)
        }
        outputs = computed(forward, inputs, golden.parameters)
        at_limit = np.abs(outputs["c_next" if "cell" in forward.name else "c"]) == golden.parameters["clip"].item()

        assert at_limit.any(), entry.id
        assert not at_limit.all(), entry.id

    assert len({entry.operation.name for entry in CLIPPED}) == 4


def test_a_projection_makes_smaller_wherever_lengths_may_differ() -> None:
    projected = [entry for entry in cases() if entry.operation.name.startswith("lstm_projected")]

    assert len({entry.operation.name for entry in projected}) == 4
    for entry in projected:
        assert entry.dims["n_p"] < entry.dims["n_a"] or "symmetric" in entry.labels, entry.id
