"""What of a recorded step is done at once, what can wait until several steps are done, and where each value is put."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..family import Family
from ..unroll import Cache
from .grouping import Steps, computed, given, needed, span
from .placing import Place, Window, base, placed, windows, within
from .recording import JOINED, LEAF, SLICE, TRANSPOSED, Node, Record, Ref, Shape, Symbol, Unrecorded, mapped, refs
from .stacking import stacked

Shapes = tuple[Shape, ...]
Named = tuple[tuple[str, Shape], ...]
Rewriting = Callable[[Steps], Steps]


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
def planned(
    cell: Family, inputs: Shapes, state: Shapes, parameters: Named, rewritten: Rewriting = stacked
) -> Plan | None:
    """How a cell's steps are replayed, None where they cannot be."""
    try:
        record = Record()
        inside: Any = tuple(record.leaf(("input", i), shape) for i, shape in enumerate(inputs))
        before: Any = tuple(record.leaf(("before", j), shape) for j, shape in enumerate(state))
        found: Any = cell.step(inside, before, _weights(record, parameters))
        outputs, after, cache = found
        if outputs is not after or any(s.node.function in (LEAF, SLICE) for s in after):
            raise Unrecorded("outputs of its own, or a state that is not computed")
        half, tree, ends = _forward(record.nodes, cache, [s.at for s in after], rewritten)
        return _with_backward(cell, half, cache._replace(intermediates=tree), ends, parameters, rewritten)
    except (Unrecorded, AttributeError, TypeError, ValueError):
        return None


def _weights(record: Record, parameters: Named) -> dict[str, Any]:
    return {name: record.leaf(("parameter", name), shape, "constant") for name, shape in parameters}


def _forward(
    nodes: list[Node], cache: Cache, after: list[int], rewritten: Rewriting
) -> tuple[Half, Any, tuple[int, ...]]:
    """The half, the tree of what is kept, and the nodes of the next state."""
    found: list[int] = []
    mapped(cache.intermediates, lambda leaf: found.append(leaf.at) if isinstance(leaf, Symbol) else None)
    if any(nodes[i].kind != "value" or nodes[i].function in (TRANSPOSED, SLICE) for i in (*after, *found)):
        raise Unrecorded("what is kept is not a value of its own")
    parts = {a for i in found for a in refs(nodes[i]) if nodes[i].function == JOINED}
    wanted = (*after, *found)
    step = rewritten(Steps(nodes, wanted, wanted, frozenset({*after, *parts})))
    ends, own = step.wanted[: len(after)], dict(zip(found, step.wanted[len(after) :], strict=True))
    tree = mapped(cache.intermediates, lambda leaf: Ref(own[leaf.at]) if isinstance(leaf, Symbol) else leaf)
    return _kept_half([*step.nodes], {span(step.nodes, i)[0] for i in step.wanted}, ends), tree, ends


def _kept_half(nodes: list[Node], kept: set[int], after: tuple[int, ...]) -> Half:
    all_needed = needed(nodes, kept)
    now = _done(nodes, all_needed)
    joined = [i for i in now if nodes[i].function == JOINED]
    put = windows(nodes, [i for i in joined if i in kept or any(given(nodes[a]) for a in refs(nodes[i]))], after)
    now = [i for i in now if i not in {w.joined for w in put}]
    inside = {after[w.of] if w.what == "before" else w.of for w in put if w.what != "input"}
    homes: dict[int, Place] = {i: ("kept", i) for i in now if i in kept or i in inside}
    return Half(nodes, _constant(nodes, all_needed), now, [], placed(nodes, now, homes), [], put)


def _with_backward(
    cell: Family, forward: Half, cache: Cache, after: tuple[int, ...], parameters: Named, rewritten: Rewriting
) -> Plan:
    record, kept = Record(), {*after}

    def leaf(i: Any) -> Any:
        if not isinstance(i, Ref):
            return i
        whole, begin, end = span(forward.nodes, i.node)
        kept.add(whole)
        symbol = record.leaf(("kept", whole), forward.nodes[whole].shape, truth=forward.nodes[whole].truth)
        return symbol if whole == i.node else symbol[begin:end]

    seen = cache._replace(intermediates=mapped(cache.intermediates, leaf), parameters=_weights(record, parameters))
    before, into, sums = _gradients(cell, record, seen, [forward.nodes[i].shape for i in after])
    _refused(record.nodes, before, (*into, *sums.values()))
    step = rewritten(Steps(record.nodes, (*before, *into, *sums.values()), before, frozenset({*before, *into})))
    late = step.wanted[len(before) :]
    half, ends = _backward([*step.nodes], step.wanted[: len(before)], late)
    gradients = dict(zip(sums, late[len(into) :], strict=True))
    return Plan(forward, half, cache.intermediates, tuple(kept), after, late[: len(into)], ends, gradients)


