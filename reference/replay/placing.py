"""Where each value of a recorded step is put."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .grouping import computed
from .recording import JOINED, LEAF, SLICE, Node, refs

# ("kept", node), ("state", j), ("slot", node): one a step; ("scratch", shape, truth, k): one for all; ("within", node, rows) of another's
Place = tuple[Any, ...]


class Window(NamedTuple):
    """Rows of a joined value that are not copied there: an input, the state `of` before the step, or a value, which are put there at once."""

    joined: int
    rows: slice
    what: str
    of: int


def windows(nodes: Sequence[Node], joined: list[int], after: Sequence[int]) -> list[Window]:
    """Those of each joined value of which every part can be put there at once; nothing is put into two."""
    found: list[Window] = []
    for i in joined:
        begin, own = 0, list[Window]()
        for a in refs(nodes[i]):
            rows = slice(begin, begin := begin + nodes[a].shape[0])
            what, of = nodes[a].args[0] if nodes[a].function == LEAF else ("part", a)
            own.append(Window(i, rows, what, of))
        put = [after[w.of] if w.what == "before" else w.of for w in (*found, *own) if w.what != "input"]
        if (
            nodes[i].args[-1] == 0
            and len({*put}) == len(put)
            and not any(nodes[k].function in (SLICE, JOINED) for k in put)
        ):
            found += own
    return found


def within(nodes: Sequence[Node], order: Iterable[int], ready: Iterable[int]) -> dict[int, Place]:
    """The places of values, of those `ready` for it, that are joined as soon as they are made; nothing is put into two."""
    found: dict[int, Place] = {}
    for i in order:
        if nodes[i].function == JOINED and nodes[i].kind == "value":
            begin, own = 0, dict[int, Place]()
            for a in refs(nodes[i]):
                own[a] = ("within", i, slice(begin, begin := begin + nodes[a].shape[0]))
            if len(own) == len(refs(nodes[i])) and own.keys() <= {*ready} - {*found}:
                found |= own
    return found


def placed(nodes: Sequence[Node], order: Sequence[int], homes: Mapping[int, Place]) -> dict[int, Place]:
    """Where each is put: at home, which is written once, or in scratch, where what is worked on stays in the cache."""
    parts = within(nodes, order, [i for i in order if computed(nodes[i]) and i not in homes])
    fixed, joined = {**homes, **parts}, {place[1] for place in parts.values()}
    places, free, rooms = dict(fixed), dict[Any, list[Place]](), dict[Any, int]()
    for i in reversed(order):
        if nodes[i].function == SLICE:
            continue
        mine, handed = (
            places[i],
            i in fixed or i in joined,
        )  # nor is another's memory worked in for what is written early
        for a in dict.fromkeys(base(nodes, a) for a in refs(nodes[i])):
            if a in places or a not in order:
                continue
            like = (nodes[a].shape, nodes[a].truth)
            alike = like == (nodes[i].shape, nodes[i].truth) and a not in joined
            if not handed and alike and _in_place(nodes[i]):
                places[a], handed = mine, True
            elif free.get(like):
                places[a] = free[like].pop()
            else:
                rooms[like] = rooms.get(like, 0) + 1
                places[a] = ("scratch", *like, rooms[like])
        if not handed:
            free.setdefault((nodes[i].shape, nodes[i].truth), []).append(mine)
    return places


def base(nodes: Sequence[Node], i: int) -> int:
    while nodes[i].function == SLICE:
        i = refs(nodes[i])[0]
    return i


def _in_place(node: Node) -> bool:
    return isinstance(node.function, np.ufunc) and node.function is not np.matmul
