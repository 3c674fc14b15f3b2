"""Forms of what is read or written by an index of memory, as programs do it: another length, or none, multiplies it."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from .forms import Form, Value

LETTERS = "ijkl"
OVER_TIME = "T_x"
UNITS, EXAMPLES = "n", "m"
RANK = 1.25


class Index(NamedTuple):
    """The axes of an array in an order, and by which lengths what comes before each but the first is multiplied; "" for none."""

    order: tuple[int, ...]
    lengths: tuple[str, ...]

    def text(self, axes: tuple[str, ...]) -> str:
        letters = [("t" if axes[a] == OVER_TIME else LETTERS[a]) for a in self.order]
        words = letters[0]
        for letter, length in zip(letters[1:], self.lengths, strict=True):
            whole = f"({words})" if " + " in words and length else words
            times = f"({length.replace('+', ' + ')})" if "+" in length else length
            words = f"{whole} * {times} + {letter}" if length else f"{words} + {letter}"
        return words

    def of(self, shape: tuple[int, ...], dims: Mapping[str, int]) -> Value | None:
        """The place of each element, shaped as these are; None where one is beyond the array."""
        places = np.indices(shape)
        at = places[self.order[0]]
        for a, length in zip(self.order[1:], self.lengths, strict=True):
            at = at * (sum(dims[axis] for axis in length.split("+")) if length else 1) + places[a]
        return at if at.size and at.max() < at.size else None


def indices(axes: tuple[str, ...], lengths: tuple[str, ...]) -> Iterator[Index]:
    """One length is another of these, or left out; of two axes also the other one first."""
    order, own = tuple(range(len(axes))), axes[1:]
    for k, length in enumerate(own):
        yield from (Index(order, (*own[:k], other, *own[k + 1 :])) for other in (*lengths, "") if other != length)
    if len(axes) == 2:
        yield from (Index((1, 0), (length,)) for length in dict.fromkeys(axes))


def read(z: Value, at: Value) -> Value:
    return z.reshape((-1,))[at]


def written(z: Value, at: Value) -> Value:
    """The last that comes to a place stays; 0 where nothing comes."""
    source = np.full(at.size, -1)
    source[at.ravel()] = np.arange(at.size)
    return (z.reshape((-1,))[source] * (source >= 0)).reshape(z.shape)


def of_states() -> Iterator[Form]:
    """Of what has units and examples, kept in either order."""
    for order in ((0, 1), (1, 0)):
        axes = (UNITS, EXAMPLES)
        kept = tuple(axes[a] for a in order)
        right = Index(order, (kept[1],))
        wrong = [Index(order, ("",)), Index(order, (kept[0],)), Index(order[::-1], (kept[0],))]
        for index in wrong:
            words = f"kept as ({', '.join(kept)})"
            text = f"{{}}, {words}, read at {index.text(axes)}"
            yield Form(text, partial(_moved, right, index), RANK)
            if index.order == order:
                yield Form(f"{{}}, {words}, written to {index.text(axes)}", partial(_moved, index, right), RANK)


def _moved(to: Index, of: Index, z: Value) -> Value | None:
    """Written by one index and read by another one."""
    shape = z.shape
    if len(shape) != 2:
        return None
    dims = dict(zip((UNITS, EXAMPLES), shape, strict=True))
    places, taken = to.of(shape, dims), of.of(shape, dims)
    return None if places is None or taken is None else read(written(z, places), taken)
