"""The sums of a backward that are gradients into matrices and into biases."""

from collections.abc import Iterator

from .places import EQUATIONS_OF_LOOPS
from .tape import Id
from .trace import Trace


def is_outer(trace: Trace, i: int, with_head: bool) -> bool:
    """Whether a product of a backward is d @ v.T."""
    node = trace.tape.nodes[i]
    is_product = trace.is_back(i) and type(node.args[1]) is Id and trace.tape.nodes[node.args[1]].name == "T"
    return is_product and (with_head or node.place[0].function not in EQUATIONS_OF_LOOPS)


def outers_of(trace: Trace, i: int) -> Iterator[int]:
    """The products d @ v.T of what a node is."""
    for kept in trace.users[i]:
        turned = (u for u in trace.users[kept] if trace.tape.nodes[u].name == "T")
        yield from (u for t in turned for u in trace.users[t] if is_outer(trace, u, False))


def is_column_sum(trace: Trace, i: int, with_head: bool) -> bool:
    """Whether a sum over examples is the gradient into the bias that a matrix has beside it."""
    if not trace.is_back(i) or trace.shape(i)[1:] != (1,):
        return False
    return (with_head or not is_of_head(trace, i)) and all(_has_a_matrix(trace, name) for name in _reached(trace, i))


def is_of_head(trace: Trace, i: int) -> bool:
    return any(expression.function in EQUATIONS_OF_LOOPS for expression in trace.tape.nodes[i].place)


def _reached(trace: Trace, i: int) -> Iterator[str]:
    return (name for bit, name in enumerate(trace.outputs) if trace.reach[i] >> bit & 1)


def _has_a_matrix(trace: Trace, name: str) -> bool:
    return name.startswith("db") and f"dW{name.removeprefix('db')}" in trace.outputs


def is_of_a_matrix(trace: Trace, i: int, axis: int) -> bool:
    """Whether a product of a matrix of states (head, key, value, example) and a vector is summed over an axis."""
    nodes = trace.tape.nodes
    summed = [user for user in trace.users[i] if nodes[user].name == "sum" and nodes[user].args[1] == axis]
    return bool(summed) and len(trace.shape(i)) == 4 and vector_of(trace, i) is not None


def is_of_vectors(trace: Trace, i: int) -> bool:
    """Whether a product makes a matrix of states of two vectors."""
    return len(trace.shape(i)) == 4 and len(_vectors(trace, i)) == 2


def is_over_examples(trace: Trace, i: int) -> bool:
    """Whether a product of a unit's values is summed over examples, and is in nothing else."""
    users = [trace.tape.nodes[user] for user in trace.users[i]]
    is_summed = [(user.name, user.args[1:]) for user in users] == [("sum", (1, True))]
    return is_summed and len(trace.shape(i)) == 2


def vector_of(trace: Trace, i: int) -> int | None:
    """Which operand of a product is a vector, the other being none."""
    return made[0] if len(made := _vectors(trace, i)) == 1 else None


def _vectors(trace: Trace, i: int) -> list[int]:
    """The operands that are made wider."""
    args, nodes = trace.tape.nodes[i].args, trace.tape.nodes
    return [
        a for a, arg in enumerate(args) if type(arg) is Id and nodes[arg].name == "[]" and _is_wider(nodes[arg].args[1])
    ]


def _is_wider(key: object) -> bool:
    return isinstance(key, tuple) and None in key
