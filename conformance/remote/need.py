"""How much an answer may be: what its arrays need, however they are written, and room for words."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rnnspec.reference.contract import INTEGERS, Axes, Kind, Operation

from ..candidate import Arrays

WORDS = 1 << 20  # bytes for all that is no number
NUMBER = 64  # bytes for one: -2.2250738585072014e-308 has 24, a base64 of eight bytes 11
PARTS = 10_000  # brackets and colons in words


@dataclass(frozen=True)
class Need:
    """What an answer with so many numbers takes. What is longer, or has more parts, is not worth its parsing."""

    numbers: int = 0

    @property
    def bytes(self) -> int:
        return WORDS + NUMBER * self.numbers

    @property
    def parts(self) -> int:
        """Lists, objects and keys: at worst a list for every number, and one around."""
        return PARTS + 4 * self.numbers


ONLY_WORDS = Need()


def need(operation: Operation, given: Arrays, outputs: Axes) -> Need:
    """What the outputs of an operation need, at most, by the arrays that it is given."""
    whole = sum(array.size for array in given.values())
    if operation.kind is Kind.ELEMENTWISE:
        return Need(whole)
    if operation.kind is Kind.CONTAINER:  # values are moved, and each sequence filled up
        return Need(len(outputs) * whole * max(_lengths_told(given)))
    lengths = _axes(operation, given, whole)
    return Need(sum(_product(axes, lengths) for axes in outputs.values()))


def _lengths_told(given: Arrays) -> Iterator[int]:
    """Those of arrays, and those that stand in one, as total_length does."""
    yield 1
    for name, array in given.items():
        yield from (int(n) for n in (array.ravel() if name in INTEGERS else array.shape))


def _axes(operation: Operation, given: Arrays, unknown: int) -> dict[str, int]:
    """Axes and their lengths, by the arrays that have them; the larger, where layers call unequal lengths by one name.

    Where what is given is wrong, and to be refused, some may be unknown.
    """
    known = {**operation.inputs, **operation.all_options, **(operation.forward or operation).parameters}
    lengths = defaultdict(lambda: unknown, {"n_l": _layers(given), "n_d": 2})
    for name, array in given.items():
        for axis, length in zip(known.get(name.partition("[")[0], "").split(), array.shape, strict=False):
            lengths[axis] = max(length, lengths.get(axis, 0))
    return lengths


def _layers(given: Arrays) -> int:
    """One more than the highest layer of a parameter as `Wf[1][0]` is."""
    return 1 + max((int(name.split("[")[1][:-1]) for name in given if name.endswith("]")), default=0)


def _product(axes: str, lengths: Mapping[str, int]) -> int:
    """The size of an array with axes as `n_d*n_a m` and `n_a n_a+n_x`."""
    return math.prod(lengths[axis] if axis in lengths else _sum(axis, lengths) for axis in axes.split())


def _sum(axis: str, lengths: Mapping[str, int]) -> int:
    return sum(math.prod(int(n) if n.isdigit() else lengths[n] for n in term.split("*")) for term in axis.split("+"))
