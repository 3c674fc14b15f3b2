"""Edits of a gate, as it is made or as it is kept, or of the gradient into its pre-activation, that stands in the place of another's and is missing
in its own: as by a wrong index.
"""

from collections.abc import Iterator
from functools import partial
from itertools import permutations
from typing import Any

from ...trace.group import Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.trace import Key, Trace
from ..making.editing import ACTIVATIONS, edit, named
from .preactivations import preactivations


def of_misplaced(trace: Trace) -> Iterator[Edit]:
    for keys in (_gates(trace), _kept(trace), [*preactivations(trace)]):
        for one, two in permutations(keys, 2):
            i, j = trace.places[one][0], trace.places[two][0]
            if trace.shape(i) == trace.shape(j) and not (trace.rests(i, j) or trace.rests(j, i)):
                own, other = Group(*one), Group(*two)
                yield edit(own, partial(_misplaced, own, other), "exchanged", partial(_text, one, two), 1.0, other)


def _gates(trace: Trace) -> list[Key]:
    """What a function makes of products with matrices."""
    return [key for key, (i, *_) in trace.places.items() if not trace.is_back(i) and _is_gate(trace, i)]


def _kept(trace: Trace) -> list[Key]:
    """Gates as a forward keeps them for its backward."""
    kept = [(key, ids[0]) for key, ids in trace.places.items() if trace.tape.nodes[ids[0]].name == KEPT]
    return [key for key, i in kept if _is_gate(trace, trace.origin(i))]


def _is_gate(trace: Trace, i: int) -> bool:
    node = trace.tape.nodes[i]
    arg = node.args[0] if node.name in ACTIVATIONS else None
    return type(arg) is Id and trace.tape.nodes[arg].name == "add" and _has_product(trace, arg)


def _has_product(trace: Trace, i: int) -> bool:
    """Whether one of the terms of a sum is a product with a matrix."""
    node = trace.tape.nodes[i]
    return node.name == "matmul" or (
        node.name == "add" and any(_has_product(trace, arg) for arg in node.args if type(arg) is Id)
    )


def _misplaced(one: Group, two: Group, r: Replay, i: int) -> Any:
    own, others = members(r.trace, one), members(r.trace, two)
    if i in own:
        return 0 * r.plain(i)
    j = own[others.index(i)]
    return r.plain(j) if j < i else r.ahead(j, i)


def _text(one: Key, two: Key, r: Replay, i: int) -> str:
    return f"{named(r.trace, one)} in the place of {named(r.trace, two)}, 0 in its own"
