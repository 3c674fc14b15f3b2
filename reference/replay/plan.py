"""What of a recorded step is done at once, what can wait until several steps are done, and where each value is put."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..family import Family
from ..unroll import Cache
from .recording import (
    JOINED,
    LEAF,
    SLICE,
    TRANSPOSED,
    Node,
    Record,
    Ref,
    Shape,
    Symbol,
    Unrecorded,
    mapped,
    refs,
)

Shapes = tuple[Shape, ...]
Named = tuple[tuple[str, Shape], ...]
Place = tuple[
    Any, ...
]  # ("kept", node), ("state", j), ("slot", node): one a step; ("scratch", shape, truth, k): one for all


class Window(NamedTuple):
    """Rows of a joined value that are not copied there: an input, the state `of` the step before, or a value, which are put there at once."""

    joined: int
    rows: slice
    what: str
    of: int


class Half(NamedTuple):
    """A step forward or backward."""

    nodes: list[Node]
    constants: list[int]  # each list in an order in which it can be done
    now: list[int]
    late: list[int]
    places: Mapping[int, Place]  # of what is done now
    crossing: list[int]  # what the late need of the step
    windows: Sequence[Window] = ()


class Plan(NamedTuple):
    """Both halves of a step. `tree` is what the cell keeps, with nodes of the first half for its arrays."""

    forward: Half
    backward: Half
    tree: Any
    kept: tuple[int, ...]
    after: tuple[int, ...]  # the next state, of the first half
    dinputs: tuple[int, ...]  # the gradients, of the second half
    dstate: tuple[int, ...]
    gradients: Mapping[str, int]


@lru_cache(maxsize=64)
def planned(cell: Family, inputs: Shapes, state: Shapes, parameters: Named) -> Plan | None:
    """How a cell's steps are replayed, None where they cannot be."""
    try:
        record = Record()
        given: Any = tuple(record.leaf(("input", i), shape) for i, shape in enumerate(inputs))
        before: Any = tuple(record.leaf(("state", j), shape) for j, shape in enumerate(state))
        found: Any = cell.step(given, before, _weights(record, parameters))
        outputs, after, cache = found
        if outputs is not after or any(s.node.function in (LEAF, SLICE) for s in after):
            raise Unrecorded("outputs of its own, or a state that is not computed")
        forward = _forward(record.nodes, cache, [s.at for s in after])
        return _with_backward(cell, forward, cache, tuple(s.at for s in after), parameters)
    except (Unrecorded, AttributeError, TypeError, ValueError):
        return None


def _weights(record: Record, parameters: Named) -> dict[str, Any]:
    return {name: record.leaf(("parameter", name), shape, "constant") for name, shape in parameters}


def _kept(cache: Cache) -> list[int]:
    found: list[int] = []
    mapped(cache.intermediates, lambda leaf: found.append(leaf.at) if isinstance(leaf, Symbol) else None)
    return found


def _forward(nodes: list[Node], cache: Cache, after: list[int]) -> Half:
    kept = [*after, *_kept(cache)]
    if any(nodes[i].kind != "value" or nodes[i].function in (TRANSPOSED, SLICE) for i in kept):
        raise Unrecorded("what is kept is not a value of its own")
    needed = _needed(nodes, kept)
    now = _done(nodes, needed)
    windows = _windows(nodes, [i for i in now if i in kept and nodes[i].function == JOINED], after)
    now = [i for i in now if i not in {w.joined for w in windows}]
    within = {after[w.of] if w.what == "state" else w.of for w in windows if w.what != "input"}
    homes: dict[int, Place] = {i: ("kept", i) for i in now if i in kept or i in within}
    return Half(nodes, _constant(nodes, needed), now, [], _placed(nodes, now, homes), [], windows)


def _windows(nodes: list[Node], joined: list[int], after: list[int]) -> list[Window]:
    """Those of each joined value of which every part can be put there at once; nothing is put into two."""
    found: list[Window] = []
    for i in joined:
        begin, own = 0, list[Window]()
        for a in refs(nodes[i]):
            rows = slice(begin, begin := begin + nodes[a].shape[0])
            what, of = nodes[a].args[0] if nodes[a].function == LEAF else ("part", a)
            own.append(Window(i, rows, what, of))
        put = [after[w.of] if w.what == "state" else w.of for w in (*found, *own) if w.what != "input"]
        if (
            nodes[i].args[-1] == 0
            and len({*put}) == len(put)
            and not any(nodes[k].function in (SLICE, JOINED) for k in put)
        ):
            found += own
    return found


