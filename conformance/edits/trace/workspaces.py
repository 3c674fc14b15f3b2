"""Gates in the buffers into which a backward writes the gradients into their pre-activations: which uses see these, by the order of the gates."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .tape import KEPT, Id
from .trace import Trace

Use = tuple[int, int]  # a node and which of its operands
SLOPE = "_slope"


class Gate(NamedTuple):
    """A gate as the forward left it, and the node that is the gradient into its pre-activation."""

    kept: int
    gradient: int


def written_over(trace: Trace, order: str) -> dict[int, dict[int, Gate]]:
    """By node and operand the gate whose gradient is there, where those of a step are computed in an order."""
    if order not in trace.workspaces:
        found = trace.workspaces[order] = dict[int, dict[int, Gate]]()
        for gates in workspaces(trace):
            for (i, a), gate in overwritten(trace, gates, [*map(int, order)]):
                found.setdefault(i, {})[a] = gate
    return trace.workspaces[order]


def workspaces(trace: Trace) -> list[list[Gate]]:
    """Of each step of a backward its gates, in the order in which the reference has their gradients."""
    found = dict[object, list[Gate]]()
    for i in range(trace.begun, len(trace.tape.nodes)):
        if (kept := _sloped(trace, i)) is not None:
            found.setdefault(trace.tape.nodes[i].step, []).append(Gate(kept, i))
    return [*found.values()]


def _sloped(trace: Trace, i: int) -> int | None:
    """The gate whose slope a gradient into a pre-activation has: that is what matrices are multiplied by."""
    nodes = trace.tape.nodes
    if nodes[i].name != "multiply" or not any(nodes[u].name == "matmul" for u in trace.users[i]):
        return None
    inside = [p for p in nodes[i].parents if nodes[p].place[0].function.endswith(SLOPE)]
    while inside:
        i = inside.pop()
        if nodes[i].name == KEPT:
            return i
        inside += [*nodes[i].parents]
    return None


def overwritten(trace: Trace, gates: Sequence[Gate], order: Sequence[int]) -> Iterator[tuple[Use, Gate]]:
    """The uses of gates that come behind their being overwritten, where gradients are computed in this order and everything else once it is needed."""
    for place, k in enumerate(order):
        before = [gates[j].gradient for j in order[: place + 1]]
        for use in _uses(trace, gates[k].kept):
            if not any(trace.rests(gradient, use[0]) for gradient in before):
                yield use, gates[k]


def _uses(trace: Trace, kept: int) -> Iterator[Use]:
    nodes = trace.tape.nodes
    for u in trace.users[kept]:
        if nodes[u].step == nodes[kept].step and not nodes[u].place[0].function.endswith(SLOPE):
            yield from ((u, a) for a, arg in enumerate(nodes[u].args) if type(arg) is Id and arg == kept)
