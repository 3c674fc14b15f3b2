"""Edits of the states that a forward saves for its backward, alone or joined with others: as they leave the step, or as they end; of what it
begins with alone, as a loop that runs in its buffer leaves that.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import BEHIND, ENTERING, SAME, STATE, Group
from ...trace.members import entering, members
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id, named
from ...trace.trace import Trace
from ...trace.wording import entering_words, labelled
from ..making.editing import edit, lengths_of, told
from ..making.entering import state_of, with_state
from ..making.runs import begins
from .handing import last, leaving
from .states import SAVED, but_one

JOINING = ("concatenate", "multiply")  # through which a state is found again in what is saved
READING = (*JOINING, "sum", "[]", "matmul")  # and in what is read of it
KEPT_OF_ALL = Group(named(KEPT), 0, SAME)
Saved = Callable[[Replay, int, str, Any], Any]  # of the step of a node and a state, which is the last argument
Holds = Callable[[Any, int, bool], Any]  # of lengths, T_x and whether a run is reversed
FIRST: dict[str, tuple[Callable[[Replay, int, str], Any], Holds]] = {  # where that holds
    "of the first step as it is at the end of the run": (last, lambda lengths, T_x, is_reversed: lengths >= 1),
    "of the first step as it leaves that": (leaving, lambda lengths, T_x, is_reversed: lengths >= 1),
    "of the first step as it leaves that, where another follows": (
        leaving,
        lambda lengths, T_x, is_reversed: lengths > 1,
    ),
    "of the first step 0, where padding comes before it": (
        lambda r, i, state: 0.0,
        lambda lengths, T_x, is_reversed: (lengths < T_x) & is_reversed,
    ),
}


class Of(NamedTuple):
    """The state of a name, or each, and through what it is found again in what is saved."""

    state: str
    joining: tuple[str, ...] = JOINING


def of_saved(trace: Trace) -> Iterator[Edit]:
    states = trace.operation.states
    several = (STATE,) if len(states) > 1 else ()
    for name in (*several, *but_one(states), *states) if trace.begun else ():
        kept = members(trace, KEPT_OF_ALL)
        is_joined, but_products = (any(_holds(trace, i, of) for i in kept) for of in (Of(name), Of(name, JOINING[:1])))
        for words, (value, rank) in SAVED.items() if is_joined else ():
            yield _saved(trace, Of(name), f"as it {words}", partial(_always, value), rank + 0.05)
        for words, (first, holds) in FIRST.items() if trace.steps > 1 else ():
            yield _saved(trace, Of(name), words, partial(_at_first, first, holds), 0.82)
            if is_joined and but_products:
                of, text = Of(name, JOINING[:1]), f"{words}, but not in products"
                yield _saved(trace, of, text, partial(_at_first, first, holds), 0.85)


def of_one_example(trace: Trace) -> Iterator[Edit]:
    """Of one example all that is kept, for each."""
    for words, at in (("first", slice(0, 1)), ("last", slice(-1, None))) if trace.begun else ():
        text = f"all that is kept for the backward that of the {words} example"
        yield edit(KEPT_OF_ALL, partial(_of_example, at), "state", told(text), 0.95)


def _of_example(at: slice, r: Replay, i: int) -> Any:
    own = r.plain(i)
    is_of_each = np.ndim(own) > 1 and np.shape(own)[-1] == r.trace.examples
    return 0 * own + own[..., at] if is_of_each else own


def of_what_is_read(trace: Trace) -> Iterator[Edit]:
    """Of what is kept one value, as it is of a state that leaves the step."""
    for key, ids in trace.places.items():
        if trace.tape.nodes[ids[0]].name != KEPT:
            continue
        for of in (Of(name, READING) for name in trace.operation.states):
            if _holds(trace, ids[0], of):
                change, text = partial(_everywhere, of, partial(_always, leaving)), partial(_read_text, of)
                yield edit(Group(*key), change, "state", text, 1.2)


def _read_text(of: Of, r: Replay, i: int) -> str:
    return f"{labelled(r.trace, Id(i), at=i)}, of {of.state}_next and not {of.state}_prev"


def _saved(trace: Trace, of: Of, words: str, instead: Saved, rank: float) -> Edit:
    behind = Group(named(of.state), 0, ENTERING, BEHIND)
    text = f"{entering_words(of.state, trace)} {words}, in all that is kept for the backward"
    partner = behind if members(trace, behind) else None
    return edit(KEPT_OF_ALL, partial(_everywhere, of, instead), "state", told(text), rank, partner)


def _always(value: Callable[[Replay, int, str], Any], r: Replay, i: int, state: str, own: Any) -> Any:
    return value(r, i, state)


def _at_first(value: Callable[[Replay, int, str], Any], holds: Holds, r: Replay, i: int, state: str, own: Any) -> Any:
    step, lengths, new = r.trace.tape.nodes[i].step, lengths_of(r), value(r, i, state)
    if step is None or new is None:
        return None
    is_reversed = r.trace.is_reversed(step)
    return np.where((begins(lengths, is_reversed) == step[2]) & holds(lengths, r.trace.steps, is_reversed), new, own)


def _everywhere(of: Of, instead: Saved, r: Replay, i: int) -> Any:
    if r.trace.tape.nodes[i].name != KEPT:
        return with_state(r, i, of.state, lambda r, i, a: instead(r, i, state_of(r, i, a), r.argument(i, a)))
    return _again(r, r.trace.origin(i), of, instead) if _holds(r.trace, i, of) else r.plain(i)


def _holds(trace: Trace, i: int, of: Of) -> bool:
    """Whether a state is joined with others in what is saved, or in a part of that."""
    origin = trace.origin(i)
    node = trace.tape.nodes[origin]
    parts = (arg for arg in node.args if type(arg) is Id and trace.tape.nodes[arg].step == node.step)
    own = bool(entering(trace, origin, of.state))
    return node.name in of.joining and (own or any(_holds(trace, part, of) for part in parts))


def _again(r: Replay, i: int, of: Of, instead: Saved) -> Any:
    """What was joined, with another state."""
    node, own = r.trace.tape.nodes[i], entering(r.trace, i, of.state)
    given = [r.argument(i, a) for a in range(len(node.args))]
    for a, arg in enumerate(node.args):
        if a in own:
            given[a] = instead(r, i, state_of(r, i, a), given[a])
        elif type(arg) is Id and _holds(r.trace, arg, of):
            given[a] = _again(r, arg, of, instead)
    return None if any(one is None for one in given) else r.computed(node, given)
