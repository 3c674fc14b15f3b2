"""What to draw and why: every case of every operation, from the lists of ideas.

An idea says one thing about a layer; it becomes one case of each operation that can show it. The
id of a case, `<operation>/<idea>`, is never renumbered and never reused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count

from rnnspec.reference import OPERATIONS, Operation
from rnnspec.reference.containers import ContainerOperation
from rnnspec.reference.contract import ANY

from .container_ideas import CONTAINERS
from .idea import LABELS, Idea
from .layer_ideas import (
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
from .network_ideas import MATRIX, NETWORK


@dataclass(frozen=True)
class Case:
    operation: Operation
    idea: Idea

    @property
    def id(self) -> str:
        return f"{self.operation.name}/{self.idea.name}"

    @property
    def dtypes(self) -> list[str]:
        exact = not {"chaotic", "full-precision"} & set(self.idea.labels)
        return ["float64", "float32", "float16"] if exact else ["float64"]

    @property
    def features(self) -> list[str]:
        """The keywords that this case uses of this operation's."""
        offered = self.operation.all_options
        final = [name for name in offered if name.endswith("_last")] if "final" in self.idea.options else []
        return [*(name for name in self.idea.options if name in offered or name == "a0=None"), *final]

    @property
    def dims(self) -> dict[str, int]:
        """The lengths of the axes that this operation has."""
        operation, dims = self.operation, dict(self.idea.dims)
        if isinstance(operation, ContainerOperation):
            inputs = operation.run_inputs(dims, self.features)
            used = " ".join([*inputs.values(), *operation.expected(inputs).values()]).split()
            return {name: n for name, n in dims.items() if name in used}
        axes = " ".join([*operation.inputs.values(), *operation.all_parameters(dims).values()])
        if "n_p" in axes and len(set(dims.values())) > 1:
            # a projection makes smaller: the idea's n_a is that of the output, and the cell has more
            dims |= {"n_p": dims["n_a"], "n_a": _free(dims)}
        elif "n_p" in axes:
            dims["n_p"] = dims["n_a"]
        return {name: n for name, n in dims.items() if re.search(rf"\b{name}\b", axes) or ANY in axes}


def _free(dims: Mapping[str, int]) -> int:
    return next(n for n in count(dims["n_a"] + 1) if n not in dims.values())


def ideas(operation: Operation) -> tuple[Idea, ...]:
    """The ideas that an operation can show."""
    forward = operation.forward or operation
    if isinstance(operation, ContainerOperation):
        return CONTAINERS[operation.name]
    if not forward.parameters:
        return MATRIX
    if "n_l" in str(forward.arguments):
        return tuple(idea for idea in NETWORK if idea.only in ("", "backward" if operation.forward else "forward"))
    over_time = "T_x" in str(forward.arguments)
    found = LAYER + (OVER_TIME + WITH_OPTIONS if over_time else ())
    if "c0" in forward.options:
        found += WITH_CELL_STATE
    if not over_time and "dc_next" in operation.arguments:
        found += WITH_CELL_GRADIENT
    family = forward.name.removesuffix("_forward").removesuffix("_cell")
    return tuple(_as_drawn(forward, idea) for idea in found if _shown_by(operation, family, idea))


def _as_drawn(forward: Operation, idea: Idea) -> Idea:
    # the notebook's LSTM has seven steps, its RNN four
    longer = idea.name == "notebook" and forward.name == "lstm_forward"
    if longer:
        return replace(idea, dims={**idea.dims, "T_x": 7})
    # gates at their ends keep a clipped state exactly at its limit, which is a kink: a single step
    once = idea.name == "huge" and forward.name == "lstm_clipped_forward"
    return replace(idea, dims={**idea.dims, "T_x": 1}) if once else idea


def _shown_by(operation: Operation, family: str, idea: Idea) -> bool:
    direction = "backward" if operation.forward else "forward"
    if idea.only not in ("", direction) or (idea.name == "notebook" and family not in NOTEBOOK):
        return False
    if idea.name in SEQUENCE_ONLY and "T_x" not in str(operation.inputs):
        return False
    if family == "rnn_relu" and "saturated" in idea.labels:
        # nothing saturates: a rectifier of such weights leaves float16, but for a single step of the lesser
        return idea.name == "saturated" and "T_x" not in str(operation.inputs)
    essential = idea.name in (ESSENTIAL if "T_x" in str(operation.inputs) else ESSENTIAL_CELL)
    return essential or (family in FULL and (family, idea.name) != ("gru", "wide-state"))


CASES: dict[str, Case] = {
    case.id: case for operation in OPERATIONS.values() for idea in ideas(operation) for case in (Case(operation, idea),)
}

__all__ = ["CASES", "LABELS", "Case", "Idea"]
