"""A tape run again with an edit: only what rests on the changed nodes is computed anew."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from rnnspec.reference import Kind

from .group import Group
from .handing import into_states
from .members import members
from .noise import rounded
from .recomputing import computed_of_states, remade
from .shapes import alike, filling
from .tape import KEPT, Id, Node
from .trace import Trace
from .ways import ANEW, BESIDE, CACHED, MASKED, OF_WHAT_IS_LEFT, RECOMPUTED, REMADE, WHOLE

JOINING = ("concatenate", "[]", "where", "transpose", "stack")
VALUE = "value"  # the kind of an edit that has another value
RESHAPING = ("sum", "axes", "outputs")  # kinds of edits that may give another shape
UNFIT = (AssertionError, StopIteration, RuntimeError)
# of what does not fit, also where an edit is asked of nodes that it was not made for
FAILURES = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, MemoryError, *UNFIT)


class CannotRun(Exception):
    """An edit that gives nothing here."""


Change = Callable[["Replay", int], Any]  # what a node gives instead; None where it cannot be


class Edit(NamedTuple):
    """What a group of nodes gives instead. `kind` says in which way it is changed, `text` what is computed there now."""

    group: Group
    change: Change
    kind: str
    text: Callable[["Replay", int], str]
    rank: float = 1.0  # how far it is from what is written, the likelier the lower
    partner: Group | None = None  # nodes that are changed together with these
    source: tuple[Any, ...] = ()  # of the loop: changes of its text, in place of nodes

    def members(self, trace: Trace) -> list[int]:
        own = members(trace, self.group)
        return own if self.partner is None else sorted({*own, *members(trace, self.partner)})


class How(NamedTuple):
    """How a run is made: in which way a backward goes with its forward; with a loop that does not run an example beyond its length;
    with every value off by a rounding.
    """

    way: str = CACHED
    valid_alone: bool = False
    noisy: bool = False


HOW = How()


class Begun(NamedTuple):
    """The values of a run with so many edits, of those that come first."""

    edits: int
    values: list[Any]


class Replay:
    """A run again; its edits read values by node."""

    def __init__(self, trace: Trace, edits: Sequence[Edit], how: How = HOW, begun: Begun | None = None) -> None:
        self.trace, self.edits, self.how = trace, edits, how
        self.begun = begun or Begun(0, trace.tape.values)
        self.values: list[Any] = list(self.begun.values)
        self._done: set[int] = set()

    def argument(self, i: int, a: int) -> Any:
        arg = self.trace.tape.nodes[i].args[a]
        return self.values[arg] if type(arg) is Id else arg

    def plain(self, i: int) -> Any:
        node = self.trace.tape.nodes[i]
        args = [self.values[arg] if type(arg) is Id else arg for arg in node.args]
        return self.computed(node, args) if node.name else self.trace.tape.values[i]

    def given(self, i: int) -> Any:
        """What is given at a node that begins a run, or the zeros that begin it, whatever is edited there."""
        return self.trace.tape.values[i]

    def ahead(self, j: int, i: int) -> Any:
        """What a node behind node i gives on the values that are there at node i."""
        return self._ahead(j, i, {})

    def _ahead(self, j: int, i: int, known: dict[int, Any]) -> Any:
        if j < i or self._stands(j):
            return self.values[j]
        if j not in known:
            node = self.trace.tape.nodes[j]
            args = [self._ahead(arg, i, known) if type(arg) is Id else arg for arg in node.args]
            known[j] = self.computed(node, args)
        return known[j]

    def _stands(self, j: int) -> bool:
        """Whether a node's value is there before the run comes to it."""
        return j not in self._below or not self.trace.tape.nodes[j].name

    def with_argument(self, i: int, a: int, value: Any) -> Any:
        node, values = self.trace.tape.nodes[i], self.values
        args = [values[arg] if type(arg) is Id else arg for arg in node.args]
        args[a] = value
        return self.computed(node, args)

    def computed(self, node: Node, args: Sequence[Any]) -> Any:
        """What a node's primitive gives of these."""
        return node.function(*args)

    @cached_property
    def changed(self) -> dict[int, list[Edit]]:
        found: dict[int, list[Edit]] = {}
        for edit in self.edits:
            for i in edit.members(self.trace):
                found.setdefault(i, []).append(edit)
        return found

    def run(self) -> bool:
        """Whether it could be run to the last of what it changes, and all of that is there."""
        changed = self.changed
        if not changed or any(not edit.members(self.trace) for edit in self.edits):
            return False
        below, parting = self.trace.below(self._key), 0
        if self.how.noisy:  # also what an edit only uses has its rounding, which may be all there is of a difference
            below = [i for i, node in enumerate(self.trace.tape.nodes) if node.name or i in changed]
        if self._is_apart:
            parting = bisect_left(below, self.trace.begun)
            if self.how.way in (ANEW, WHOLE) or (self.how.way == BESIDE and self.trace.operation.states):
                self._through_steps(self.trace.within_steps(self._key, self.how.way == WHOLE))
            elif self.how.way in REMADE:
                remade(self.trace, self.how.way, self.values, below[:parting], self._through)
            else:
                self._through(below[:parting])
            if self.how.way == RECOMPUTED:
                self._restored()
            elif self.how.way == MASKED:
                for i in filter(self.trace.is_of_lengths, below[:parting]):
                    self.values[i] = self.trace.tape.values[i]
            elif self.how.way in OF_WHAT_IS_LEFT:
                computed_of_states(self.trace, self.how.way, self.values, below[:parting], self.given)
        self._last = len(self.values) if self.how.noisy else max(*self._key, self.trace.begun - 1 if parting else 0)
        self._through(below[parting : bisect_right(below, self._last)])
        return True

    def reached(self, output: int) -> Any:
        """What a result is, once all on which it rests is computed."""
        ids = self.trace.between(self._key, output)
        ids = ids[bisect_right(ids, self._last) :]
        self._through([i for i in ids if i not in self._done] if self._done else ids)
        self._done.update(ids)
        return self.values[output]

    @cached_property
    def _key(self) -> frozenset[int]:
        """What is changed beyond what the values have already."""
        return frozenset(i for edit in self.edits[self.begun.edits :] for i in edit.members(self.trace))

    @property
    def _is_apart(self) -> bool:
        """Whether a backward has not all that its changed forward left."""
        return self.how.way != CACHED and min(self._key) < self.trace.begun

    @cached_property
    def _below(self) -> frozenset[int]:
        """What is not as the values have it, before it is run."""
        return frozenset(self.trace.below(self._key))

    def finished(self) -> "Begun":
        """All that comes of it, to go on from with further edits."""
        for output in self.trace.outputs.values():
            self.reached(output)
        return Begun(len(self.edits), self.values)

    def _through(self, ids: Iterable[int]) -> None:
        values, runs, changed = self.values, self.trace.runs, self.changed
        if self.how.way == BESIDE:
            ids = sorted({*ids} - into_states(self.trace))
        noisy = self.how.noisy
        for i in ids:
            values[i] = self._checked(i) if i in changed else runs[i](values)
            if noisy and np.asarray(values[i]).dtype.kind == "f":
                values[i] = rounded(i, self.trace.tape.nodes[i].name, values[i]).astype(np.asarray(values[i]).dtype)

    def _through_steps(self, ids: Iterable[int]) -> None:
        """Each step by itself: to the next it hands what it was, and not what is computed anew."""
        right, steps, is_one = [*self.values], dict[Any, list[int]](), self.trace.operation.kind is Kind.CELL
        for i in ids:  # with what is kept of a step, which comes behind all of them; what is of none by itself
            steps.setdefault(self.trace.tape.nodes[i].step or (None if is_one else i), []).append(i)
        for own in steps.values():
            self._through(own)
            for i in own:
                if any(self.trace.is_handed(i, user) for user in self.trace.users[i]):
                    self.values[i] = right[i]

    def _checked(self, i: int) -> Any:
        new, shape = self._edited(i, self.changed[i]), np.shape(self.values[i])
        if new is not None and np.shape(new) != shape and self.edits[0].kind not in RESHAPING:
            is_value = self.edits[0].kind == VALUE and alike(np.shape(new), shape)
            new = filling(new, shape) if is_value else None
        if new is None:
            raise CannotRun
        return new

    def _restored(self) -> None:
        """What a backward computes again, or was given, is not what the forward made of it, nor in what it is kept joined with others."""
        right = dict[int, Any]()
        for i in self.trace.below(frozenset(self.changed)):
            node = self.trace.tape.nodes[i]
            if i in self.changed and i < self.trace.begun:
                self.values[i] = right[i] = self.plain(i)
            elif (node.name == KEPT or node.name in JOINING) and any(parent in right for parent in node.parents):
                args = [right.get(arg, self.values[arg]) if type(arg) is Id else arg for arg in node.args]
                right[i] = self.computed(node, args)
                if node.name == KEPT:
                    self.values[i] = right[i]

    def _edited(self, i: int, edits: list[Edit]) -> Any:
        old = self.plain(i) if self.how.valid_alone else None
        new = edits[0].change(self, i)
        for edit in edits[1:]:  # behind it, the others find what it gave
            self.values[i] = new
            new = edit.change(self, i)
        return self.within(i, new, old)

    def within(self, i: int, new: Any, old: Any) -> Any:
        """Where an edit is made within the lengths alone, the new in the examples that have the step of a node, the old in the others."""
        step, lengths = self.trace.tape.nodes[i].step, self.trace.inputs.get("lengths")
        if not self.how.valid_alone or new is None or step is None or lengths is None or np.shape(new) != np.shape(old):
            return new
        valid = step[2] < self.values[lengths]
        if np.shape(new)[-1:] == valid.shape:
            return np.where(valid, new, old)
        return np.where(valid[:, None], new, old) if np.shape(new)[:1] == valid.shape and np.ndim(new) == 2 else new
