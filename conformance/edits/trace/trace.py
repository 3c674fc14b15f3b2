"""What rests on what in a run of the reference, and what enters its equations."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

from .group import Group
from .places import LOOPS
from .record import Arrays, Key, Record
from .tape import KEPT, RESULT, Id, Node

__all__ = ["Arrays", "Carried", "Entering", "Key", "Partial", "Projected", "Trace"]

ADDING = {"arriving", "through_head"}  # of the loop, where gradients of a state come together


class Entering(NamedTuple):
    """What enters an equation at each step, as an operand: a state, an input, a gradient, wherever the loop has it from."""

    key: Key
    a: int


class Carried(NamedTuple):
    state: str  # what enters a step of it, or of the gradient into it, by whichever equation has that


class Projected(NamedTuple):
    """What a part of what is joined gives in a product with a matrix, the last part with the bias that is added."""

    key: Key
    a: int
    part: int


class Partial(NamedTuple):
    """Some of the terms of a sum, by its place."""

    key: Key
    chosen: tuple[int, ...]


@dataclass
class Trace(Record):
    """A record with what follows from it."""

    groups: dict[Group, list[int]] = field(default_factory=dict)
    twins: dict[tuple[int, ...], set[Group]] = field(default_factory=dict)  # groups of the same nodes here
    complemented: set[int] | None = None  # gates of which what is left is used, too
    sloped: dict[int, int | None] = field(default_factory=dict)
    _below: dict[frozenset[int], list[int]] = field(default_factory=dict)
    _within: dict[tuple[frozenset[int], bool], list[int]] = field(default_factory=dict)
    _above: dict[int, bytearray] = field(default_factory=dict)
    _between: dict[tuple[frozenset[int], int], list[int]] = field(default_factory=dict)

    @cached_property
    def entering(self) -> dict[Entering, int]:
        """What enters equations, once each, and its first node."""
        found, seen = dict[Entering, int](), set[tuple[Any, ...]]()
        for key, ids in self.places.items():
            node = self.tape.nodes[ids[0]]
            inner = node.place[0]
            if not node.name or (inner.module in (RESULT, KEPT, *LOOPS) and inner.function not in ADDING):
                continue
            for a, arg in enumerate(node.args):
                if type(arg) is not Id or not self._is_outside(arg):
                    continue
                if (own := tuple(self.tape.nodes[i].args[a] for i in ids)) not in seen:
                    seen.add(own)
                    found[Entering(key, a)] = arg
        return found

    @cached_property
    def entering_states(self) -> dict[Entering, str]:
        """What of this is a state, or on the way back the gradient into one, and which: at one end of a run it is what is given."""
        nodes, found = self.tape.nodes, dict[Entering, str]()
        for key, ids in self.places.items():
            node = nodes[ids[0]]
            if not node.name or node.name == KEPT or node.place[0].module == RESULT:
                continue
            if node.place[0].module in LOOPS and node.place[0].function not in ADDING and node.name != "where":
                continue
            for end in {ids[0], ids[-1]} if self.is_back(ids[0]) else {ids[0]}:
                own = ((a, self.begun_by(arg)) for a, arg in enumerate(nodes[end].args) if type(arg) is Id)
                found |= {Entering(key, a): state for a, state in own if state and self._enters(node, a, state)}
        return found

    def _enters(self, node: Node, a: int, state: str) -> bool:
        """Not what is carried past an example that is over."""
        in_loop = node.place[0].module in LOOPS
        return a == 0 if in_loop and node.name == "where" and state[0] == "d" else not in_loop or state[0] == "d"

    @cached_property
    def carried_into(self) -> set[int]:
        """Of a cell what is given for a state, or for the gradient into one: what a loop carries into each step."""
        return {i for one, i in self.entering.items() if self.is_cell and one in self.entering_states}

    def begun_by(self, i: int) -> str:
        """Of which state a value is the initial one, given or in its place zero, or a part of that; "" of none."""
        node = self.tape.nodes[i]
        while node.name in ("[]", KEPT):
            node = self.tape.nodes[node.args[0]]
        states = self.operation.states
        names = {f"{s}{when}": s for s in states for when in ("0", "_prev")}
        names |= {f"d{s}{when}": f"d{s}" for s in states for when in ("_last", "_next")}
        return names.get(node.place[0].function, "") if node.name in ("", "zeros") else ""

    @cached_property
    def beginnings(self) -> dict[tuple[str, int], int]:
        """With what the runs of a network begin: by state and run the node."""
        found, runs = dict[tuple[str, int], int](), Counter[str]()
        for i, node in enumerate(self.tape.nodes[: self.begun or None]):
            if node.name in ("[]", "zeros") and (state := self.begun_by(i)):
                found[state, runs[state]] = i
                runs[state] += 1
        return found

    def _is_outside(self, i: int) -> bool:
        node = self.tape.nodes[i]
        is_given = not node.name and node.place[0].function not in self.parameters
        return is_given or node.place[0].module in LOOPS or bool(self.begun_by(i))

    def is_ahead(self, i: int) -> bool:
        """Whether a node is its forward's and something of the backward rests on it."""
        node = self.tape.nodes[i]
        own = bool(node.name) or node.place[0].function in self.of_forward
        return i < self.begun and own and node.name != KEPT and bool(self.reach[i])

    @cached_property
    def projected(self) -> dict[Projected, int]:
        """What parts of what is joined give in a product with a bias, each by the place of the sum."""
        found = dict[Projected, int]()
        for key, ids in self.places.items():
            for a, parts in enumerate(self._joined(arg) for arg in self.tape.nodes[ids[0]].args):
                if self.tape.nodes[ids[0]].name == "add":
                    found |= {Projected(key, a, part): ids[0] for part in range(parts)}
        return found

    @cached_property
    def partial(self) -> dict[Partial, int]:
        """Two terms or more of a sum, and not all, each by the place of the sum."""
        found = dict[Partial, int]()
        for key, ids in self.places.items():
            if self.tape.nodes[ids[0]].name == "add" and key[0][0].module not in LOOPS:
                terms = len(self.terms(ids[0]))
                every = (c for size in range(2, terms) for c in combinations(range(terms), size))
                found |= {Partial(key, chosen): ids[0] for chosen in every if chosen != (0, 1)}  # which is a node
        return found

    def terms(self, i: int) -> list[Any]:
        """The terms of a sum of sums of one step."""
        found, nodes = list[Any](), self.tape.nodes
        for arg in nodes[i].args:
            inner = type(arg) is Id and nodes[arg].name == "add" and nodes[arg].step == nodes[i].step
            found += self.terms(arg) if inner and len(self.users[arg]) == 1 else [arg]
        return found

    def _joined(self, arg: Any) -> int:
        """Of how many parts that is joined with which a matrix is multiplied."""
        node = self.tape.nodes[arg] if type(arg) is Id else None
        if node is None or node.name != "matmul" or type(node.args[1]) is not Id:
            return 0
        joined = self.tape.nodes[node.args[1]]
        return len(joined.args) - 1 if joined.name == "concatenate" and joined.step == node.step else 0

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

    def within_steps(self, changed: frozenset[int], whole: bool = False) -> list[int]:
        """Of these and of what a forward makes of them what its backward may compute anew: in each step, from what enters it; the `whole`
        with what that gives.
        """
        if (changed, whole) not in self._within:
            found = {i for i in changed if i < self.begun}
            heap = sorted(found)
            while heap:
                i = heap.pop()
                users = (u for u in self.users[i] if u < self.begun and u not in found)
                new = [u for u in users if (whole and self.tape.nodes[u].name == KEPT) or not self.is_handed(i, u)]
                found.update(new)
                heap += new
            self._within[changed, whole] = sorted(found)
        return self._within[changed, whole]

    def is_handed(self, i: int, user: int) -> bool:
        """Whether a forward hands a value on: to another step, or to its backward as what it gives itself."""
        node, own = self.tape.nodes[user], self.tape.nodes[i].step
        if node.name == KEPT:
            return self.leaves(i)
        return own is not None and node.step != own

    def leaves(self, i: int) -> bool:
        """Whether a forward gives a value to others: to another step, or as an output."""
        ahead = [u for u in self.users[i] if u < self.begun and self.tape.nodes[u].name != KEPT]
        carried = (u for u in ahead if self.tape.nodes[u].place[0].function == "carried")  # where it is valid
        return i in self.given_ahead or any(self.is_handed(i, u) for u in ahead) or any(map(self.leaves, carried))

    @cached_property
    def given_ahead(self) -> frozenset[int]:
        """What a forward gives."""
        return frozenset(self.forward.values())

    def between(self, changed: frozenset[int], output: int) -> list[int]:
        """What rests on these nodes, and the output on it, in order."""
        if (changed, output) not in self._between:
            bit = self.reach[output]
            self._between[changed, output] = [i for i in self.below(changed) if self.reach[i] & bit]
        return self._between[changed, output]

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
            if own := found[i]:
                for parent in self.tape.nodes[i].parents:
                    found[parent] |= own
        return found
