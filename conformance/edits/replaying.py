"""A tape run again with an edit: only what rests on the changed nodes is computed anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .group import Group
from .members import members
from .tape import Id
from .trace import Arrays, Trace

Change = Callable[["Replay", int], Any]  # what a node gives instead; None where it cannot be


@dataclass(frozen=True)
class Edit:
    """What a group of nodes gives instead. `kind` says in which way it is changed, `text` what is computed there now."""

    group: Group
    change: Change
    kind: str
    text: Callable[["Replay", int], str]
    rank: float = 1.0  # how far it is from what is written, the likelier the lower
    partner: Group | None = None  # nodes that are changed together with these

    def members(self, trace: Trace) -> list[int]:
        own = members(trace, self.group)
        return own if self.partner is None else sorted({*own, *members(trace, self.partner)})


class Replay:
    """A run again; its edits read values by node."""

    def __init__(self, trace: Trace, edits: Sequence[Edit], recomputed: bool = False) -> None:
        self.trace, self.edits, self.recomputed = trace, edits, recomputed
        self.values: list[Any] = list(trace.tape.values)

    def argument(self, i: int, a: int) -> Any:
        arg = self.trace.tape.nodes[i].args[a]
        return self.values[arg] if type(arg) is Id else arg

    def plain(self, i: int) -> Any:
        node = self.trace.tape.nodes[i]
        if not node.name:
            return self.trace.tape.values[i]
        return node.function(*[self.values[arg] if type(arg) is Id else arg for arg in node.args])

    def ahead(self, j: int, i: int) -> Any:
        """What a node behind node i gives on the values that are there at node i."""
        if j < i or not self.trace.tape.nodes[j].name:
            return self.values[j]
        node = self.trace.tape.nodes[j]
        return node.function(*[self.ahead(arg, i) if type(arg) is Id else arg for arg in node.args])

    def with_argument(self, i: int, a: int, value: Any) -> Any:
        node, values = self.trace.tape.nodes[i], self.values
        args = [values[arg] if type(arg) is Id else arg for arg in node.args]
        args[a] = value
        return node.function(*args)

    @cached_property
    def changed(self) -> dict[int, list[Edit]]:
        found: dict[int, list[Edit]] = {}
        for edit in self.edits:
            for i in edit.members(self.trace):
                found.setdefault(i, []).append(edit)
        return found

    def run(self) -> bool:
        """Whether it could be run, and what it changes is there."""
        trace, nodes, values = self.trace, self.trace.tape.nodes, self.trace.tape.values
        changed = self.changed
        if not changed or any(not edit.members(trace) for edit in self.edits):
            return False
        ahead = self.recomputed
        for i in trace.below(frozenset(changed)):
            if ahead and i >= trace.begun:
                self._restored()
                ahead = False
            if i in changed:
                new = self._edited(i, changed[i])
                if new is None or (np.shape(new) != np.shape(values[i]) and self.edits[0].kind != "sum"):
                    return False
            else:
                new = nodes[i].function(*[self.values[arg] if type(arg) is Id else arg for arg in nodes[i].args])
            self.values[i] = new
        return True

    def _restored(self) -> None:
        """What a backward computes again, or was given, is not what the forward made of it."""
        for i in sorted(self.changed):
            if i < self.trace.begun:
                self.values[i] = self.plain(i)

    def _edited(self, i: int, edits: list[Edit]) -> Any:
        new = edits[0].change(self, i)
        for edit in edits[1:]:  # behind it, the others find what it gave
            self.values[i] = new
            new = edit.change(self, i)
        return new


def replayed(trace: Trace, *edits: Edit, recomputed: bool = False) -> Arrays | None:
    """The outputs with these edits, None where that cannot run; in `recomputed`, a backward that has from its forward what is right."""
    replay = Replay(trace, edits, recomputed)
    try:
        ran = replay.run()
    except (ValueError, IndexError, TypeError, ZeroDivisionError):  # shapes that do not go together
        return None
    return {name: replay.values[i] for name, i in trace.outputs.items()} if ran else None
