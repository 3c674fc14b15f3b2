"""Edits of the states that a forward saves for its backward, alone or joined with others: as they leave the step, or as they end."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..trace.group import BEHIND, ENTERING, SAME, Group
from ..trace.members import entering, members
from ..trace.replaying import Edit, Replay
from ..trace.tape import KEPT, Id, named
from ..trace.trace import Trace
from .editing import edit, told
from .states import SAVED, with_state

JOINING = ("concatenate", "multiply")  # through which a state is found again in what is saved
KEPT_OF_ALL = Group(named(KEPT), 0, SAME)
State = Callable[[Replay, int, str], Any]


def of_saved(trace: Trace) -> Iterator[Edit]:
    for state in trace.operation.states if trace.begun else ():
        group = Group(named(state), 0, ENTERING, BEHIND)
        if not any(_holds(trace, i, state) for i in members(trace, KEPT_OF_ALL)):
            continue
        for words, (instead, rank) in SAVED.items():
            text = f"{state}_prev as it {words}, in all that is kept for the backward"
            change = partial(_everywhere, state, instead)
            yield edit(
                KEPT_OF_ALL,
                change,
                "state",
                told(text),
                rank + 0.05,
                group if members(trace, group) else None,
            )


def _everywhere(state: str, instead: State, r: Replay, i: int) -> Any:
    if r.trace.tape.nodes[i].name != KEPT:
        return with_state(r, i, state, lambda r, i, _: instead(r, i, state))
    return _again(r, r.trace.tape.nodes[i].args[0], state, instead) if _holds(r.trace, i, state) else r.plain(i)


def _holds(trace: Trace, i: int, state: str) -> bool:
    """Whether a state is joined with others in what is saved."""
    origin = trace.origin(i)
    node = trace.tape.nodes[origin]
    parts = (arg for arg in node.args if type(arg) is Id)
    return node.name in JOINING and (
        bool(entering(trace, origin, state)) or any(_joins(trace, p, state) for p in parts)
    )


def _joins(trace: Trace, i: int, state: str) -> bool:
    return trace.tape.nodes[i].name in JOINING and bool(entering(trace, i, state))


def _again(r: Replay, i: int, state: str, instead: State) -> Any:
    """What was joined, with another state."""
    node, own = r.trace.tape.nodes[i], entering(r.trace, i, state)
    given = [r.argument(i, a) for a in range(len(node.args))]
    for a, arg in enumerate(node.args):
        if a in own:
            given[a] = instead(r, i, state)
        elif type(arg) is Id and _joins(r.trace, arg, state):
            given[a] = _again(r, arg, state, instead)
    return None if any(one is None for one in given) else r.computed(node, given)
