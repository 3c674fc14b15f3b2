"""A shape that is wrong in a way that keeps the elements: what is wrong with the axes, and the array as the contract has it.

No shape is forgiven: what is repaired is judged so that a mistake in the values is not hidden by one in the axes.
"""

from dataclasses import dataclass
from itertools import permutations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
ORDER = "the axes are in another order"
THEN = "in the contract's, "


@dataclass(frozen=True)
class Repair:
    """`array` is None where lengths that are equal do not tell which axis is which; `order` is that of transposing, where one does it."""

    words: str
    then: str = ""  # in which form the values are judged
    array: NDArray[Any] | None = None
    order: Shape = ()


def repaired(output: str, got: NDArray[Any], want: Shape, axes: str) -> Repair | None:
    """What is wrong with an array's axes, None where its shape is right or the elements are others."""
    if got.shape == want or got.size != prod(want) or not got.size:
        return None
    shapes = f"{output} has shape {got.shape}, want {want} ({axes})"
    if got.ndim == len(want):
        return _transposed(output, got, want, axes.split(), shapes)
    if _long(got.shape) == _long(want):
        return Repair(f"{shapes}: the same elements, {_difference(got.shape, want)}", array=got.reshape(want))
    return None


def orders(given: Shape, want: Shape) -> list[Shape]:
    """The ways to transpose one shape into the other."""
    if sorted(given) != sorted(want):  # which leaves few axes to try
        return []
    return [order for order in permutations(range(len(given))) if tuple(given[k] for k in order) == want]


def _transposed(output: str, got: NDArray[Any], want: Shape, names: list[str], shapes: str) -> Repair | None:
    found = orders(got.shape, want)
    if not found:
        return None
    # axes of length 1 may stand anywhere
    if len({tuple(k for k in order if got.shape[k] > 1) for order in found}) > 1:
        return Repair(f"{shapes}: {ORDER}, and lengths that are equal do not tell in which")
    array = np.ascontiguousarray(got.transpose(found[0]))
    if len(found) > 1 or len(names) != len(want):
        return Repair(f"{shapes}: {ORDER}", THEN, array)
    (order,) = found
    given = ", ".join(names[order.index(k)] for k in range(got.ndim))
    return Repair(f"{output} is ({given}), want ({', '.join(names)}): {ORDER}", THEN, array, order)


def _long(shape: Shape) -> Shape:
    return tuple(length for length in shape if length > 1)


def _difference(given: Shape, want: Shape) -> str:
    """`without the last axis`, `with an axis more`."""
    if len(given) > len(want):
        more = len(given) - len(want)
        return f"with {'an axis' if more == 1 else f'{more} axes'} of length 1 more"
    left_out = [k for k in range(len(want)) if want[k] == 1 and want[:k] + want[k + 1 :] == given]
    if len(left_out) != 1:
        return f"without {len(want) - len(given)} of its axes of length 1"
    last = left_out[0] == len(want) - 1
    return "without the last axis" if last else f"without axis {left_out[0]}"
