"""Edits of numbers that lengths of axes give: a scale by another axis, or the usual scale in the place of one that is given."""

from collections.abc import Callable, Iterator, Mapping
from math import sqrt
from typing import Any

import numpy as np

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Trace
from ..making.editing import edit, told

SCALES: Mapping[str, Callable[[int], float]] = {
    "1 / sqrt({})": lambda n: 1 / sqrt(n),
    "1 / {}": lambda n: 1 / n,
    "sqrt({})": sqrt,
}


def of_lengths(trace: Trace) -> Iterator[Edit]:
    for name, i in trace.inputs.items():
        if name in trace.operation.all_options and trace.shape(i) == ():
            for text, of in SCALES.items():
                for axis in trace.dims:
                    yield edit(Group(named(name)), _filled(axis, of), "given", told(text.format(axis)))
    for key, ids in trace.places.items():
        node = trace.tape.nodes[ids[0]]
        if node.name == "full" and node.args[1] in trace.dims.values():
            for axis in trace.dims:
                yield edit(Group(*key), _filled(axis, float), "value", told(axis))


def _filled(axis: str, of: Callable[[int], float]) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        length = r.trace.dims.get(axis)
        return None if length is None else np.full(r.trace.shape(i), of(length))

    return change
