"""Edits of gates whose buffers a backward fills with the gradients into their pre-activations while something is still to be computed of them."""

from collections.abc import Iterator
from functools import partial
from itertools import permutations
from typing import Any

from ...trace.group import WORKSPACE, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id, named
from ...trace.trace import Trace
from ...trace.wording import labelled, with_part
from ...trace.workspaces import workspaces, written_over
from ..making.editing import edit

MOST = 4  # gates, whose orders are all tried


def of_overwritten(trace: Trace) -> Iterator[Edit]:
    """In each order of the gates that leaves other uses behind one."""
    gates, seen = next(iter(workspaces(trace)), []), set[Any]()
    for order in map("".join, permutations("0123"[: len(gates)])) if len(gates) <= MOST else ():
        uses = frozenset((i, a) for i, own in written_over(trace, order).items() for a in own)
        if uses and uses not in seen:
            seen.add(uses)
            group = Group(named(order), 0, WORKSPACE)
            yield edit(group, partial(_filled, order), "buffer", partial(_told, order), 0.95)


def _filled(order: str, r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    given = [r.argument(i, a) for a in range(len(node.args))]
    for a, gate in written_over(r.trace, order)[i].items():
        given[a] = r.values[gate.gradient] if gate.gradient < i else r.ahead(gate.gradient, i)
    return r.computed(node, given)


def _told(order: str, r: Replay, first: int) -> str:
    uses, step = written_over(r.trace, order), r.trace.tape.nodes[first].step
    own = [(i, a, gate) for i, found in uses.items() if r.trace.tape.nodes[i].step == step for a, gate in found.items()]
    names = dict.fromkeys(labelled(r.trace, Id(gate.kept)) for _, _, gate in own)
    texts = (with_part(r.trace, i, a, f"d{labelled(r.trace, Id(gate.kept), at=i)}") for i, a, gate in own)
    return f"the gradients into the pre-activations of {', '.join(names)} in the buffers of these, before {', '.join(texts)}"
