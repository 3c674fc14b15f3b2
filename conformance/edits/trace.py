"""The reference's run of a golden, traced: its outputs, what its forward gave to its backward, and its places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from rnnspec.golden import Golden
from rnnspec.reference import FUNCTIONS, Kind, Operation
from rnnspec.reference.unroll import Walk

from .group import Group
from .places import LOOPS, Expression, Place, Step
from .tape import KEPT, RESULT, Id, Node, Tape, Traced

Key = tuple[Place, int]  # of all nodes that are the k-th of a place, one a step
Arrays = Mapping[str, Any]


class Entering(NamedTuple):
    """What enters an equation at each step, as an operand: a state, an input, a gradient, wherever the loop has it from."""

    key: Key
    a: int


@dataclass
class Trace:
    """A tape with the names of its ends; `outputs` are the operation's, `forward` those of the forward before it."""

    operation: Operation
    tape: Tape
    inputs: dict[str, int]
    outputs: Mapping[str, int]
    forward: Mapping[str, int] = field(default_factory=dict)
    begun: int = 0  # the node with which the backward begins
    parameters: frozenset[str] = frozenset()
    groups: dict[Group, list[int]] = field(default_factory=dict)
    twins: dict[tuple[int, ...], set[Group]] = field(default_factory=dict)  # groups of the same nodes here
    sloped: dict[int, int | None] = field(default_factory=dict)
    _below: dict[frozenset[int], list[int]] = field(default_factory=dict)
    _above: dict[int, bytearray] = field(default_factory=dict)
    _between: dict[tuple[frozenset[int], int], list[int]] = field(default_factory=dict)

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
    def entering(self) -> dict[Entering, int]:
        """What enters equations, once each, and its first node."""
        found, seen = dict[Entering, int](), set[tuple[Any, ...]]()
        for key, ids in self.places.items():
            node = self.tape.nodes[ids[0]]
            if not node.name or node.place[0].module in (RESULT, KEPT, *LOOPS):
                continue
            for a, arg in enumerate(node.args):
                if type(arg) is not Id or not self._is_outside(arg):
                    continue
                if (own := tuple(self.tape.nodes[i].args[a] for i in ids)) not in seen:
                    seen.add(own)
                    found[Entering(key, a)] = arg
        return found

    def _is_outside(self, i: int) -> bool:
        node = self.tape.nodes[i]
        return node.place[0].module in LOOPS or (not node.name and node.place[0].function not in self.parameters)

    @cached_property
    def steps(self) -> int:
        return 1 + max((node.step[2] for node in self.tape.nodes if node.step), default=0)

    @cached_property
    def examples(self) -> int:
        return next((self.shape(i)[1] for name, i in self.inputs.items() if name in ("x", "xt")), 1)

    def is_reversed(self, step: tuple[int, int, int]) -> bool:
        """Whether the loop of a step's layer and direction walks time backwards."""
        walk = (
            node.step[2] for node in self.tape.nodes if node.name == "tanh" and node.step and node.step[:2] == step[:2]
        )
        first = next(walk, 0)
        return next((t < first for t in walk if t != first), False)

    def shape(self, i: int) -> tuple[int, ...]:
        return np.shape(self.tape.values[i])

    def origin(self, i: int) -> int:
        """The node whose value a kept one is."""
        node = self.tape.nodes[i]
        return node.args[0] if node.name == KEPT else i

    def is_ahead(self, i: int) -> bool:
        """Whether a node is its forward's and something of the backward rests on it."""
        return i < self.begun and self.tape.nodes[i].name != KEPT and bool(self.reach[i])

    def rests(self, j: int, i: int) -> bool:
        """Whether a node rests on another."""
        if i not in self._above:
            found = bytearray(len(self.tape.nodes))
            for k in self.below(frozenset((i,))):
                found[k] = 1
            self._above[i] = found
        return bool(self._above[i][j])

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

    def between(self, changed: frozenset[int], output: int) -> list[int]:
        """What rests on these nodes, and the output on it, in order."""
        if (changed, output) not in self._between:
            bit = self.reach[output]
            self._between[changed, output] = [i for i in self.below(changed) if self.reach[i] & bit]
        return self._between[changed, output]

    @cached_property
    def runs(self) -> list[Callable[[Sequence[Any]], Any]]:
        """What each node computes of all values."""
        return [_run(node) for node in self.tape.nodes]

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
        cache = _kept(tape, returned[-1], {})
        begun = len(tape.nodes)
        named = operation.named(operation.differentiate(FUNCTIONS[operation.name], given[0], cache), names)
    else:
        named = operation.named(operation.call(FUNCTIONS, *given), names)
    _initials(tape, operation, golden, begun)
    outputs = {name: Id(tape.result(name, array).id) for name, array in named.items() if isinstance(array, Traced)}
    return Trace(operation, tape, inputs, outputs, forward, begun, frozenset(golden.parameters))


def _kept(tape: Tape, cache: Any, known: dict[int, Traced]) -> Any:
    """A cache whose arrays are nodes of their own, each once."""
    if isinstance(cache, Traced):
        if cache.id not in known:
            known[cache.id] = tape.kept(cache)
        return known[cache.id]
    if isinstance(cache, Walk):
        return replace(cache, **{f.name: _kept(tape, getattr(cache, f.name), known) for f in fields(cache)})
    if isinstance(cache, dict):
        return {name: _kept(tape, part, known) for name, part in cache.items()}
    if isinstance(cache, list | tuple):
        parts = [_kept(tape, part, known) for part in cache]
        return type(cache)(*parts) if hasattr(cache, "_fields") else type(cache)(parts)
    return cache


def _leaf(tape: Tape, name: str, array: Any) -> Any:
    """Numbers and the lengths are on the tape, a flag is not."""
    if array.dtype.kind == "f":
        return tape.leaf(np.array(array, np.float64), name)
    return tape.leaf(np.array(array, np.int64), name) if name == "lengths" else np.array(array)


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
