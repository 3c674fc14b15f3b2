"""Edits of what is taken of an array: another entry, the part before or behind, one entry for all, the same of what is joined the other way."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import EACH, Group
from ...trace.places import LOOPS
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import key_text, labelled, of_node, whole
from ..making.editing import edit

Key = tuple[Any, ...]


def of_slices(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if group.extent != EACH or node.name != "[]" or node.place[0].module in LOOPS or type(node.args[0]) is not Id:
        return
    key = node.args[1] if isinstance(node.args[1], tuple) else (node.args[1],)
    taken = [axis for axis, part in enumerate(key) if part != slice(None)]
    if len(taken) != 1 or Ellipsis in key or None in key:
        return
    (axis,) = taken
    n = trace.shape(node.args[0])[axis]
    for part in _others(key[axis], n):
        other = (*key[:axis], part, *key[axis + 1 :])
        yield edit(group, partial(_taken, other), "value", partial(_text, other), 0.95)
    if isinstance(key[axis], slice) and trace.tape.nodes[trace.origin(node.args[0])].name == "concatenate":
        other = (*key[:axis], _mirrored(key[axis]), *key[axis + 1 :])
        yield edit(group, partial(_of_turned, other), "order", partial(_turned_text, other), 1.0)


def _others(part: Any, n: int) -> Iterator[Any]:
    """Other entries, or other parts that are as long, and one for all."""
    if isinstance(part, int):
        yield from dict.fromkeys(k % n for k in (0, 1, -1, -2) if -n <= k < n and k % n != part % n)
        return
    if not isinstance(part, slice) or part.step not in (None, 1):
        return
    begin, end, _ = part.indices(n)
    for shifted in dict.fromkeys((0, begin - 1, begin + 1, n - (end - begin))):
        if shifted != begin and 0 <= shifted <= n - (end - begin):
            yield _part(shifted, end - begin, n, is_open=part.stop is None)
    yield from (_part(k, 1, n) for k in (0, n - 1) if end - begin > 1)


def _taken(key: Key, r: Replay, i: int) -> Any:
    whole_array, plain = r.argument(i, 0), r.plain(i)
    found = whole_array[key]
    return np.broadcast_to(found, np.shape(plain)) if np.ndim(found) == np.ndim(plain) else found


def _text(key: Key, r: Replay, i: int) -> str:
    return f"{whole(labelled(r.trace, r.trace.tape.nodes[i].args[0], at=i))}[{key_text(key)}]"


def _of_turned(key: Key, r: Replay, i: int) -> Any:
    """Of what is joined in the other order the same part, counted from the other end: as of a shift the other way."""
    joined = r.trace.tape.nodes[r.trace.origin(r.trace.tape.nodes[i].args[0])]
    *parts, axis = joined.args
    return joined.function(*(r.values[part] for part in parts[::-1]), axis)[key]


def _turned_text(key: Key, r: Replay, i: int) -> str:
    joined = r.trace.origin(r.trace.tape.nodes[i].args[0])
    return f"{of_node(r.trace, joined, swapped=True)}[{key_text(key)}]"


def _part(begin: int, length: int, n: int, is_open: bool = False) -> slice:
    """As it is written; in the place of one that goes to the end, counted from there, as others have another length."""
    return slice(begin or None, None if begin + length == n else begin + length - n * is_open)


def _mirrored(part: slice) -> slice:
    """The same counted from the other end."""
    return slice(-part.stop if part.stop else None, -part.start if part.start else None)
