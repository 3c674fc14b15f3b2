"""Naming the bug: the smallest set of deviations that gives what the candidate gave."""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from rnnspec.golden import Golden, load
from rnnspec.reference import FUNCTIONS, OPERATIONS

from .budget import budget
from .deviations import CATALOGUE, Deviation, deviating
from .execution import Outcome
from .report import Explanation
from .verdict import as_array

MOST_TOGETHER = 3


def explain(outcomes: Iterable[Outcome], dtype: str, folder: Path) -> list[Explanation]:
    """For each operation with failing cases, the deviations that reproduce all of them and no passing one less."""
    found = []
    for operation in OPERATIONS:
        ran = [o for o in outcomes if o.operation == operation and o.arrays]
        failing = [o for o in ran if o.outcome == "fail"]
        if failing and (explanation := _explained(operation, ran, failing, dtype, folder)):
            found.append(explanation)
    return found


def _explained(
    operation: str, ran: list[Outcome], failing: list[Outcome], dtype: str, folder: Path
) -> Explanation | None:
    # failing cases first and small ones before large: most sets are dismissed at once
    goldens = {o.id: load(o.id, folder) for o in ran}
    order = sorted(ran, key=lambda o: (o.outcome != "fail", sum(a.size for a in goldens[o.id].outputs.values())))
    known = [deviation for deviation in CATALOGUE.values() if operation in deviation.affects]
    for together in range(1, MOST_TOGETHER + 1):
        fitting = [
            tuple(deviation.id for deviation in chosen)
            for chosen in combinations(known, together)
            if all(reproduces(chosen, goldens[o.id], o.arrays, dtype) for o in order)
        ]
        if fitting:
            ids = tuple(o.id for o in failing)
            return Explanation(operation, fitting[0], ids, len(failing), tuple(fitting[1:]))
    return None


def reproduces(chosen: tuple[Deviation, ...], golden: Golden, gave: dict[str, Any], dtype: str) -> bool:
    """Whether the reference with these deviations gives what the candidate gave, within budget."""
    deviant = deviated(chosen, golden, dtype)
    return deviant is not None and all(_same(deviant[name], gave[name], golden, name, dtype) for name in golden.outputs)


def deviated(chosen: tuple[Deviation, ...], golden: Golden, dtype: str) -> dict[str, Any] | None:
    """The outputs of the reference with deviations, or None where it cannot run at all."""
    arrays = (
        {n: np.array(a, dtype if a.dtype.kind == "f" else None) for n, a in group.items()}
        for group in (golden.inputs, golden.parameters)
    )
    operation = golden.entry.operation
    try:
        with deviating(*chosen), np.errstate(all="ignore"):
            return operation.named(operation.call(FUNCTIONS, *arrays), [*golden.inputs, *golden.parameters])
    except (ArithmeticError, IndexError, TypeError, ValueError):  # two changes can be at odds with each other
        return None


def _same(deviant: Any, gave: Any, golden: Golden, name: str, dtype: str) -> bool:
    got = as_array(gave)
    want = np.asarray(deviant)
    if got is None or got.shape != want.shape or got.dtype.kind != "f":
        return False
    want, got = want.astype(np.float64), got.astype(np.float64)
    size = np.abs(want[np.isfinite(want)]).max(initial=0.0)
    # a deviation moves errors between elements: the widest of the output's sensitivities holds for each
    widest = np.full(want.shape, golden.sensitivity[name].max(initial=0.0))
    allowed = budget(
        widest, np.full(want.shape, golden.underflow[name].max(initial=0.0)), np.full(want.shape, size), dtype
    )
    with np.errstate(invalid="ignore"):
        near = np.abs(got - want) <= allowed
    return bool(np.all(near | (got == want) | (np.isnan(got) & np.isnan(want))))
