"""The edits of a trace: every place of the source with what may stand there instead."""

from collections.abc import Iterator

from .calls import of_calls
from .ends import at_an_end
from .forms import SIGNS
from .given import of_given
from .group import ALIKE, ALL, COLUMNS, EACH, EVERY, FIRST, LAST, SAME, SIGMOIDS, Group
from .masks import of_masks
from .members import members
from .mixtures import of_mixtures
from .operands import of_operands, of_products
from .operators import of_operators, of_sums
from .places import Expression
from .precision import of_precision
from .replaying import Edit
from .results import exchanges, formed, of_gradients, of_results
from .tape import KEPT, MASKS, RESULT
from .trace import Trace
from .uses import of_uses

PRIMITIVES = {
    "tanh": EVERY,
    "sigmoid": EVERY,
    "exp": EVERY,
    "sum": COLUMNS,
}  # which may be another function wherever they are


def edits(trace: Trace) -> Iterator[Edit]:
    """Of what is given first, then of what is computed, then of what is returned."""
    yield from of_given(trace)
    yield from of_precision(trace)
    yield from _uses(trace)
    yield from of_gradients(trace)
    for group in groups(trace):
        first = members(trace, group)[0]
        if group.only in (FIRST, LAST):
            yield from at_an_end(trace, group, first)
        elif group.extent == SAME:
            yield from of_calls(trace, group, first)
            yield from of_sums(trace, group, first)
            yield from formed(group, SIGNS)
        elif trace.tape.nodes[trace.origin(first)].name in MASKS:
            yield from of_masks(trace, group, first)
        else:
            if trace.tape.nodes[first].name == KEPT:
                yield from of_calls(trace, group, first)
            elif trace.tape.nodes[first].name != RESULT:
                yield from of_operators(trace, group, first)
                yield from of_calls(trace, group, first)
                yield from of_operands(trace, group, first)
                if trace.tape.nodes[first].name == "add":
                    yield from of_products(trace, group, first)
                    yield from of_mixtures(trace, group, first)
            yield from of_results(trace, group, first)
            if group.extent == EACH:
                yield from exchanges(trace, group, first)


def _uses(trace: Trace) -> Iterator[Edit]:
    for key, ids in trace.places.items():
        node = trace.tape.nodes[ids[0]]
        if node.name and trace.tape.nodes[trace.origin(ids[0])].name not in MASKS:
            yield from of_uses(trace, key, ids[0])


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
            Group(place, 0, ALIKE, SIGMOIDS),
            *((Group(place, k, EACH, FIRST), Group(place, k, EACH, LAST)) if looped else ()),
        ):
            if place[0].module in (RESULT, KEPT) and (group.extent, group.only) != (EACH, EVERY):
                continue
            if (own := tuple(members(trace, group))) and own not in seen:
                seen.add(own)
                yield group
            trace.twins.setdefault(own, set()).add(group)
    for name, only in PRIMITIVES.items():
        group = Group((Expression("", name, 0, 0, 0, 0),), 0, SAME, only)
        if (own := tuple(members(trace, group))) and own not in seen:
            yield group
        trace.twins.setdefault(own, set()).add(group)
