"""The edits of a trace: every place of the source with what may stand there instead."""

from collections.abc import Iterator

from .calls import of_calls
from .ends import at_an_end
from .given import of_given
from .group import ALIKE, ALL, COLUMNS, EACH, FIRST, LAST, SAME, Group
from .members import members
from .operands import of_operands
from .operators import of_operators
from .places import Expression
from .precision import of_precision
from .replaying import Edit
from .results import exchanges, of_results
from .tape import RESULT
from .trace import Trace

PRIMITIVES = ("tanh", "sigmoid", "exp")  # which may be another function wherever they are


def edits(trace: Trace) -> Iterator[Edit]:
    """Of what is given first, then of what is computed, then of what is returned."""
    yield from of_given(trace)
    yield from of_precision(trace)
    for group in groups(trace):
        first = members(trace, group)[0]
        if group.only in (FIRST, LAST):
            yield from at_an_end(trace, group, first)
        elif group.extent == SAME:
            yield from of_calls(trace, group, first)
        else:
            yield from of_operators(trace, group, first)
            yield from of_calls(trace, group, first)
            yield from of_operands(trace, group, first)
            yield from of_results(trace, group, first)
            if group.extent == EACH:
                yield from exchanges(trace, group, first)


def groups(trace: Trace) -> Iterator[Group]:
    """Of nodes that are computed, each set of nodes once."""
    seen: set[tuple[int, ...]] = set()
    for (place, k), ids in trace.places.items():
        if not trace.tape.nodes[ids[0]].name or not place[0].module:
            continue
        looped = len({trace.tape.nodes[i].step for i in ids}) > 1
        for group in (
            Group(place, k),
            Group(place, 0, ALL),
            Group(place, 0, ALIKE),
            Group(place, 0, ALL, COLUMNS),
            *((Group(place, k, EACH, FIRST), Group(place, k, EACH, LAST)) if looped else ()),
        ):
            if place[0].module == RESULT and group.extent != EACH:
                continue
            if (own := tuple(members(trace, group))) and own not in seen:
                seen.add(own)
                yield group
    for name in PRIMITIVES:
        group = Group((Expression("", name, 0, 0, 0, 0),), 0, SAME)
        if (own := tuple(members(trace, group))) and own not in seen:
            yield group
