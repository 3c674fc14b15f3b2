"""The groups of nodes of which edits are made: each place, and what is alike, at some of the steps or at all."""

from collections.abc import Iterator

from ...trace.group import (
    ALIKE,
    ALL,
    AT_ZERO,
    COLUMNS,
    EACH,
    EVERY,
    FIRST,
    FURTHER,
    LAST,
    SAME,
    SIGMOIDS,
    UNCOUPLED,
    Group,
)
from ...trace.handing import STACKED
from ...trace.members import members
from ...trace.places import LOOPS, Expression
from ...trace.tape import KEPT, RESULT
from ...trace.trace import Trace

PRIMITIVES = {
    "tanh": EVERY,
    "sigmoid": EVERY,
    "exp": EVERY,
    "softplus": EVERY,
    "expm1": EVERY,
    "log1p": EVERY,
    "sqrt": EVERY,
    "rsqrt": EVERY,
    "sum": COLUMNS,
    "concatenate": EVERY,
}  # which may be another function wherever they are


def groups(trace: Trace) -> Iterator[Group]:
    """Of nodes that are computed, each set of nodes once."""
    seen: set[tuple[int, ...]] = set()
    for (place, k), ids in trace.places.items():
        if not trace.tape.nodes[ids[0]].name or not place[0].module:
            continue
        looped = len({trace.tape.nodes[i].step for i in ids}) > 1 and place[0].function != STACKED
        is_of_loop = place[0].module in LOOPS or (trace.tape.nodes[ids[0]].name == "add" and trace.is_back(ids[0]))
        for group in (
            Group(place, k),
            Group(place, 0, ALL),
            Group(place, 0, ALIKE),
            Group(place, 0, ALL, COLUMNS),
            Group(place, 0, ALIKE, SIGMOIDS),
            *(Group(place, k, EACH, only) for only in ((FIRST, LAST, AT_ZERO) if looped else ())),
            *((Group(place, k, EACH, FURTHER),) if looped and is_of_loop else ()),
        ):
            if place[0].module in (RESULT, KEPT) and (group.extent, group.only) != (EACH, EVERY):
                continue
            if (own := tuple(members(trace, group))) and own not in seen:
                seen.add(own)
                yield group
            trace.twins.setdefault(own, set()).add(group)
    for name, only in (*PRIMITIVES.items(), ("sigmoid", UNCOUPLED), ("sum", EVERY)):
        group = Group((Expression("", name, 0, 0, 0, 0),), 0, SAME, only)
        if (own := tuple(members(trace, group))) and own not in seen:
            yield group
        trace.twins.setdefault(own, set()).add(group)