def _with_backward(cell: Family, forward: Half, cache: Cache, after: tuple[int, ...], parameters: Named) -> Plan:
    record = Record()
    dstate: Any = tuple(record.leaf(("state", j), forward.nodes[i].shape) for j, i in enumerate(after))
    doutput: Any = record.leaf(("output", 0), forward.nodes[after[0]].shape)

    def leaf(kept: Any) -> Any:
        if not isinstance(kept, Symbol):
            return kept
        return record.leaf(("kept", kept.at), kept.shape, truth=kept.node.truth)

    seen = cache._replace(intermediates=mapped(cache.intermediates, leaf), parameters=_weights(record, parameters))
    dinputs: Any
    dprevious: Any
    gradients: Any
    dinputs, dprevious, gradients = cell.step_backward(cell.arriving((doutput,), dstate), seen)
    sums, into = {name: g.at for name, g in gradients.items()}, tuple(d.at for d in dinputs)
    if any(record.nodes[i].kind != "sum" for i in sums.values()) or any(record.nodes[i].kind != "value" for i in into):
        raise Unrecorded("a gradient that is not a sum over the examples, or one that is")
    half, ends = _backward(record, [d.at for d in dprevious], [*into, *sums.values()])
    tree = mapped(cache.intermediates, lambda kept: kept.ref if isinstance(kept, Symbol) else kept)
    return Plan(forward, half, tree, tuple({*after, *_kept(cache)}), after, into, ends, sums)


def _backward(record: Record, dprevious: list[int], late: list[int]) -> tuple[Half, tuple[int, ...]]:
    """The half, and the nodes that are the gradients into the state before."""
    nodes = record.nodes
    now = _done(nodes, _needed(nodes, dprevious))
    needed = _needed(nodes, late)
    waiting = [i for i in _done(nodes, needed) if i not in now]
    wanted = {*late, *(a for i in waiting for a in refs(nodes[i]))} - {*waiting}
    crossing = sorted(i for i in wanted if nodes[i].kind == "value")
    if any(nodes[_base(nodes, i)].function == LEAF and nodes[_base(nodes, i)].args[0][0] == "state" for i in crossing):
        raise Unrecorded("a sum over a gradient that the next step writes over")
    if any(nodes[i].function == SLICE and nodes[_base(nodes, i)].function != LEAF for i in crossing):
        raise Unrecorded("a part that waits of what does not")
    homes: dict[int, Place] = {i: ("slot", i) for i in crossing if i in now and nodes[i].function != SLICE}
    ends = []
    for j, i in enumerate(dprevious):
        if i in homes or nodes[i].function in (LEAF, SLICE):  # what has a place already is copied to that of the state
            now.append(i := len(nodes))
            nodes.append(Node(np.positive, (Ref(dprevious[j]),), nodes[dprevious[j]].shape))
        homes[i] = ("state", j)
        ends.append(i)
    constants = _constant(nodes, _needed(nodes, [*ends, *late]))
    return Half(nodes, constants, now, waiting, _placed(nodes, now, homes), crossing), tuple(ends)


def _needed(nodes: list[Node], wanted: Iterable[int]) -> set[int]:
    found, todo = set[int](), list(wanted)
    while todo:
        if (i := todo.pop()) not in found:
            found.add(i)
            todo += refs(nodes[i])
    return found


def _done(nodes: list[Node], needed: set[int]) -> list[int]:
    return sorted(i for i in needed if nodes[i].function != LEAF and nodes[i].kind != "constant")


def _constant(nodes: list[Node], needed: set[int]) -> list[int]:
    return sorted(i for i in needed if nodes[i].kind == "constant")


def _placed(nodes: list[Node], order: list[int], homes: Mapping[int, Place]) -> dict[int, Place]:
    """Where each is put: at home, which is written once, or in scratch, where what is worked on stays in the cache."""
    places, free, rooms = dict(homes), dict[Any, list[Place]](), dict[Any, int]()
    for i in reversed(order):
        if nodes[i].function == SLICE:
            continue
        mine, handed = places[i], False
        for a in dict.fromkeys(_base(nodes, a) for a in refs(nodes[i])):
            if a in places or a not in order:
                continue
            like = (nodes[a].shape, nodes[a].truth)
            if not handed and i not in homes and _in_place(nodes[i]) and like == (nodes[i].shape, nodes[i].truth):
                places[a], handed = mine, True
            elif free.get(like):
                places[a] = free[like].pop()
            else:
                rooms[like] = rooms.get(like, 0) + 1
                places[a] = ("scratch", *like, rooms[like])
        if not handed and i not in homes:
            free.setdefault((nodes[i].shape, nodes[i].truth), []).append(mine)
    return places


def _base(nodes: list[Node], i: int) -> int:
    while nodes[i].function == SLICE:
        i = refs(nodes[i])[0]
    return i


def _in_place(node: Node) -> bool:
    return isinstance(node.function, np.ufunc) and node.function is not np.matmul
