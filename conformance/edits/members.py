"""The nodes of a group in a trace."""

from .group import AHEAD, ALIKE, ALL, COLUMNS, EACH, EVERY, FIRST, NAMED, SAME, Group
from .trace import Trace


def members(trace: Trace, group: Group) -> list[int]:
    if group not in trace.groups:
        trace.groups[group] = _only(trace, group, _everywhere(trace, group))
    return trace.groups[group]


def reached(trace: Trace, group: Group) -> int:
    """The outputs that rest on a group, a bit each."""
    found = 0
    for i in members(trace, group):
        found |= trace.reach[i]
    return found


def _only(trace: Trace, group: Group, found: list[int]) -> list[int]:
    if group.only == COLUMNS:
        return [i for i in found if trace.shape(i)[1:] == (1,)]
    if group.only == AHEAD:
        return [i for i in found if i < (trace.begun or len(trace.tape.nodes))]
    if group.only == EVERY or not found:
        return found
    ends: dict[tuple[int, int], list[int]] = {}
    for i in found:
        if step := trace.tape.nodes[i].step:
            ends.setdefault(step[:2], []).append(i)
    return [ids[0 if group.only == FIRST else -1] for ids in ends.values()]


def _everywhere(trace: Trace, group: Group) -> list[int]:
    if group.extent == EACH:
        return trace.places.get((group.place, group.k), [])
    if group.extent == ALL:
        return trace.of_place.get(group.place, [])
    if group.extent == ALIKE:
        return trace.of_expression.get(group.place[0], [])
    if group.extent == NAMED:
        return [trace.inputs[e.function] for e in group.place if e.function in trace.inputs]
    name = group.place[0].function
    if group.extent == SAME:
        return [i for i, node in enumerate(trace.tape.nodes) if node.name == name]
    first = trace.inputs.get(name)
    if first is None:
        return []
    return [i for n, i in trace.inputs.items() if n[0] == name[0] and trace.shape(i) == trace.shape(first)]
