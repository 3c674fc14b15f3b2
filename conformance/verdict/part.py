"""A golden held against what a candidate gives of it: what it leaves out is not tested, of a state the last may stand for all."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Entry, Golden
from rnnspec.reference import Direction, Kind, Operation

Arrays = Mapping[str, NDArray[Any]]
OVER_TIME = (Kind.SEQUENCE, Kind.NETWORK)


def last_of(state: str) -> str:
    """The name of a state's last value, (n, m), in place of every value."""
    return f"{state}_last"


def omissible(operation: Operation) -> tuple[str, ...]:
    """The outputs that a candidate may leave out: predictions, where a layer has no head; every state but the first, of which
    many layers return the last alone; a recurrence's last state; the gradient into an initial state, where a layer takes none.
    """
    if operation.direction is Direction.BACKWARD:
        return tuple(name for name in operation.outputs if name == "da0")
    if operation.kind not in (Kind.CELL, Kind.SEQUENCE):
        return ()
    others = {*operation.states[1:], *map(last_of, operation.states)}
    return tuple(name for name, axes in operation.outputs.items() if "n_y" in axes or name in others)


def surplus(operation: Operation, want: Sequence[str], given: Iterable[str]) -> list[str]:
    """Of what is given the names that an operation does not have, neither as what is wanted nor as what may be told in its place."""
    known = {*want, *lasts(operation).values(), *operation.optional_outputs}
    return [name for name in given if name not in known]


def lasts(operation: Operation) -> dict[str, str]:
    """The states whose last may be given, beside all or in their place, and its name."""
    forward = operation.kind is Kind.SEQUENCE and operation.direction is Direction.FORWARD
    told = (name for name in operation.states if forward and last_of(name) not in operation.outputs)
    return {name: last_of(name) for name in told}


@dataclass(frozen=True)
class Part(Entry):
    """A case of which only these outputs are held against what a candidate gives."""

    given: tuple[str, ...] = ()

    @cached_property
    def axes(self) -> Mapping[str, tuple[str, str]]:
        known, found = super().axes, dict[str, tuple[str, str]]()
        known_lasts = lasts(self.operation).values()
        for key, (axes, dtype) in known.items():
            group, name = key.split("/")
            if group in ("inputs", "parameters") or name in self.given:
                found[key] = axes, dtype
            if group not in ("inputs", "parameters") and last_of(name) in self.given and last_of(name) in known_lasts:
                found[f"{group}/{last_of(name)}"] = axes.removesuffix(" T_x"), dtype
        return found


def part_of(golden: Golden, given: Collection[str]) -> Golden:
    """The golden of what is given."""
    names = tuple(name for name in given if name in golden.outputs or name in lasts(golden.entry.operation).values())
    if {*names} == golden.outputs.keys():
        return golden
    entry = Part(**{field.name: getattr(golden.entry, field.name) for field in fields(Entry)}, given=names)
    groups = ("outputs", "sensitivity", "sensitivity16", "underflow")
    parts = {group: _parts(golden, getattr(golden, group), names, group == "outputs") for group in groups}
    return replace(golden, entry=entry, **parts)


def as_given(golden: Golden, outputs: Arrays) -> dict[str, NDArray[Any]]:
    """All outputs of an operation, on a golden's inputs, as that part of them which the golden is of, and has."""
    told = tuple(name for name in outputs if name in golden.outputs)  # of a size or a precision some have no budget
    return _parts(golden, outputs, getattr(golden.entry, "given", told), True)


def _parts(golden: Golden, arrays: Arrays, names: Collection[str], values: bool) -> dict[str, NDArray[Any]]:
    states = {last: state for state, last in lasts(golden.entry.operation).items()}
    found = {}
    for name in names:
        if name in arrays:
            found[name] = arrays[name]
        elif states.get(name) in arrays:
            state = states[name]
            found[name] = _last(golden, arrays[state], golden.inputs.get(f"{state}0") if values else None)
    return found


def _last(golden: Golden, array: NDArray[Any], initial: NDArray[Any] | None) -> NDArray[Any]:
    """Of an array over time what belongs to each example's last step; what an example without steps begins with."""
    m, steps = array.shape[1:]
    lengths = golden.inputs.get("lengths", np.full(m, steps))
    at = np.zeros(m, int) if golden.inputs.get("reverse") else np.maximum(lengths - 1, 0)
    found = array[:, np.arange(m), at]
    nothing = np.zeros_like(found) if initial is None else initial.astype(array.dtype)
    return np.where(lengths > 0, found, nothing)
