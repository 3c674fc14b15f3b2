"""The way back through steps that were replayed: step by step what the step before needs, the rest for several at a time."""

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np

from ..unroll import Gradients
from .plan import Half, Place
from .recording import LEAF, Ref
from .running import Floats, Kept, Rows, calls, constants, plainly, room

TOGETHER = 16  # steps that are laid side by side as one long batch


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
    functions, steps = calls(half, operands, ends.rows)
    wide = {i: list(operands[i])[::-1] for i in half.crossing}
    waiting = _Waiting(plan.dinputs, {n: plan.gradients[n] for n in plan.gradients}, half, fixed, T)
    for s, rows in zip(range(T)[::-1], steps, strict=True):
        for function, row in zip(functions, rows, strict=True):
            function(*row)
        if s % TOGETHER == 0:
            waiting.done({i: arrays[s : s + TOGETHER] for i, arrays in wide.items()}, s)
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
            slots = np.empty((TOGETHER, *self._half.nodes[i].shape), self._like.dtype)
            return [slots[s % TOGETHER] for s in range(self._T)[::-1]]
        return self._scratch(place)


class _Waiting:
    """What is done for several steps at a time, as for one step with a long batch; sums over the batch add up."""

    def __init__(
        self, dinputs: Sequence[int], gradients: dict[str, int], half: Half, fixed: dict[int, Any], T: int
    ) -> None:
        self._into, self._names, self._half, self._fixed, self._T = dinputs, gradients, half, fixed, T
        self._sums: dict[int, Floats] = {}
        self._room: dict[int, Floats] = {}
        self.dinputs: list[Any] = [None] * len(dinputs)

    def done(self, arrays: dict[int, Sequence[Floats]], begin: int) -> None:
        found = {**self._fixed, **{i: self._beside(i, steps) for i, steps in arrays.items()}}
        nodes, width = self._half.nodes, max(a.shape[1] for i, a in found.items() if i in arrays)
        for i in self._half.late:
            args = [found[a.node] if isinstance(a, Ref) else a for a in nodes[i].args]
            found[i] = self._made(i, args, width)
        for k, i in enumerate(self._into):
            (n, m), steps = nodes[i].shape, found[i].shape[1] // nodes[i].shape[1]
            if self.dinputs[k] is None:
                self.dinputs[k] = np.empty((self._T, n, m), found[i].dtype)
            self.dinputs[k][begin : begin + steps] = found[i].reshape(n, steps, m).transpose(1, 0, 2)
        for i in {*self._names.values()}:
            if i in self._sums:
                np.add(self._sums[i], found[i], self._sums[i])
            else:
                self._sums[i] = found[i].copy()

    def _made(self, i: int, args: list[Any], width: int) -> Floats:
        """As it is plainly made, into the memory that it was made into before: to take fresh memory costs more than to fill it."""
        node, before = self._half.nodes[i], self._room.get(i)
        shape = (node.shape[0], node.shape[1] if node.kind == "sum" else width)
        if before is None or before.shape != shape or not isinstance(node.function, np.ufunc):
            before = self._room[i] = plainly(node.function, args)
            return before
        return node.function(*args, before)

    def _beside(self, i: int, steps: Sequence[Floats]) -> Floats:
        n, m = steps[0].shape
        if i not in self._room:
            self._room[i] = np.empty(n * m * TOGETHER, steps[0].dtype)
        wide = self._room[i][: n * m * len(steps)].reshape(n, m * len(steps))
        return np.concatenate(steps, axis=1, out=wide)

    def gradients(self) -> Gradients:
        """By name; none shares memory with another."""
        names = list(self._names.items())
        first = {i: name for name, i in reversed(names)}
        return {name: self._sums[i] if first[i] == name else self._sums[i].copy() for name, i in names}
