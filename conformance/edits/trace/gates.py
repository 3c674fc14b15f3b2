"""Which nodes are of gates: what is left of one, and of which function a gate is that a node is a part of."""

from collections.abc import Iterator

from .tape import Id
from .trace import Trace

DEPTH = 3  # of what goes into an activation, and of what a slope goes into


def complemented(trace: Trace) -> set[int]:
    """Gates whose difference to 1 an equation has, and not only a slope, and what is kept of them."""
    if trace.complemented is None:
        nodes = trace.tape.nodes
        own = (i for i in range(len(nodes)) if _is_difference(trace, i) and not in_a_slope(trace, i))
        origins = {trace.origin(nodes[i].args[1]) for i in own}
        gates = {i for i in origins if nodes[i].name == "sigmoid"}
        trace.complemented = {i for i in range(len(nodes)) if trace.origin(i) in gates}
    return trace.complemented


def is_rest(trace: Trace, i: int) -> bool:
    """Whether a node is what is left of such a gate."""
    return _is_difference(trace, i) and trace.tape.nodes[i].args[1] in complemented(trace)


def rests(trace: Trace, in_slopes: bool) -> Iterator[int]:
    """What is left of gates, or of any sigmoid, also where it is of its slope."""
    for i in range(len(trace.tape.nodes)):
        if in_slopes and _is_difference(trace, i):
            origin = trace.origin(trace.tape.nodes[i].args[1])
            yield from (i,) if trace.tape.nodes[origin].name == "sigmoid" else ()
        elif is_rest(trace, i) and not in_a_slope(trace, i):
            yield i


def _is_difference(trace: Trace, i: int) -> bool:
    node = trace.tape.nodes[i]
    return node.name == "subtract" and type(node.args[0]) is not Id and node.args[0] == 1


def in_a_slope(trace: Trace, i: int) -> bool:
    return trace.tape.nodes[i].place[0].function.endswith("_slope")


def squashed(trace: Trace, i: int) -> str:
    """Of the gate of which a node is a part, the function: that into which it goes, or whose slope it has."""
    nodes, near = trace.tape.nodes, [i]
    for _ in range(DEPTH):
        near = [user for j in near for user in trace.users[j]]
        if found := next((nodes[j].name for j in near if nodes[j].name in ("tanh", "sigmoid")), ""):
            return found
    near = [i]
    for _ in range(DEPTH):
        near = [parent for j in near for parent in nodes[j].parents]
        functions = (nodes[j].place[0].function for j in near if nodes[j].name)
        if found := next((name for name in functions if name in ("tanh_slope", "sigmoid_slope")), ""):
            return found.removesuffix("_slope")
    return ""
