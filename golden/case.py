"""What to draw and why: every case of every operation, from the lists of ideas.

An idea says one thing about a layer; it becomes one case of each operation that can show it. The
id of a case, `<operation>/<idea>`, is never renumbered and never reused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count

from rnnspec.reference import OPERATIONS, Direction, Kind, Operation

from .entry import INT32
from .ideas.containers import CONTAINERS
from .ideas.covering import covering
from .ideas.idea import LABELS, Idea
from .ideas.layers import (
    ESSENTIAL,
    ESSENTIAL_CELL,
    FULL,
    LAYER,
    NOTEBOOK,
    OVER_TIME,
    SEQUENCE_ONLY,
    WITH_CELL_GRADIENT,
    WITH_CELL_STATE,
    WITH_OPTIONS,
)
from .ideas.networks import MATRIX, of_network
from .ideas.recurrences import OF_FAMILY, SEQUENCES, STEPS
from .regimes import ALL_BITS


@dataclass(frozen=True)
class Case:
    operation: Operation
    idea: Idea

    @property
    def id(self) -> str:
        return f"{self.operation.name}/{self.idea.name}"

    @property
    def dtypes(self) -> list[str]:
        if {"chaotic", "full-precision"} & set(self.idea.labels) or self.idea.recipe == ALL_BITS:
            return ["float64"]
        return ["float64", "float32", *(["float16"] if self.idea.half else [])]

    @property
    def features(self) -> list[str]:
        """The keywords that this case uses of this operation's."""
        offered = self.operation.all_options
        states = [f"{state}0" for state in self.operation.states] if "state" in self.idea.options else []
        final = [f"d{state}_last" for state in self.operation.states] if "final" in self.idea.options else []
        omittable = [f"{name}=None" for name in self.operation.all_omittable]
        absent = [
            name for name in omittable if name in self.idea.options or name.replace("t=", "=") in self.idea.options
        ]
        named = [name for name in self.idea.options if name in offered or name == INT32]
        return [*named, *(name for name in (*states, *final) if name in offered), *absent]

    @property
    def dims(self) -> dict[str, int]:
        """The lengths of the axes that this operation has."""
        operation, dims = self.operation, dict(self.idea.dims)
        if operation.kind is Kind.CONTAINER or operation.family in OF_FAMILY:
            inputs = operation.run_inputs(dims, self.features)
            parameters = operation.all_parameters(dims)
            axes = [*inputs.values(), *parameters.values(), *operation.expected([*inputs, *parameters]).values()]
            used = " ".join(axes).replace("+", " ").split()
            return {name: n for name, n in dims.items() if name in used}
        if "n_p" in operation.dims and len(set(dims.values())) > 1:
            # a projection makes smaller: the idea's n_a is that of the output, and the cell has more
            dims |= {"n_p": dims["n_a"], "n_a": _free(dims)}
        elif "n_p" in operation.dims:
            dims["n_p"] = dims["n_a"]
        return {name: n for name, n in dims.items() if name in operation.dims}


def _free(dims: Mapping[str, int]) -> int:
    return next(n for n in count(dims["n_a"] + 1) if n not in dims.values())


def ideas(operation: Operation) -> tuple[Idea, ...]:
    """The ideas that an operation can show, and those of its covering array."""
    return _written(operation) + covering(operation)


def _written(operation: Operation) -> tuple[Idea, ...]:
    if operation.kind is Kind.CONTAINER:
        return CONTAINERS[operation.name]
    if operation.kind is Kind.ELEMENTWISE:
        return MATRIX
    if operation.kind is Kind.NETWORK:
        return of_network(operation)
    if operation.family in OF_FAMILY:
        return tuple(idea for idea in OF_FAMILY[operation.family] if _shown_by_recurrence(operation, idea))
    found: tuple[Idea, ...] = LAYER
    if operation.kind is Kind.SEQUENCE:
        found += OVER_TIME + WITH_OPTIONS + (WITH_CELL_STATE if "c0" in operation.all_options else ())
    elif "dc_next" in operation.arguments:
        found += WITH_CELL_GRADIENT
    return tuple(_as_drawn(operation, idea) for idea in found if _shown_by(operation, idea))


def _shown_by_recurrence(operation: Operation, idea: Idea) -> bool:
    over_time = operation.kind is Kind.SEQUENCE
    if idea.name == "dims-equal" and operation.direction is Direction.BACKWARD:
        return False
    return idea.only in ("", operation.direction) and idea.name not in (STEPS if over_time else SEQUENCES)


def _as_drawn(operation: Operation, idea: Idea) -> Idea:
    shown_by = (idea.name, operation.family, operation.kind)
    # the notebook's LSTM has seven steps, its RNN four
    if shown_by == ("notebook", "lstm", Kind.SEQUENCE):
        return replace(idea, dims={**idea.dims, "T_x": 7})
    # a limit that clips some of a cell state of up to 128
    if shown_by == ("batch-of-one", "lstm_clipped", Kind.CELL):
        return replace(idea, scale={**idea.scale, "clip": 8})
    # gates at their ends keep a clipped state exactly at its limit, which is a kink: a single step
    once = shown_by == ("huge", "lstm_clipped", Kind.SEQUENCE)
    return replace(idea, dims={**idea.dims, "T_x": 1}) if once else idea


def _shown_by(operation: Operation, idea: Idea) -> bool:
    family, over_time = operation.family, operation.kind is Kind.SEQUENCE
    if idea.only not in ("", operation.direction) or (idea.name == "notebook" and family not in NOTEBOOK):
        return False
    if idea.name in SEQUENCE_ONLY and not over_time:
        return False
    if family == "rnn_relu" and "saturated" in idea.labels:
        # nothing saturates: a rectifier of such weights leaves float16, but for a single step of the lesser
        return idea.name == "saturated" and not over_time
    essential = idea.name in (ESSENTIAL if over_time else ESSENTIAL_CELL)
    return essential or (family in FULL and (family, idea.name) != ("gru", "wide-state"))


CASES: dict[str, Case]


def __getattr__(name: str) -> dict[str, Case]:
    """CASES, planned when it is asked for: most runs ask for none."""
    if name != "CASES":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    planned = [Case(operation, idea) for operation in OPERATIONS.values() for idea in ideas(operation)]
    globals()["CASES"] = found = {case.id: case for case in planned}
    return found


__all__ = ["CASES", "LABELS", "Case", "Idea"]
