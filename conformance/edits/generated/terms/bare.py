"""Edits of a product with numbers, also of one that is summed: without a factor and the numbers, which others have in that factor."""

from collections.abc import Iterator
from functools import partial, reduce
from operator import mul
from typing import Any, NamedTuple

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import edit
from .products import FACTORS, factors

NUMBERED = ("negative", "multiply")


class Bare(NamedTuple):
    """The sums that a product goes through, from the outermost one, and its factors."""

    sums: tuple[int, ...]
    factors: list[Any]


def of_bare(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """-(c * (x * y).sum()) as y.sum(), as where a gradient c has been taken into x."""
    found = _bare(trace, first) if group.extent == EACH else None
    for k in range(len(found.factors)) if found and 2 <= len(found.factors) <= FACTORS else ():
        yield edit(group, partial(_without, k), "terms", partial(_text, k), 1.15)


def _bare(trace: Trace, i: int) -> Bare | None:
    """Of numbers times a product, or a sum of it; None where there are no numbers or nothing else."""
    has_numbers, sums = False, list[int]()
    while (inner := _without_numbers(trace, i)) is not None:
        i, has_numbers = inner, True
    while trace.tape.nodes[i].name == "sum":
        sums.append(i)
        i = trace.tape.nodes[i].args[0]
    node = trace.tape.nodes[i]
    return Bare(tuple(sums), factors(trace, i)) if has_numbers and node.name == "multiply" else None


def _without_numbers(trace: Trace, i: int) -> int | None:
    """What a node is a number times, or has the other sign of; None where it is neither."""
    node = trace.tape.nodes[i]
    own = [arg for arg in node.args if type(arg) is Id] if node.name in NUMBERED else []
    return own[0] if len(own) == 1 else None


def _without(k: int, r: Replay, i: int) -> Any:
    found = _bare(r.trace, i)
    if found is None or k >= len(found.factors):
        return None
    value = reduce(mul, [r.values[f] if type(f) is Id else f for j, f in enumerate(found.factors) if j != k])
    for one in found.sums[::-1]:
        node = r.trace.tape.nodes[one]
        value = r.computed(node, (value, *node.args[1:]))
    return value


def _text(k: int, r: Replay, i: int) -> str:
    found = _bare(r.trace, i)
    assert found
    own = " * ".join(whole(labelled(r.trace, f, at=i)) for j, f in enumerate(found.factors) if j != k)
    for one in found.sums[::-1]:
        own = f"{whole(own)}.sum(axis={r.trace.tape.nodes[one].args[1]})"
    return own
