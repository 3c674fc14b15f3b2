"""Recorded steps replayed over arrays: forward into memory that is taken once, backward with all that can wait done for several steps at a time."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, repeat, starmap
from operator import call
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..unroll import Cache
from .grouping import span
from .placing import Place
from .plan import Half, Plan
from .recording import JOINED, LEAF, SLICE, SUMMED, TRANSPOSED, WHERE, Node, Ref, mapped, refs

Floats = NDArray[Any]
Rows = Any  # a sequence, or one for all steps repeated: an operand at each step


def where(mask: NDArray[np.bool_], one: Any, two: Any, out: Floats) -> None:
    np.copyto(out, two)
    np.copyto(out, one, where=mask)


def joined(*parts: Any) -> None:
    *arrays, axis, out = parts
    np.concatenate(arrays, axis, out)


FUNCTIONS: dict[Any, Callable[..., Any]] = {WHERE: where, JOINED: joined}


class Kept(Sequence[Cache]):
    """What each step of a replay has kept, in order of time."""

    def __init__(self, plan: Plan, family: str, parameters: Mapping[str, Floats], order: Sequence[int]) -> None:
        self.plan, self.family, self.parameters, self.order = plan, family, parameters, order
        self.at: dict[int, Any] = {}  # node -> its array at each step that was taken

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, t: Any) -> Any:
        if isinstance(t, slice):
            return [self[i] for i in range(len(self))[t]]
        step = self.order.index(range(len(self))[t])
        arrays = mapped(self.plan.tree, lambda leaf: self._array(leaf.node, step) if isinstance(leaf, Ref) else leaf)
        shapes = tuple(self.at[i][step].shape for i in self.plan.after)
        return Cache(self.family, arrays, self.parameters, shapes)

    def _array(self, i: int, step: int) -> Any:
        whole, begin, end = span(self.plan.forward.nodes, i)
        return self.at[whole][step][begin:end]


def constants(half: Half, parameters: Mapping[str, Floats]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for i in half.constants:
        node = half.nodes[i]
        if node.function == LEAF:
            found[i] = parameters[node.args[0][1]]
        else:
            found[i] = plainly(node.function, [found[a.node] if isinstance(a, Ref) else a for a in node.args])
    return found


def plainly(function: Any, args: list[Any]) -> Any:
    """A node's function, where nothing says where it is put."""
    if function == SLICE:
        return args[0][args[1]]
    if function == TRANSPOSED:
        return args[0].T
    if function == SUMMED:
        return args[0].sum(axis=1, keepdims=True)
    if function == JOINED:
        *parts, axis = args
        return np.concatenate([part.T for part in parts]).T if axis == 1 else np.concatenate(parts, axis)
    if function == WHERE:
        return np.where(*args)
    return function(*args)


def calls(half: Half, at: dict[int, Any], place: Callable[[Place], Rows], often: bool) -> Iterator[Any]:
    """Of each step what is called, and with what; `at` comes to hold every operand. What is read often is laid out for it."""
    operands = []
    for i in half.now:
        node = half.nodes[i]
        if node.function == SLICE:
            at[i] = sliced(at[refs(node)[0]], node.args[1])
            continue
        what, whole, *part = half.places[i]
        if what == "within" and whole not in at:
            at[whole] = place(half.places[whole])
        if i not in at:
            at[i] = sliced(at[whole], part[0]) if what == "within" else place(half.places[i])
        if node.function == JOINED and any(half.places[a][:2] == ("within", i) for a in refs(node) if a in half.places):
            continue
        laid = {a: _laid_out(at[a], node) for a in refs(node) if often and half.nodes[a].kind == "constant"}
        args = [laid.get(a.node, at[a.node]) if isinstance(a, Ref) else repeat(a) for a in node.args]
        operands.append(zip(repeat(FUNCTIONS.get(node.function, node.function)), *args, at[i], strict=False))
    return zip(*operands, strict=False)


def run(steps: Iterable[Any]) -> None:
    """Calls all, one after another: no loop of Python's own is as fast."""
    deque(starmap(call, chain.from_iterable(steps)), maxlen=0)


def sliced(rows: Rows, index: slice) -> Rows:
    return repeat(next(rows)[index]) if isinstance(rows, repeat) else [array[index] for array in rows]


def _laid_out(rows: Any, node: Node) -> Rows:
    """A matrix row by row, a bias with a column for each example: so it is read fastest."""
    array = next(rows)
    if node.function is not np.matmul and array.shape[1] == 1:
        array = np.broadcast_to(array, (array.shape[0], node.shape[1]))
    if array.flags.c_contiguous:
        return repeat(array)
    out = np.empty(array.shape, array.dtype)
    for k in range(0, array.shape[1], LINE):
        out[:, k : k + LINE] = array[:, k : k + LINE]
    return repeat(out)


LINE = 16  # columns that are laid out at once: what is written to stays in the cache
OFTEN = 1000  # columns: of fewer, to lay out a matrix anew costs more than it brings


