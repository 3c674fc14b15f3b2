"""The steps of a case, each from the candidate's own state before: what a function gives in one goes into no other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import FAMILIES, Kind
from rnnspec.reference.arithmetics.primitives import sigmoid_of_elements

from ..held.case import Case
from ..trace.tape import Id, Tape

Floats = NDArray[np.float64]
Functions = Mapping[str, Any]  # what stands for a primitive, by its name


@dataclass
class Steps:
    """All steps of a case at once, a column each, on a tape; what the candidate gave there, and what is near enough to right."""

    tape: Tape
    results: list[int]
    got: Floats
    room: Floats
    columns: dict[tuple[str, float, int], Floats] = field(default_factory=dict)

    @cached_property
    def right(self) -> Floats:
        return self.given({})

    @cached_property
    def off(self) -> Floats:
        return self.got - self.right

    @cached_property
    def telling(self) -> NDArray[np.bool_]:
        return np.isfinite(self.off) & (np.abs(self.off) > self.room)

    @cached_property
    def most(self) -> Floats:
        """By how much each number is off, or half of those of its output."""
        parts, begin = [], 0
        for i in self.results:
            own = slice(begin, begin := begin + np.size(self.tape.values[i]))
            off = np.abs(self.off[own])
            telling = off[self.telling[own]]
            parts.append(np.maximum(off, np.median(telling) if telling.size else 0.0))
        return np.concatenate(parts)

    def arguments(self, function: str) -> list[Any]:
        """What a function is taken of."""
        return [self.tape.values[node.args[0]] for node in self.tape.nodes if node.name == function]

    def given(self, functions: Functions) -> Floats:
        """What the steps give with other functions in the places of these."""
        values, changed = list(self.tape.values), set[int]()
        for i, node in enumerate(self.tape.nodes):
            if node.name in functions or not changed.isdisjoint(node.parents):
                args = [values[arg] if type(arg) is Id else arg for arg in node.args]
                values[i] = functions[node.name](*args) if node.name in functions else node.function(*args)
                changed.add(i)
        return np.concatenate([np.ravel(values[i]) for i in self.results])


def telling(steps: Steps) -> int:
    """How many numbers are off."""
    return int(np.count_nonzero(steps.telling))


def steps_of(case: Case) -> Steps | None:
    """None where the candidate does not tell every state, and for what is no layer."""
    operation, found = case.golden.entry.operation, None
    family = next((f for f in FAMILIES if f.name == operation.family and f.head), None)
    if operation.kind is Kind.ELEMENTWISE and operation.name == "sigmoid":
        tape = Tape(placed=False)
        (x,) = case.golden.inputs.values()
        return _steps(case, tape, [sigmoid_of_elements(tape.leaf(np.asarray(x, np.float64), "x"))], [*case.got.items()])
    if family and operation.kind is Kind.CELL:
        found = _of_cell(case)
    elif family and operation.kind is Kind.SEQUENCE:
        found = _of_sequence(case)
    if not family or not found or any(got is None for _, got in found[2]):
        return None
    xt, states, got = found
    tape = Tape(placed=False)
    leaves = [tape.leaf(array, "") for array in (xt, *states)]
    parameters = {n: tape.leaf(np.asarray(a, np.float64), n) for n, a in case.golden.parameters.items()}
    after, _ = family.forward(leaves[0], tuple(leaves[1:]), parameters)
    return _steps(case, tape, [*after], got)


def _steps(case: Case, tape: Tape, results: list[Any], got: list[tuple[str, Any]]) -> Steps | None:
    if any(np.shape(tape.values[of.id]) != np.shape(array) for of, (_, array) in zip(results, got, strict=True)):
        return None
    room = [np.full(np.size(array), case.room[name]) for name, array in got]
    arrays = np.concatenate([np.ravel(array) for _, array in got])
    return Steps(tape, [of.id for of in results], arrays, np.concatenate(room))


def _of_cell(case: Case) -> Any:
    states, given = case.golden.entry.operation.states, case.golden.inputs
    before = [np.asarray(given[f"{s}_prev"], np.float64) for s in states if f"{s}_prev" in given]
    got = [(f"{s}_next", case.got.get(f"{s}_next")) for s in states]
    return (np.asarray(given["xt"], np.float64), before, got) if len(before) == len(states) else None


def _of_sequence(case: Case) -> Any:
    """Columns are examples and steps together, those beyond an example's length left out."""
    states, given = case.golden.entry.operation.states, case.golden.inputs
    x = np.asarray(given["x"], np.float64)
    _, m, T_x = x.shape
    after: list[Any] = [case.got.get(s) for s in states]
    want = [case.golden.outputs.get(s) for s in states]
    if any(w is None or np.shape(got) != w.shape for got, w in zip(after, want, strict=True)):
        return None
    valid = np.arange(T_x) < np.asarray(given.get("lengths", np.full(m, T_x)))[:, None]
    before = [*_before(case, [*zip(states, after, strict=True)], valid)]
    return x[:, valid], [s[:, valid] for s in before], [(n, s[:, valid]) for n, s in zip(states, after, strict=True)]


def _before(case: Case, after: list[tuple[str, Any]], valid: NDArray[np.bool_]) -> Iterator[Floats]:
    """Each state before each step: that after the one before in the order of time, or the initial one."""
    is_back = bool(case.golden.inputs.get("reverse"))
    for name, state in after:
        first = np.asarray(case.golden.inputs.get(f"{name}0", np.zeros(state.shape[:2])), np.float64)
        before = np.roll(state, -1 if is_back else 1, axis=2)
        start = valid & ~np.roll(valid, -1, axis=1) if is_back else np.zeros_like(valid)
        start[:, -1 if is_back else 0] = valid[:, -1 if is_back else 0]
        yield np.where(start, first[:, :, None], before)
