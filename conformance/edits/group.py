"""Which nodes an edit changes: a place of the source at every step, at one end of the loop, or with all that are like it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .places import Place

if TYPE_CHECKING:
    from .trace import Trace

EACH, ALL, ALIKE, SAME, LIKE, NAMED = "each", "all", "alike", "same", "like", "named"
EVERY, FIRST, LAST, COLUMNS = "every", "first", "last", "columns"


@dataclass(frozen=True)
class Group:
    """`extent` is the k-th of a place (each), all of a place, all of its innermost expression (alike), all nodes of a primitive
    (same), what is given and begins and is shaped alike (like), or is of these names (named); `only` are steps, or what is one column wide.
    """

    place: Place
    k: int = 0
    extent: str = EACH
    only: str = EVERY

    def members(self, trace: "Trace") -> list[int]:
        if self not in trace.groups:
            trace.groups[self] = self._members(trace)
        return trace.groups[self]

    def _members(self, trace: "Trace") -> list[int]:
        found = self._everywhere(trace)
        if self.only == COLUMNS:
            return [i for i in found if trace.shape(i)[1:] == (1,)]
        if self.only == EVERY or not found:
            return found
        ends: dict[tuple[int, int], list[int]] = {}
        for i in found:
            if step := trace.tape.nodes[i].step:
                ends.setdefault(step[:2], []).append(i)
        return [ids[0 if self.only == FIRST else -1] for ids in ends.values()]

    def _everywhere(self, trace: "Trace") -> list[int]:
        if self.extent == EACH:
            return trace.places.get((self.place, self.k), [])
        if self.extent == ALL:
            return trace.of_place.get(self.place, [])
        if self.extent == ALIKE:
            return trace.of_expression.get(self.place[0], [])
        if self.extent == NAMED:
            return [trace.inputs[e.function] for e in self.place if e.function in trace.inputs]
        name = self.place[0].function
        if self.extent == SAME:
            return [i for i, node in enumerate(trace.tape.nodes) if node.name == name]
        first = trace.inputs.get(name)
        if first is None:
            return []
        return [i for n, i in trace.inputs.items() if n[0] == name[0] and trace.shape(i) == trace.shape(first)]