def room(half: Half, like: Floats) -> Callable[[Place], Rows]:
    """Scratch, each room once."""
    taken: dict[Place, Rows] = {}

    def rows(place: Place) -> Rows:
        if place not in taken:
            _, shape, truth, _ = place
            taken[place] = repeat(np.empty(shape, bool if truth else like.dtype))
        return taken[place]

    return rows


def forward(plan: Plan, kept: Kept, inputs: Sequence[Floats], state: Sequence[Floats]) -> list[tuple[Floats, ...]]:
    """The states after each step that is taken; `inputs` (T, n, m) are in that order."""
    half = plan.forward
    homes, inputs = slab(plan, inputs, state)
    operands: dict[int, Any] = {i: repeat(array) for i, array in constants(half, kept.parameters).items()}
    operands.update({w.joined: homes[w.joined] for w in half.windows})
    read = {*plan.kept, *(a for i in half.now for a in refs(half.nodes[i]))}
    for i, node in enumerate(half.nodes):
        if i in read and node.function == LEAF and node.kind == "value":
            what, j = node.args[0]
            operands[i] = list(inputs[j]) if what == "input" else [state[j], *homes[plan.after[j]][:-1]]
    scratch, often = room(half, state[0]), len(inputs[0]) * state[0].shape[1] >= OFTEN
    steps = calls(half, operands, lambda place: homes[place[1]] if place[0] == "kept" else scratch(place), often)
    run(steps)
    kept.at.update({i: operands[i] for i in plan.kept})
    return list(zip(*(homes[i] for i in plan.after), strict=True))


class Lent:
    """Memory that goes back when no array lies in it any more, for the next that asks: the system clears what it gives anew."""

    def __init__(self, memory: NDArray[np.uint8]) -> None:
        self._memory = memory
        self.__array_interface__ = memory.__array_interface__

    def __del__(self) -> None:
        RETURNED.append(self._memory)
        while sum(memory.nbytes for memory in [*RETURNED]) > HELD:
            with suppress(IndexError):
                RETURNED.pop(0)


# the last pieces; one that is lent is taken out, so that no other thread has it
RETURNED: list[NDArray[np.uint8]] = []
LENDABLE, HELD = range(2**20, 2**26), 2**27  # bytes: less comes fast, and more is not held, in a piece and in all


def lent(length: int, dtype: Any) -> Floats:
    size = length * np.dtype(dtype).itemsize
    if size not in LENDABLE:
        return np.empty(length, dtype)
    others = list[NDArray[np.uint8]]()
    memory = next(_fitting(size, others), None)
    RETURNED.extend(others)
    return np.asarray(Lent(np.empty(size, np.uint8) if memory is None else memory))[:size].view(dtype)


def _fitting(size: int, others: list[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    """Pieces of about the size; those of others go to `others`."""
    with suppress(IndexError):
        while True:
            piece = RETURNED.pop()
            if size <= piece.nbytes <= 2 * size:
                yield piece
            others.append(piece)


def copied(x: Floats, out: Floats) -> Floats:
    """(T, n, m) of what lies with time innermost: so many rows at once that what is written to stays in the cache."""
    rows = max(1, 256 // x.shape[2])
    for k in range(0, x.shape[1], rows):
        out[:, k : k + rows] = x[:, k : k + rows]
    return out


def slab(plan: Plan, inputs: Sequence[Floats], state: Sequence[Floats]) -> tuple[dict[int, list[Floats]], list[Floats]]:
    """Memory for what is kept of every step, in one piece, for fresh memory costs most a piece; and the inputs, copied there or apart."""
    half, T = plan.forward, len(inputs[0])
    joined = {w.joined for w in half.windows}
    within = {plan.after[w.of] if w.what == "before" else w.of for w in half.windows if w.what != "input"}
    whole = [*joined, *(i for i, place in half.places.items() if place == ("kept", i) and i not in within)]
    found: dict[int, Floats] = {}
    for truth, dtype in ((False, state[0].dtype), (True, np.dtype(bool))):
        own = {i: (T + (i in joined), *half.nodes[i].shape) for i in whole if half.nodes[i].truth is truth}
        piece, begin = lent(sum(map(math.prod, own.values())), dtype), 0
        for i, shape in own.items():
            found[i] = piece[begin : (begin := begin + math.prod(shape))].reshape(shape)
    given = [*inputs]
    for joined_in, rows, what, of in half.windows:
        part = found[joined_in][:, rows]
        if what == "input":
            given[of] = copied(given[of], part[:T])
        elif what == "before":
            part[0] = state[of]
            found[plan.after[of]] = part[1:]
        else:
            found[of] = part
    put = {w.of for w in half.windows if w.what == "input"}
    given = [x if j in put else copied(x, np.empty_like(x, order="C")) for j, x in enumerate(given)]
    return {i: list(array[:T]) for i, array in found.items()}, given
