"""The way back through steps that were replayed: step by step what the step before needs, the rest for several at a time."""

import math
from collections.abc import Sequence
from itertools import islice, repeat
from typing import Any

import numpy as np

from ..unroll import Gradients
from .placing import Place, base
from .plan import Half, Plan
from .recording import LEAF, SUMMED, Ref, refs
from .running import OFTEN, Floats, Kept, Rows, calls, constants, lent, plainly, room, run

COLUMNS = 512  # about so many are laid side by side, as one long batch


def together(m: int) -> int:
    """Steps of m examples that are done at once."""
    return max(1, COLUMNS // max(1, m))


def backward(
    kept: Kept, doutputs: Sequence[Floats], dfinal: Sequence[Floats]
) -> tuple[list[Floats], tuple[Floats, ...], Gradients]:
    """Gradients into each input (T, n, m) in the order of steps, into the state before and into the parameters."""
    plan, T = kept.plan, len(kept)
    half = plan.backward
    fixed = constants(half, kept.parameters)
    ends = _Ends(half, T, dfinal)
    operands: dict[int, Any] = {i: repeat(array) for i, array in fixed.items()}
    for i, node in enumerate(half.nodes):
        if node.function == LEAF and node.kind == "value":
            what, j = node.args[0]
            steps: Any = kept.at[j] if what == "kept" else ends.before[j] if what == "state" else doutputs
            operands[i] = steps[::-1]
    steps = calls(half, operands, ends.rows, T * dfinal[0].shape[1] >= OFTEN)
    wide = {i: list(operands[i])[::-1] for i in half.crossing}
    count = min(T, together(dfinal[0].shape[1]))
    waiting = _Waiting(plan, fixed, T, count, dfinal[0])
    for s in range(0, T, count)[::-1]:
        run(islice(steps, min(count, T - s)))
        waiting.done({i: arrays[s : s + count] for i, arrays in wide.items()}, s)
    return waiting.dinputs, tuple(arrays[0] for arrays in ends.after), waiting.gradients()


class _Ends:
    """Where the gradient into the state before a step is put: two places by turns, of which the next step reads the one."""

    def __init__(self, half: Half, T: int, dfinal: Sequence[Floats]) -> None:
        self._half, self._T, self._like = half, T, dfinal[0]
        pairs = [np.empty((2, *d.shape), d.dtype) for d in dfinal]
        self.after = [[pair[s % 2] for s in range(T)] for pair in pairs]
        self.before = [[*places[1:], d] for places, d in zip(self.after, dfinal, strict=True)]
        self._scratch = room(half, dfinal[0])

    def rows(self, place: Place) -> Rows:
        what, i = place[:2]
        if what == "state":
            return self.after[i][::-1]
        if what == "slot":
            count, shape = min(self._T, together(self._like.shape[1])), self._half.nodes[i].shape
            slots = lent(count * math.prod(shape), self._like.dtype).reshape(count, *shape)
            return [slots[s % count] for s in range(self._T)[::-1]]
        return self._scratch(place)


class _Waiting:
    """What is done for several steps at a time, as for one step with a long batch; sums over the batch add up."""

    def __init__(self, plan: Plan, fixed: dict[int, Any], T: int, count: int, like: Floats) -> None:
        self._into, self._names, self._half, self._fixed = plan.dinputs, plan.gradients, plan.backward, fixed
        self._sums: dict[int, Any] = dict.fromkeys(base(self._half.nodes, i) for i in self._names.values())
        self._room = _rooms(self._half, like, count)
        self._one = np.ones((like.shape[1] * count, 1), like.dtype)
        self.dinputs: list[Any] = [np.empty((T, *self._half.nodes[i].shape), like.dtype) for i in self._into]

    def done(self, arrays: dict[int, Sequence[Floats]], begin: int) -> None:
        count = len(next(iter(arrays.values())))
        outs = {i: None if steps[0].dtype == bool else self._out(i, count) for i, steps in arrays.items()}
        beside = {i: np.concatenate(steps, axis=1, out=outs[i]) for i, steps in arrays.items()}
        found: dict[int, Any] = {**self._fixed, **beside}
        for i in self._half.late:
            found[i] = self._made(i, found, count)
        for dinput, i in zip(self.dinputs, self._into, strict=True):
            n, m = self._half.nodes[i].shape
            dinput[begin : begin + count] = found[i].reshape(n, count, m).transpose(1, 0, 2)
        for i, before in self._sums.items():
            self._sums[i] = found[i].copy() if before is None else np.add(before, found[i], before)

    def _out(self, i: int, steps: int) -> Floats:
        """Memory that is taken once: to take fresh memory costs more than to fill it."""
        height, width = self._half.nodes[i].shape
        width *= 1 if self._half.nodes[i].kind == "sum" else steps
        return self._room[i][: height * width].reshape(height, width)

    def _made(self, i: int, found: dict[int, Any], steps: int) -> Floats:
        node = self._half.nodes[i]
        args = [found[a.node] if isinstance(a, Ref) else a for a in node.args]
        if node.function == SUMMED and args[0].dtype != np.float16:  # of which no product is fast
            return np.matmul(args[0], self._one[: args[0].shape[1]], self._out(i, steps))
        if isinstance(node.function, np.ufunc) and not node.truth:
            return node.function(*args, self._out(i, steps))
        return plainly(node.function, args)

    def gradients(self) -> Gradients:
        """By name; none shares memory with another."""
        return {name: self._part(i).copy() for name, i in self._names.items()}

    def _part(self, i: int) -> Any:
        node = self._half.nodes[i]
        return self._sums[i] if i in self._sums else self._part(refs(node)[0])[node.args[1]]


def _rooms(half: Half, like: Floats, count: int) -> dict[int, Floats]:
    """Memory for what is done late of several steps, in one piece."""
    nodes, found, begin = half.nodes, dict[int, Floats](), 0
    made = [i for i in half.late if isinstance(nodes[i].function, np.ufunc) or nodes[i].function == SUMMED]
    sizes = {i: math.prod(nodes[i].shape) * (1 if nodes[i].kind == "sum" else count) for i in (*half.crossing, *made)}
    piece = lent(sum(sizes.values()), like.dtype)
    for i, size in sizes.items():
        found[i] = piece[begin : (begin := begin + size)]
    return found