def _gradients(cell: Family, record: Record, cache: Cache, states: Sequence[Shape]) -> Any:
    """The nodes of the gradients into the state before, into the inputs, and by name into the parameters."""
    dstate: Any = tuple(record.leaf(("state", j), shape) for j, shape in enumerate(states))
    doutput: Any = record.leaf(("output", 0), states[0])
    found: Any = cell.step_backward(cell.arriving((doutput,), dstate), cache)
    dinputs, dprevious, gradients = found
    sums, into = {name: g.at for name, g in gradients.items()}, tuple(d.at for d in dinputs)
    if any(record.nodes[i].kind != "sum" for i in sums.values()) or any(record.nodes[i].kind != "value" for i in into):
        raise Unrecorded("a gradient that is not a sum over the examples, or one that is")
    return tuple(d.at for d in dprevious), into, sums


def _refused(nodes: list[Node], dprevious: Sequence[int], late: Sequence[int]) -> None:
    """Raises Unrecorded if what can wait needs what cannot be kept for it."""
    waiting = _apart(nodes, dprevious, late)[1]
    wanted = {*late, *(a for i in waiting for a in refs(nodes[i]))} - {*waiting}
    crossing = [i for i in wanted if nodes[i].kind == "value"]
    bases = {i: nodes[base(nodes, i)] for i in crossing}
    if any(node.function == LEAF and node.args[0][0] == "state" for node in bases.values()):
        raise Unrecorded("a sum over a gradient that the next step writes over")
    if any(nodes[i].function == SLICE and bases[i].function != LEAF for i in crossing):
        raise Unrecorded("a part that waits of what does not")


def _apart(nodes: list[Node], dprevious: Sequence[int], late: Sequence[int]) -> tuple[list[int], list[int]]:
    """What is done at once, and what can wait."""
    now = _done(nodes, needed(nodes, dprevious))
    for i in _done(nodes, needed(nodes, late)):  # what is joined of what is done at once costs nothing to have at once
        joined = nodes[i].function == JOINED and nodes[i].kind == "value"
        if joined and all(a in now and computed(nodes[a]) for a in refs(nodes[i])):
            now += [] if i in now else [i]
    return now, [i for i in _done(nodes, needed(nodes, late)) if i not in now]


def _backward(nodes: list[Node], dprevious: Sequence[int], late: Sequence[int]) -> tuple[Half, tuple[int, ...]]:
    """The half, and the nodes that are the gradients into the state before."""
    now, waiting = _apart(nodes, dprevious, late)
    crossing, waiting = _crossing(nodes, waiting, late)
    homes: dict[int, Place] = {i: ("slot", i) for i in crossing if i in now}
    ends = []
    for j, i in enumerate(dprevious):
        if i in homes or nodes[i].function in (LEAF, SLICE):  # what has a place already is copied to that of the state
            now.append(i := len(nodes))
            nodes.append(Node(np.positive, (Ref(dprevious[j]),), nodes[dprevious[j]].shape))
        homes[i] = ("state", j)
        ends.append(i)
    constants = _constant(nodes, needed(nodes, [*ends, *late]))
    return Half(nodes, constants, now, waiting, placed(nodes, now, homes), crossing), tuple(ends)


def _crossing(nodes: list[Node], waiting: list[int], late: Sequence[int]) -> tuple[list[int], list[int]]:
    """What the late need of the step, none of it rows of another, and the late; `nodes` come to say of parts that they are rows."""
    read = {*late, *(a for i in waiting for a in refs(nodes[i]))} - {*waiting}
    while parts := [i for i in read if nodes[i].function == SLICE and nodes[i].kind == "value"]:
        waiting, read = [*parts, *waiting], read - {*parts} | {a for i in parts for a in refs(nodes[i])}
    crossing = sorted(i for i in read if nodes[i].kind == "value")
    inside = within(nodes, crossing, [i for i in crossing if computed(nodes[i]) and i not in late])
    instead = dict[int, int]()
    for a, (_, joined, where) in inside.items():
        instead[a] = len(nodes)
        nodes.append(Node(SLICE, (Ref(joined), where), nodes[a].shape))
    for i in waiting:
        args = (Ref(instead.get(a.node, a.node)) if isinstance(a, Ref) else a for a in nodes[i].args)
        nodes[i] = nodes[i]._replace(args=tuple(args))
    return [i for i in crossing if i not in inside], [*instead.values(), *waiting]


def _done(nodes: list[Node], needed: set[int]) -> list[int]:
    return sorted(i for i in needed if nodes[i].function != LEAF and nodes[i].kind != "constant")


def _constant(nodes: list[Node], needed: set[int]) -> list[int]:
    return sorted(i for i in needed if nodes[i].kind == "constant")
