"""Padding and packing a second time, on lists: for tests/oracle.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
Sequences = list[list[Any]]  # an example's steps, of every example


def given(inputs: Arrays) -> Sequences:
    return [array.tolist() for name, array in inputs.items() if name.startswith("sequences[")]


def cut(inputs: Arrays) -> Sequences:
    """The sequences that stand in a padded array, without their padding."""
    rows = inputs["padded"].tolist()
    examples = rows if inputs.get("batch_first") else [list(steps) for steps in zip(*rows, strict=True)]
    return [steps[:length] for steps, length in zip(examples, inputs["lengths"].tolist(), strict=True)]


def filled(sequences: Sequences, inputs: Arrays, shape: tuple[int, ...], T: int) -> dict[str, Any]:
    filler = np.full(shape, inputs.get("padding_value", 0.0)).tolist()
    examples = [steps + [filler] * (T - len(steps)) for steps in sequences]
    return {"padded": examples if inputs.get("batch_first") else list(zip(*examples, strict=True))}


def pad(inputs: Arrays) -> dict[str, Any]:
    sequences = given(inputs)
    return filled(sequences, inputs, inputs["sequences[0]"].shape[1:], max(map(len, sequences)))


def packed(sequences: Sequences, inputs: Arrays) -> dict[str, Any]:
    order = list(range(len(sequences)))
    if not inputs.get("enforce_sorted", True):
        order.sort(key=lambda j: -len(sequences[j]))  # stable: equal lengths stay in their order
    steps = [[sequences[j][t] for j in order if t < len(sequences[j])] for t in range(max(map(len, sequences)))]
    return {
        "data": [row for rows in steps for row in rows],
        "batch_sizes": [len(rows) for rows in steps],
        "sorted_indices": order,
        "unsorted_indices": [order.index(j) for j in range(len(order))],
    }


def unpack(inputs: Arrays) -> dict[str, Any]:
    sizes, rows = inputs["batch_sizes"].tolist(), iter(inputs["data"].tolist())
    longest_first: Sequences = [[] for _ in range(sizes[0])]
    for size in sizes:
        for steps in longest_first[:size]:
            steps.append(next(rows))
    sequences = [longest_first[place] for place in inputs["unsorted_indices"].tolist()]
    T = int(inputs.get("total_length", len(sizes)))
    return {**filled(sequences, inputs, inputs["data"].shape[1:], T), "lengths": [len(steps) for steps in sequences]}


OPERATIONS: dict[str, Callable[[Arrays], dict[str, Any]]] = {
    "pad_sequence": pad,
    "pack_sequence": lambda inputs: packed(given(inputs), inputs),
    "pack_padded_sequence": lambda inputs: packed(cut(inputs), inputs),
    "pad_packed_sequence": unpack,
}
