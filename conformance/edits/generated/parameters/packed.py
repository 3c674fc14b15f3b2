"""Edits of how the gates' matrices and biases are packed, or their gradients: one half of each of another gate, rows dealt out, one gate's for all.

People keep what acts on the state and what acts on the input apart, or all gates in one matrix: here one of these has its gates in another order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import permutations, product
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import NAMED, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import RESULT, named
from ...trace.trace import Trace
from ..making.editing import edit

Arrays = Mapping[str, Any]  # by gate
Gates = Sequence[str]
OF_STATE = "R"  # the letter of a matrix that acts on the state alone
MATRICES = ("W", OF_STATE)
MOST = 4  # gates, whose orders are all tried
STATE, INPUT = "what acts on the state", "what acts on the input"


class What(NamedTuple):
    """Of what is packed: of matrices a part or the whole, and biases."""

    letters: str
    part: str
    words: str


WHOLE = (What("Wb", "", "matrices and biases"), What("W", "", "matrices"), What("b", "", "biases"))
HALVES = tuple(
    What(letters, part, f"{part}{more}")
    for part in (STATE, INPUT)
    for letters, more in (("W", ""), ("Wb", ", and biases"))
)


def of_packed(trace: Trace) -> Iterator[Edit]:
    for (d, module), letter in product((("", ""), ("d", RESULT)), MATRICES):
        gates = _gates(trace, d, letter)
        if 2 <= len(gates) <= MOST:
            yield from _permuted(trace, gates, d, module, letter)
            yield from _dealt(trace, gates, d, module) if letter != OF_STATE else ()  # which has heads before its rows


def _gates(trace: Trace, d: str, letter: str) -> list[str]:
    """Those whose matrices are alike, in a network in each layer."""
    names = {name.partition("[")[0]: i for name, i in (trace.outputs if d else trace.inputs).items()}
    own = {
        name[len(d) + 1 :]: i
        for name, i in names.items()
        if name.startswith(f"{d}{letter}") and f"{d}b{name[len(d) + 1 :]}" in names
    }
    shapes = [trace.shape(i) for i in own.values()]
    alike = {g: trace.shape(i) for g, i in own.items() if shapes.count(trace.shape(i)) > 1}
    return [g for g, shape in alike.items() if letter == OF_STATE or shape[0] < shape[-1]]


def _permuted(trace: Trace, gates: Gates, d: str, module: str, matrix: str) -> Iterator[Edit]:
    for other in permutations(gates):
        if other == tuple(gates):
            continue
        moved = dict(zip(gates, other, strict=True))
        words = f"{', '.join(f'{g} that of {o}' for g, o in moved.items() if g != o)}"
        rank = 0.95 if sum(g != o for g, o in moved.items()) == 2 else 1.0
        for what in _packed(matrix):
            yield from _edit(
                trace, gates, d, module, what, partial(_in_order, moved), f"{what.words} of gate {words}", rank
            )
    for one in gates:
        for what in _packed(matrix):
            words = f"{what.words} of gate {one} for all"
            yield from _edit(trace, gates, d, module, what, partial(_in_order, dict.fromkeys(gates, one)), words, 1.05)


def _packed(matrix: str) -> list[What]:
    """One that acts on the state alone has no halves."""
    every = WHOLE if matrix == OF_STATE else (*HALVES, *WHOLE)
    return [what._replace(letters=what.letters.replace("W", matrix)) for what in every]


def _dealt(trace: Trace, gates: Gates, d: str, module: str) -> Iterator[Edit]:
    """Packed gate by gate and read unit by unit, or the other way round."""
    for order in permutations(gates):
        packed = " ".join(order)
        for what in WHOLE:
            for one, two, of in (("gate", "unit", _by_units), ("unit", "gate", _by_gates)):
                words = f"{what.words} packed {one} by {one} as {packed}, read {two} by {two}"
                yield from _edit(trace, gates, d, module, what, partial(of, order), words, 1.1)


def _edit(
    trace: Trace, gates: Gates, d: str, module: str, what: What, of: Callable[[Arrays], Arrays], words: str, rank: float
) -> Iterator[Edit]:
    group = Group(tuple(named(f"{d}{letter}{g}", module)[0] for letter in what.letters for g in gates), 0, NAMED)
    if members(trace, group):
        change = partial(_changed, tuple(gates), d, what.part, of)
        yield edit(group, change, "given" if not d else "value", lambda r, i: words, rank)


def _changed(gates: Gates, d: str, part: str, of: Callable[[Arrays], Arrays], r: Replay, i: int) -> Any:
    name, bracket, layer = r.trace.tape.nodes[i].place[0].function[len(d) :].partition("[")
    letter, gate = name[0], name[1:]
    where = r.trace.outputs if d else r.trace.inputs
    own = {g: _of(r, where[f"{d}{letter}{g}{bracket}{layer}"]) for g in gates}
    if part and letter == "W":
        n = len(own[gate])
        half = slice(0, n) if part == STATE else slice(n, None)
        new = own[gate].copy()
        new[:, half] = of({g: array[:, half] for g, array in own.items()})[gate]
        return new
    return of(own)[gate]


def _of(r: Replay, i: int) -> Any:
    """What is given, or what is about to be returned."""
    node = r.trace.tape.nodes[i]
    return r.values[node.args[0]] if node.name == RESULT else r.given(i)


def _in_order(other: Mapping[str, str], arrays: Arrays) -> Arrays:
    return {gate: arrays[other[gate]] for gate in arrays}


def _by_units(order: Gates, arrays: Arrays) -> Arrays:
    whole = np.concatenate([arrays[gate] for gate in order])
    return {gate: whole[k :: len(order)] for k, gate in enumerate(order)}


def _by_gates(order: Gates, arrays: Arrays) -> Arrays:
    whole = np.stack([arrays[gate] for gate in order], axis=1).reshape(-1, arrays[order[0]].shape[-1])
    return dict(zip(order, np.split(whole, len(order)), strict=True))
