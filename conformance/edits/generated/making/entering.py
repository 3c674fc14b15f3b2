"""What a node gives where another state enters it."""

from collections.abc import Callable
from typing import Any

from ...trace.members import entering
from ...trace.replaying import Replay
from ...trace.trace import Entering

Instead = Callable[[Replay, int, int], Any]


def with_state(r: Replay, i: int, name: str, instead: Instead) -> Any:
    """What a node gives with others in the place of states of a name that enter it."""
    node = r.trace.tape.nodes[i]
    given = [r.argument(i, a) for a in range(len(node.args))]
    for a in entering(r.trace, i, name):
        given[a] = instead(r, i, a)
    return None if any(one is None for one in given) else r.computed(node, given)


def state_of(r: Replay, i: int, a: int) -> str:
    """Which state an operand that enters is, or which gradient into one."""
    node = r.trace.tape.nodes[i]
    return r.trace.entering_states[Entering((node.place, node.k), a)]
