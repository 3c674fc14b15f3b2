"""A run of the reference on a tape, with the names of its ends: its places, its steps, its layers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from rnnspec.reference import Kind, Operation

from .places import LOOPS, Expression, Place, Step
from .shapes import alike
from .tape import KEPT, NO_VALUES, Id, Node, Tape

Key = tuple[Place, int]  # of all nodes that are the k-th of a place, one a step
Arrays = Mapping[str, Any]


@dataclass
class Record:
    """`outputs` are the operation's, `forward` those of the forward before it; `again` makes the same call with an option, or without."""

    operation: Operation
    tape: Tape
    inputs: dict[str, int]
    outputs: Mapping[str, int]
    forward: Mapping[str, int] = field(default_factory=dict)
    begun: int = 0  # the node with which the backward begins
    parameters: frozenset[str] = frozenset()
    dims: Mapping[str, int] = field(default_factory=dict)  # the lengths of axes
    again: Callable[[str, bool], Arrays] = lambda option, given: {}
    handed_on: dict[bool, dict[int, str]] = field(
        default_factory=dict
    )  # what handing.py finds, of a backward or a forward
    told_of: dict[int, list[tuple[int, int, str]]] | None = None
    made_of: dict[int, list[tuple[int, int, str]]] | None = None
    ends: bool = False  # whether its loop ends with the longest example, which T_x is then
    workspaces: dict[str, dict[int, dict[int, Any]]] = field(default_factory=dict)  # what workspaces.py finds
    _shaped: dict[tuple[int, ...], list[tuple[Key, int, bool]]] = field(default_factory=dict)

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

    @cached_property
    def of_forward(self) -> set[str]:
        """What the forward before a backward is given."""
        ahead = self.operation.forward
        return {*ahead.arguments, *ahead.options, *self.parameters} if ahead else set()

    def is_back(self, i: int) -> bool:
        """Whether a node is on a backward's way."""
        return 0 < self.begun <= i

    def is_of_back(self, i: int) -> bool:
        """Whether a value is on a backward's way, or given to that alone."""
        node = self.tape.nodes[i]
        is_given = not node.name and node.place[0].function in self.operation.arguments
        return self.is_back(i) or (is_given and node.place[0].function not in self.of_forward)

    def is_weighted(self, i: int) -> bool:
        """Whether a forward multiplies something with a parameter there, or with some columns of one."""
        node = self.tape.nodes[i]
        is_product = node.name == "matmul" and type(node.args[0]) is Id and not self.is_back(i)
        return is_product and self._is_of_parameter(node.args[0])

    def is_weighted_back(self, i: int) -> bool:
        """Whether something is multiplied there with a parameter that is transposed."""
        node = self.tape.nodes[i]
        of = self.tape.nodes[node.args[0]] if node.name == "matmul" and type(node.args[0]) is Id else None
        return of is not None and of.name == "T" and self._is_of_parameter(of.args[0])

    def _is_of_parameter(self, arg: int) -> bool:
        of = self.tape.nodes[self.origin(arg)]
        leaf = self.tape.nodes[self.origin(of.args[0])] if of.name == "[]" else of
        return not leaf.name and leaf.place[0].function in self.parameters

    def is_of_lengths(self, i: int) -> bool:
        """Whether a node is the lengths, or a mask that they alone make."""
        nodes, lengths = self.tape.nodes, self.inputs.get("lengths")
        own = nodes[i].args[0] if nodes[i].name == KEPT else i
        return lengths in (own, *nodes[own].parents)

    @cached_property
    def the_same(self) -> set[Key]:
        """Places that give the same at every step: what is made of parameters alone."""
        is_same = list[bool]()
        for node in self.tape.nodes:
            own = [is_same[arg] for arg in node.args if type(arg) is Id]
            is_same.append(all(own) if node.name and own else node.place[0].function in self.parameters)
        return {key for key, ids in self.places.items() if all(is_same[i] for i in ids)}

    @cached_property
    def steps(self) -> int:
        return 1 + max((node.step[2] for node in self.tape.nodes if node.step), default=0)

    @property
    def is_cell(self) -> bool:
        return self.operation.kind is Kind.CELL

    @property
    def examples(self) -> int:
        return self.dims.get("m", 1)

    @cached_property
    def _grid(self) -> set[tuple[int, int]]:
        """Layers and directions, of networks."""
        places = (re.fullmatch(r"\w+\[(\d+)\]\[(\d+)\]", name) for name in self.parameters)
        return {(int(place[1]), int(place[2])) for place in places if place} or {(0, 0)}

    @cached_property
    def of_layers(self) -> dict[Place, list[int]]:
        """The parameters of a network, and what is returned for them, by the name that they have in a cell."""
        found: dict[Place, list[int]] = {}
        for (place, _), ids in self.places.items():
            cell, bracket, _ = place[0].function.partition("[")
            if bracket and not place[0].line:
                found.setdefault((place[0]._replace(function=cell),), []).extend(ids)
        return found

    def own(self, key: Key, step: Step) -> Key:
        """A place, of a layer's parameter, or a cell's, that of the layer and direction of a step."""
        if key[0][0].line or step is None:
            return key
        first, *more = key[0]
        cell = first.function.partition("[")[0]
        names = (f"{cell}[{step[0]}][{step[1]}]", cell)
        each = (((first._replace(function=name), *more), key[1]) for name in names)
        return next((own for own in each if own in self.places), key)

    @cached_property
    def is_layered(self) -> bool:
        """Whether parameters are of layers, one for each."""
        return any("[" in name for name in self.parameters)

    @property
    def layers(self) -> int:
        return 1 + max(layer for layer, _ in self._grid)

    @property
    def directions(self) -> int:
        return 1 + max(direction for _, direction in self._grid)

    @cached_property
    def runs_back(self) -> bool:
        return self.is_reversed((0, 0, 0))

    @cached_property
    def forth(self) -> Mapping[str, Any]:
        """The outputs of the same call without `reverse`, none where it has no such option."""
        return self.again("reverse", False)

    @cached_property
    def back(self) -> Mapping[str, Any]:
        """The outputs of the same call with `reverse`, none where it is one."""
        return self.again("reverse", True)

    def is_reversed(self, step: tuple[int, int, int]) -> bool:
        """Whether the loop of a step's layer and direction walks time backwards."""
        own = (node for node in self.tape.nodes if node.step and node.step[:2] == step[:2])
        walk = (node.step[2] for node in own if node.step and node.place[0].module not in LOOPS)
        first = next(walk, 0)
        return next((t < first for t in walk if t != first), False)

    def shape(self, i: int) -> tuple[int, ...]:
        return self._shapes[i]

    @cached_property
    def _shapes(self) -> list[tuple[int, ...]]:
        return [np.shape(value) for value in self.tape.values]

    def shaped_as(self, shape: tuple[int, ...]) -> list[tuple[Key, int, bool]]:
        """Places whose values may stand for one of a shape, the first of each, and whether steps have each another."""
        if shape not in self._shaped:
            first = ((key, ids[0], len(ids) > 1 and key not in self.the_same) for key, ids in self.places.items())
            values = (one for one in first if self.tape.nodes[one[1]].name not in NO_VALUES)
            self._shaped[shape] = [one for one in values if alike(self.shape(one[1]), shape)]
        return self._shaped[shape]

    def origin(self, i: int) -> int:
        """The node whose value a kept one is."""
        node = self.tape.nodes[i]
        return node.args[0] if node.name == KEPT else i

    @cached_property
    def kept(self) -> set[Key]:
        """Places whose values the forward keeps for the backward."""
        own = (self.tape.nodes[node.args[0]] for node in self.tape.nodes if node.name == KEPT)
        return {(node.place, node.k) for node in own}

    @cached_property
    def runs(self) -> "_Runs":
        """What each node computes of all values."""
        return _Runs(self.tape.nodes)

    @cached_property
    def at_step(self) -> dict[tuple[Key, Step], int]:
        return {((node.place, node.k), node.step): i for i, node in enumerate(self.tape.nodes)}


class _Runs(dict[int, Callable[[Sequence[Any]], Any]]):
    """Made as they are asked for: with one edit most nodes of a case stand as they are."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes

    def __missing__(self, i: int) -> Callable[[Sequence[Any]], Any]:
        return self.setdefault(i, _run(self._nodes[i]))


def _run(node: Node) -> Callable[[Sequence[Any]], Any]:
    function, args = node.function, node.args
    if not all(type(arg) is Id for arg in args):
        return lambda values: function(*[values[arg] if type(arg) is Id else arg for arg in args])
    if len(args) == 1:
        (one,) = args
        return lambda values: function(values[one])
    if len(args) == 2:
        one, two = args
        return lambda values: function(values[one], values[two])
    return lambda values: function(*[values[arg] for arg in args])
