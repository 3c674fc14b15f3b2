"""Every two levels that can meet meet in a golden, as its arrays show; what cannot has its reason."""

from typing import Any

import numpy as np
import pytest
from rnnspec.conformance.properties.table import PROPERTIES
from rnnspec.golden import Golden, cases, load
from rnnspec.golden.case import CASES
from rnnspec.golden.factors import REASONS, clash, factors, infeasible, met, pairs, rows
from rnnspec.golden.ideas.covering import covering
from rnnspec.golden.ideas.networks import FEW
from rnnspec.reference import FUNCTIONS, OPERATIONS, Kind, Operation

VARIED = {name: operation for name, operation in OPERATIONS.items() if covering(operation)}
varied = pytest.mark.parametrize("operation", VARIED.values(), ids=list(VARIED))
LAYERED = [name for name, operation in VARIED.items() if operation.kind is not Kind.CONTAINER]


def seen(golden: Golden) -> dict[str, str]:
    """The levels that a golden has, read off its arrays, as none of its words says."""
    operation = golden.entry.operation
    contained = operation.kind is Kind.CONTAINER
    names = list(operation.options) if contained else [*operation.all_omittable, *operation.all_options]
    found = {name: "given" if name in golden.inputs else "absent" for name in names if name != "lengths"}
    if contained:
        return found | contained_levels(golden)
    dims = golden.entry.dims
    m, T_x = dims["m"], dims["T_x"]
    found |= {"lengths": order(golden.inputs.get("lengths"), T_x), "m": "many" if m > 1 else "one"}
    found |= {"T_x": against(T_x, m)}
    if "n_x" in dims:
        found |= {"n_x": "narrow" if dims["n_x"] < dims.get("n_p", dims["n_a"]) else "wide"}
    if operation.kind is Kind.NETWORK:
        found |= {"n_l": ("one", "two", "three")[golden.entry.dims["n_l"] - 1]}
        found |= {"n_d": ("one", "two")[golden.entry.dims["n_d"] - 1]}
    return found | ({"clip": clipped(golden)} if "clip" in golden.parameters else {})


def against(T_x: int, m: int) -> str:
    return "one" if T_x == 1 else "above m" if T_x > m else "below m" if T_x < m else "as m"


def order(lengths: Any, T_x: int) -> str:
    if lengths is None:
        return "none"
    if lengths.dtype == np.int32:
        return "int32"
    if (lengths == T_x).all():
        return "full"
    if len(lengths) > 1 and (np.diff(lengths) < 0).all():
        return "falling"
    if len(lengths) > 1 and (np.diff(lengths) > 0).all():
        return "rising"
    if 0 in lengths:
        return "zeros"
    return "ties" if len(set(lengths.tolist())) < len(lengths) else "another"


def contained_levels(golden: Golden) -> dict[str, str]:
    inputs, outputs = golden.inputs, golden.outputs
    lengths = inputs.get("lengths", outputs.get("lengths"))
    if lengths is None:
        lengths = np.array([array.shape[0] for name, array in inputs.items() if name.startswith("sequences")])
    longest, m = int(lengths.max()), len(lengths)
    down, up = (np.diff(lengths) <= 0).all(), (np.diff(lengths) >= 0).all()
    words = "equal" if down and up else "falling" if down else "rising" if up else "ties"
    return {"order": words, "T_x": "above m" if longest > m else "below m", "m": "many" if m > 1 else "one"}


def clipped(golden: Golden) -> str:
    operation = golden.entry.operation.forward or golden.entry.operation
    inputs = {n: a for n, a in golden.inputs.items() if n in {**operation.inputs, **operation.options}}
    c = operation.named(operation.call(FUNCTIONS, inputs, golden.parameters), [*inputs, *golden.parameters])["c"]
    length = inputs.get("lengths", np.full(c.shape[1], c.shape[2]))
    reached = (np.abs(c) == golden.parameters["clip"].item())[:, np.arange(c.shape[2]) < length[:, None]]
    return "never" if not reached.any() else "always" if reached.all() else "some"


@varied
def test_every_feasible_pair_meets_in_a_golden(operation: Operation) -> None:
    found: set[Any] = set()
    for entry in cases():
        if entry.operation is operation:
            levels = seen(load(entry.id))
            found |= met({name: levels[name] for name in factors(operation)})

    missing = [pair for pair in pairs(operation) if not infeasible(operation, *pair) and pair not in found]
    assert missing == []


def test_what_varies_and_has_no_array_is_what_has_few_cases() -> None:
    few = [f"{family}_network_{direction}" for family in FEW for direction in ("forward", "backward")]

    assert sorted(few) == sorted(name for name, o in OPERATIONS.items() if factors(o) and name not in VARIED)


@varied
def test_no_row_has_a_pair_that_cannot_meet_and_none_is_superfluous(operation: Operation) -> None:
    array = rows(operation)
    assert [pair for row in array for pair in met(row) if infeasible(operation, *pair)] == []
    for i, row in enumerate(array):
        others = set().union(*(met(other) for other in array[:i]))
        assert met(row) - others, row


@varied
def test_a_golden_has_the_levels_that_its_row_says(operation: Operation) -> None:
    stated = {case.id: row for case, row in _rows_of(operation)}
    for id, row in stated.items():
        levels = seen(load(id))
        differing = {name for name in row if levels[name] != row[name]}
        assert not differing, (id, levels)


def _rows_of(operation: Operation) -> list[tuple[Any, dict[str, str]]]:
    mine = [case for case in CASES.values() if case.operation is operation and case.idea.name.startswith("levels")]
    return [(case, dict(row)) for case, row in zip(mine, rows(operation), strict=True)]


def test_every_reason_is_in_use() -> None:
    given = {clash(*pair) for operation in VARIED.values() for pair in pairs(operation)}
    assert {why for *_, why in REASONS} == given - {""}


def test_what_cannot_meet_is_refused_or_has_no_meaning() -> None:
    """The reasons, each held against the kit where it says that something is refused or a property has it."""
    assert {"no-steps", "refuses-unsorted"} <= set(PROPERTIES)
    with pytest.raises(ValueError, match="enforce_sorted"):
        FUNCTIONS["pack_sequence"]([np.zeros((1, 3)), np.zeros((2, 3))])


def test_forward_and_backward_have_their_own_arrays() -> None:
    assert {name.rpartition("_")[2] for name in LAYERED} == {"forward", "backward"}
    layers = [name for name in LAYERED if "n_x" in VARIED[name].dims]
    assert all(len(rows(VARIED[name])) >= 18 for name in layers)  # seven lengths by three T, but for three
