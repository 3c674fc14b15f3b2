"""Layers of one family, each of one or two directions, written apart from the kit: nothing here comes from rnnspec."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from writings.apart_cells import Array, Gradients, Parameters, State
from writings.apart_sequences import Walk, initial, upstream, walk, walk_back

Layers = Sequence[Sequence[Parameters]]


class Network:
    """The two operations of a network of one cell; the second direction runs reversed."""

    def __init__(self, cell_type: Any) -> None:
        self.cell_type = cell_type

    def forward(self, x: Array, a0: Any, parameters: Layers, *, c0: Any = None, lengths: Any = None) -> tuple[Any, ...]:
        layers: list[list[Walk]] = []
        below = x
        for layer in parameters:
            walks = []
            for direction, p in enumerate(layer):
                place = len(layers) * len(layer) + direction
                first = initial(self.cell_type, p, x, *(None if s is None else s[place] for s in (a0, c0)))
                walks.append(walk(self.cell_type(p), below, first, lengths, direction == 1))
            below = np.concatenate([w.packing.in_time(w.states[0]) for w in walks])
            layers.append(walks)
        final = [np.stack(s) for s in zip(*(w.final for walks in layers for w in walks), strict=True)]
        return (below, *final, (layers, c0 is not None))

    def backward(self, da: Array, caches: Any, *, da_last: Any = None, dc_last: Any = None) -> dict[str, Any]:
        layers, c0_given = caches
        gradients: list[list[Gradients]] = []
        first: list[State] = []
        above = da
        for number, walks in reversed(list(enumerate(layers))):
            into, found = np.split(above, len(walks)), []
            for direction, w in enumerate(walks):
                place = number * len(walks) + direction
                given = [None if s is None else s[place] for s in (da_last, dc_last)]
                found.append(walk_back(w, w.packing.columns(into[direction]), upstream(w.final, given)))
            above = np.add.reduce([dx for dx, _, _ in found])
            first = [before for _, before, _ in found] + first
            gradients.insert(0, [own for _, _, own in found])
        da0, *dc0 = (np.stack(s) for s in zip(*first, strict=True))
        result = {"dx": above, "da0": da0, "parameters": gradients}
        return {**result, "dc0": dc0[0]} if c0_given else result

    def operations(self) -> tuple[Any, Any]:
        return self.forward, self.backward
