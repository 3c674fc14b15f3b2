"""Edits of two things that are given: one for the other, as weights of two gates, two states or two inputs; or one in the place of the other."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from rnnspec.reference import Kind

from ...trace.group import NAMED, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Trace
from ..making.editing import edit, told
from .given import of_layer


def of_exchanged(trace: Trace) -> Iterator[Edit]:
    yield from _gates(trace)
    yield from _states(trace)
    yield from _misplaced(trace)


def _gates(trace: Trace) -> Iterator[Edit]:
    """Weights or biases of two gates exchanged, or all of two gates'; those of two gates another's."""
    for letter in {name[0] for name in trace.inputs}:
        own = [name for name in trace.inputs if name[0] == letter and name in trace.parameters and "[" not in name]
        for one, two in combinations(own, 2):
            if trace.shape(trace.inputs[one]) != trace.shape(trace.inputs[two]):
                continue
            yield _exchanged({one: two, two: one}, f"{one} and {two} exchanged")
            for own_name, other in ((one, two), (two, one)):
                yield from (_in_part(own_name, other, on_state) for on_state in (True, False))
            if letter == "W" and {f"b{one[1:]}", f"b{two[1:]}"} <= trace.inputs.keys():
                pairs = {p + x[1:]: p + y[1:] for p in "Wb" for x, y in ((one, two), (two, one))}
                yield _exchanged(pairs, f"gates {one[1:]} and {two[1:]} exchanged")
            for other in own:
                if other not in (one, two) and trace.shape(trace.inputs[other]) == trace.shape(trace.inputs[one]):
                    yield _exchanged({one: other, two: other}, f"{other} for {one} and {two}", 1.0)


def _in_part(name: str, other: str, on_state: bool) -> Edit:
    """Of a gate's matrix one part, what acts on the state or on the input, from another gate's."""

    def change(r: Replay, i: int) -> Any:
        own, j = r.values[i], of_layer(r.trace, i, other)
        if j is None or own.shape[0] >= own.shape[-1]:
            return None
        n, instead = own.shape[0], r.given(j)
        parts = [instead[:, :n], own[:, n:]] if on_state else [own[:, :n], instead[:, n:]]
        return np.concatenate(parts, axis=1)

    part = "state" if on_state else "input"
    return edit(
        Group(named(name)), change, "given", lambda r, i: f"{name}, what acts on the {part} that of {other}", 0.9
    )


def _states(trace: Trace) -> Iterator[Edit]:
    """Two states exchanged where they are given, or begin at zero; two inputs of a step."""
    ahead = trace.operation.forward or trace.operation
    steps = [name for name in ahead.arguments if trace.operation.kind is Kind.CELL and name not in trace.parameters]
    for one, two in (*_of_states(trace, ("{}0", "d{}_last", "d{}_next")), *combinations(steps, 2)):
        if _are_alike(trace, one, two):
            yield _exchanged({one: two, two: one}, f"{one} and {two} exchanged")
    for pair in _of_states(trace, ("{}0",)):
        for one, two in (pair, pair[::-1]):
            group = Group(named(one), 0, NAMED)
            if members(trace, group):
                words = f"{two}, whether {one} is given or not"
                yield edit(group, partial(_begun_as, two), "given", told(words), 0.9)


def _begun_as(other: str, r: Replay, i: int) -> Any:
    j = r.trace.inputs.get(other)
    return 0 * r.given(i) if j is None else r.given(j)


def _of_states(trace: Trace, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The names of what is given of two states."""
    for one, two in combinations(trace.operation.states, 2):
        yield from ((name.format(one), name.format(two)) for name in names)


def _are_alike(trace: Trace, one: str, two: str) -> bool:
    ids = [trace.places.get((named(name), 0), []) for name in (one, two)]
    return all(ids) and trace.shape(ids[0][0]) == trace.shape(ids[1][0])


PLACES = ("{}0", "{}_prev", "d{}_last", "d{}_next")


def _misplaced(trace: Trace) -> Iterator[Edit]:
    """A state, or the gradient into one, that is put in the place of the other, and is missing in its own."""
    pairs = [*_of_states(trace, PLACES)]
    for one, two in (*pairs, *(pair[::-1] for pair in pairs)):
        if _are_alike(trace, one, two):
            partner = Group(named(two))
            for words, is_added in ((f"{two} in the place of {one}", False), (f"{two} added to {one}", True)):
                change = partial(_in_its_place, one, two, is_added)
                yield edit(Group(named(one)), change, "given", told(f"{words}, 0 in its own"), 0.85, partner)


def _in_its_place(one: str, two: str, is_added: bool, r: Replay, i: int) -> Any:
    if r.trace.tape.nodes[i].place[0].function == two:
        return 0 * r.given(i)
    j = r.trace.inputs.get(two)
    return r.given(i) * is_added + (0.0 if j is None else r.given(j))


def _exchanged(instead: dict[str, str], words: str, rank: float = 0.8) -> Edit:
    first, *further = instead

    def change(r: Replay, i: int) -> Any:
        own = r.trace.tape.nodes[i].place[0].function
        other = instead.get(own) or instead[own.partition("[")[0]]
        there = r.trace.places.get((named(other), 0), [])
        j = there[0] if there else of_layer(r.trace, i, other)
        return None if j is None else r.given(j)

    partner = Group(tuple(named(name)[0] for name in further), 0, NAMED)
    return edit(Group(named(first)), change, "given", lambda r, i: words, rank, partner)
