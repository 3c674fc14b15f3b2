"""The reference's run of a golden, traced: its outputs, what its forward gave to its backward, and its places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from rnnspec.golden import Golden
from rnnspec.reference import FUNCTIONS, Kind, Operation

from .group import Group
from .places import Expression, Place, Step
from .tape import Id, Tape, Traced

Key = tuple[Place, int]  # of all nodes that are the k-th of a place, one a step
Arrays = dict[str, Any]


@dataclass
class Trace:
    """A tape with the names of its ends; `outputs` are the operation's, `forward` those of the forward before it."""

    operation: Operation
    tape: Tape
    inputs: dict[str, int]
    outputs: Mapping[str, int]
    forward: Mapping[str, int] = field(default_factory=dict)
    begun: int = 0  # the node with which the backward begins
    groups: dict[Group, list[int]] = field(default_factory=dict)
    sloped: dict[int, int | None] = field(default_factory=dict)
    _below: dict[frozenset[int], list[int]] = field(default_factory=dict)
    _above: dict[int, set[int]] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[Key, list[int]]:
        found: dict[Key, list[int]] = {}
        for i, node in enumerate(self.tape.nodes):
            found.setdefault((node.place, node.k), []).append(i)
        return found

    @cached_property
    def of_place(self) -> dict[Place, list[int]]:
        found: dict[Place, list[int]] = {}
        for i, node in enumerate(self.tape.nodes):
            found.setdefault(node.place, []).append(i)
        return found

    @cached_property
    def of_expression(self) -> dict[Expression, list[int]]:
        found: dict[Expression, list[int]] = {}
        for i, node in enumerate(self.tape.nodes):
            found.setdefault(node.place[0], []).append(i)
        return found

    @cached_property
    def walked(self) -> dict[tuple[Key, int, int], list[int]]:
        """The nodes of a place in one layer and direction, in the order in which time was walked."""
        found: dict[tuple[Key, int, int], list[int]] = {}
        for i, node in enumerate(self.tape.nodes):
            if node.step:
                found.setdefault(((node.place, node.k), *node.step[:2]), []).append(i)
        return found

    def shape(self, i: int) -> tuple[int, ...]:
        return np.shape(self.tape.values[i])

    def ancestors(self, i: int) -> set[int]:
        """What a node rests on."""
        if i not in self._above:
            found: set[int] = set()
            for parent in self.tape.nodes[i].parents:
                found |= {parent} | self.ancestors(parent)
            self._above[i] = found
        return self._above[i]

    def below(self, changed: frozenset[int]) -> list[int]:
        """What rests on these nodes, and they themselves, in order."""
        if changed not in self._below:
            found = bytearray(len(self.tape.nodes))
            for i in changed:
                found[i] = 1
            for i in range(min(changed), len(found)):
                if found[i]:
                    for user in self.users[i]:
                        found[user] = 1
            self._below[changed] = [i for i, is_below in enumerate(found) if is_below]
        return self._below[changed]

    @cached_property
    def at_step(self) -> dict[tuple[Key, Step], int]:
        return {((node.place, node.k), node.step): i for i, node in enumerate(self.tape.nodes)}

    @cached_property
    def users(self) -> list[list[int]]:
        """What each node's value goes into."""
        found: list[list[int]] = [[] for _ in self.tape.nodes]
        for i, node in enumerate(self.tape.nodes):
            for parent in node.parents:
                found[parent].append(i)
        return found

    @cached_property
    def reach(self) -> list[int]:
        """Of each node the outputs that rest on it, a bit each, in their order."""
        found = [0] * len(self.tape.nodes)
        for bit, i in enumerate(self.outputs.values()):
            found[i] |= 1 << bit
        for i in reversed(range(len(found))):
            for parent in self.tape.nodes[i].parents:
                found[parent] |= found[i]
        return found


def traced(golden: Golden) -> Trace:
    """The reference's run on a golden's inputs, in float64."""
    tape, operation = Tape(), golden.entry.operation
    given = [{n: _leaf(tape, n, a) for n, a in group.items()} for group in (golden.inputs, golden.parameters)]
    inputs = {n: a.id for group in given for n, a in group.items() if isinstance(a, Traced)}
    names = [*golden.inputs, *golden.parameters]
    forward: dict[str, int] = {}
    begun = 0
    if operation.forward:
        returned = operation.forward.call(FUNCTIONS, *given)
        own = [n for n in names if n not in operation.arguments and n not in operation.options]
        forward = _ids(operation.forward.named(returned, own)) | _finals(returned[-1], operation)
        begun = len(tape.nodes)
        named = operation.named(operation.differentiate(FUNCTIONS[operation.name], given[0], returned[-1]), names)
    else:
        named = operation.named(operation.call(FUNCTIONS, *given), names)
    _initials(tape, operation, golden, begun)
    outputs = {name: Id(tape.result(name, array).id) for name, array in named.items() if isinstance(array, Traced)}
    return Trace(operation, tape, inputs, outputs, forward, begun)


def _leaf(tape: Tape, name: str, array: Any) -> Any:
    return tape.leaf(np.array(array, np.float64), name) if array.dtype.kind == "f" else np.array(array)


def _initials(tape: Tape, operation: Operation, golden: Golden, begun: int) -> None:
    """States that begin at zero, and gradients of last states that were not given, under the names that they would have."""
    ahead = operation.forward or operation
    begin = [f"{s}0" for s in operation.states if f"{s}0" not in golden.inputs] if ahead.kind is Kind.SEQUENCE else []
    end = [f"d{s}_last" for s in operation.states if f"d{s}_last" not in golden.inputs]
    for i, node in enumerate(tape.nodes):
        names = begin if i < begun or not operation.forward else end
        if node.name == "zeros" and names:
            tape.renamed(i, names.pop(0))


def _ids(named: Arrays) -> dict[str, int]:
    return {name: Id(array.id) for name, array in named.items() if isinstance(array, Traced)}


def _finals(cache: Any, operation: Operation) -> dict[str, int]:
    """The final states of a sequence, which are no output of its forward and have a gradient."""
    walk = getattr(cache, "walk", None)
    return {f"{s}_last": Id(a.id) for s, a in zip(operation.states, walk.final, strict=True)} if walk else {}
