"""Edits of what a forward keeps: in some of its uses a backward computes it anew, of the states that the forward left."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import Group
from ...trace.members import used_in
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.trace import Key, Trace
from ..making.editing import among, edit
from .uses import CLASSES, text_with_others, with_others


def of_kept(trace: Trace, changed: frozenset[int]) -> Iterator[Edit]:
    """Of what rests on changed nodes, in each part of the places that use it."""
    below = set(trace.below(changed))
    for key, ids in trace.places.items():
        if trace.tape.nodes[ids[0]].name == KEPT and below.intersection(ids):
            classes = len(used_in(trace, ids[0]))
            for chosen in range(1, 1 << classes) if classes <= CLASSES else ():
                yield _anew_in(among(key, chosen), key)


def _anew_in(group: Group, key: Key) -> Edit:
    return edit(
        group,
        lambda r, i: with_others(r, i, key, partial(_anew, r, {})),
        "anew",
        lambda r, i: text_with_others(r, i, key, "{}, computed anew"),
    )


def _anew(r: Replay, known: dict[int, Any], i: int) -> Any:
    """What the equations give at a node of what enters its step."""
    if i not in known:
        node = r.trace.tape.nodes[i]
        args = [_argument(r, known, i, arg) if type(arg) is Id else arg for arg in node.args]
        known[i] = r.computed(node, args) if node.name else r.given(i)
    return known[i]


def _argument(r: Replay, known: dict[int, Any], i: int, arg: Id) -> Any:
    return r.values[arg] if r.trace.is_handed(arg, i) else _anew(r, known, arg)
