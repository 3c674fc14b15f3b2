"""All gates of a step, and the gradients into their pre-activations; which uses of a gate see the second where both have one buffer."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .group import WORKSPACE, Group
from .handing import handed_on
from .tape import KEPT, RESULT, Id
from .trace import Trace

Use = tuple[int, int]  # a node and which of its operands
SLOPE = "_slope"
GATE, INTO, SLOPED = "gate", "into", "sloped"  # gates, what goes into their functions, the gradients into that


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


def of_gates(trace: Trace, group: Group) -> list[int]:
    """What uses gates that are overwritten in an order, or what all have of a role."""
    name = group.place[0].function
    return sorted(written_over(trace, name)) if group.extent == WORKSPACE else _of_role(trace, name)


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


def _of_role(trace: Trace, role: str) -> list[int]:
    """What all gates have of a role, at every step."""
    if role == SLOPED:
        return [gate.gradient for gates in workspaces(trace) for gate in gates]
    nodes = trace.tape.nodes
    own = [i for i in range(trace.begun or len(nodes)) if nodes[i].name in ("sigmoid", "tanh") and _is_gate(trace, i)]
    return own if role == GATE else sorted({nodes[i].args[0] for i in own})


def _is_gate(trace: Trace, i: int) -> bool:
    """Whether what a function is taken of is no state."""
    arg = trace.tape.nodes[i].args[0]
    if type(arg) is not Id or not trace.tape.nodes[arg].name or arg in handed_on(trace, is_back=False):
        return False
    given = trace.forward if trace.begun else trace.outputs
    made = [given[name] for state in trace.operation.states if (name := f"{state}_next") in given]
    return arg not in (*made, *(trace.tape.nodes[j].args[0] for j in made if trace.tape.nodes[j].name == RESULT))
