"""Recorded steps replayed over arrays: forward into memory that is taken once, backward with all that can wait done for several steps at a time."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..unroll import Cache
from .plan import Half, Place, Plan
from .recording import JOINED, LEAF, SLICE, SUMMED, TRANSPOSED, WHERE, Ref, mapped, refs

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
        arrays = mapped(self.plan.tree, lambda leaf: self.at[leaf.node][step] if isinstance(leaf, Ref) else leaf)
        shapes = tuple(self.at[i][step].shape for i in self.plan.after)
        return Cache(self.family, arrays, self.parameters, shapes)


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
        return np.concatenate(args[:-1], axis=args[-1])
    if function == WHERE:
        return np.where(*args)
    return function(*args)


def calls(half: Half, at: dict[int, Any], rows: Callable[[Place], Rows]) -> tuple[list[Any], Iterator[Any]]:
    """The functions of a step, and what each is called with at each step; `at` comes to hold every operand."""
    functions, operands = [], []
    for i in half.now:
        node = half.nodes[i]
        args = [at[a.node] if isinstance(a, Ref) else repeat(a) for a in node.args]
        if node.function == SLICE:
            index = node.args[1]
            at[i] = repeat(next(args[0])[index]) if isinstance(args[0], repeat) else [a[index] for a in args[0]]
            continue
        at[i] = rows(half.places[i])
        functions.append(FUNCTIONS.get(node.function, node.function))
        operands.append(zip(*args, at[i], strict=False))
    return functions, zip(*operands, strict=False)


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
    homes = slab(plan, inputs, state)
    operands: dict[int, Any] = {i: repeat(array) for i, array in constants(half, kept.parameters).items()}
    operands.update({w.joined: homes[w.joined] for w in half.windows})
    read = {*plan.kept, *(a for i in half.now for a in refs(half.nodes[i]))}
    for i, node in enumerate(half.nodes):
        if i in read and node.function == LEAF and node.kind == "value":
            what, j = node.args[0]
            operands[i] = list(inputs[j].copy()) if what == "input" else [state[j], *homes[plan.after[j]][:-1]]
    scratch = room(half, state[0])
    functions, steps = calls(half, operands, lambda place: homes[place[1]] if place[0] == "kept" else scratch(place))
    for rows in steps:
        for function, row in zip(functions, rows, strict=True):
            function(*row)
    kept.at.update({i: operands[i] for i in plan.kept})
    return list(zip(*(homes[i] for i in plan.after), strict=True))


class Lent:
    """Memory that goes back when no array lies in it any more, for the next that asks: the system clears what it gives anew."""

    def __init__(self, memory: NDArray[np.uint8]) -> None:
        self._memory = memory
        self.__array_interface__ = memory.__array_interface__

    def __del__(self) -> None:
        RETURNED[:] = [self._memory]


RETURNED: list[NDArray[np.uint8]] = []  # the last piece, if any
LENDABLE = range(2**20, 2**26)  # bytes: less comes fast, and more is not held


def lent(length: int, dtype: Any) -> Floats:
    size = length * np.dtype(dtype).itemsize
    if size not in LENDABLE:
        return np.empty(length, dtype)
    try:
        memory = RETURNED.pop()
    except IndexError:
        memory = np.empty(size, np.uint8)
    if not size <= memory.nbytes <= 2 * size:
        memory = np.empty(size, np.uint8)
    return np.asarray(Lent(memory))[:size].view(dtype)


def slab(plan: Plan, inputs: Sequence[Floats], state: Sequence[Floats]) -> dict[int, list[Floats]]:
    """Memory for what is kept of every step: in one piece, for fresh memory costs most a piece."""
    half, T = plan.forward, len(inputs[0])
    joined = {w.joined for w in half.windows}
    within = {plan.after[w.of] if w.what == "state" else w.of for w in half.windows if w.what != "input"}
    whole = [*joined, *(i for i, place in half.places.items() if place == ("kept", i) and i not in within)]
    found: dict[int, Floats] = {}
    for truth, dtype in ((False, state[0].dtype), (True, np.dtype(bool))):
        own = {i: (T + (i in joined), *half.nodes[i].shape) for i in whole if half.nodes[i].truth is truth}
        piece, begin = lent(sum(map(math.prod, own.values())), dtype), 0
        for i, shape in own.items():
            found[i] = piece[begin : (begin := begin + math.prod(shape))].reshape(shape)
    for joined_in, rows, what, of in half.windows:
        part = found[joined_in][:, rows]
        if what == "input":
            part[:T] = inputs[of]
        elif what == "state":
            part[0] = state[of]
            found[plan.after[of]] = part[1:]
        else:
            found[of] = part
    return {i: list(array[:T]) for i, array in found.items()}
