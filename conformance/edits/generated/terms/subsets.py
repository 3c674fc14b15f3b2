"""Edits of some factors of a gradient at once: another value stands for what somebody else computes first, x * (y * z) for (x * y) * z."""

from collections.abc import Iterator
from functools import partial, reduce
from itertools import combinations
from operator import mul
from typing import Any

import numpy as np

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import Value, edit, named, other, others
from ..values.inner import FURTHEST
from .products import FACTORS, factors, few

RANK = 0.3  # beyond that of the value


def of_subsets(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Two factors or more, and not all, that are no operand of a product as it is written."""
    nodes = trace.tape.nodes
    is_inner = any(nodes[user].name == "multiply" for user in trace.users[first])
    if group.extent != EACH or nodes[first].name != "multiply" or not trace.is_back(first) or is_inner:
        return
    own = few(trace, first)
    for chosen in _chosen(trace, first, own) if len(own) <= FACTORS else ():
        shape = np.broadcast_shapes(*(trace.shape(own[k]) if type(own[k]) is Id else () for k in chosen))
        for value, _, rank in others(trace, first, shape, shifts=False):
            if rank <= FURTHEST:
                change, text = partial(_replaced, chosen, value), partial(_text, chosen, value)
                yield edit(group, change, "value", text, rank + RANK)


def _chosen(trace: Trace, i: int, own: list[Any]) -> Iterator[tuple[int, ...]]:
    written = [factors(trace, arg) for arg in trace.tape.nodes[i].args if _is_product(trace, arg)]
    for size in range(2, len(own)):
        yield from (c for c in combinations(range(len(own)), size) if [own[k] for k in c] not in written)


def _is_product(trace: Trace, arg: Any) -> bool:
    return type(arg) is Id and trace.tape.nodes[trace.origin(arg)].name == "multiply"


def _replaced(chosen: tuple[int, ...], value: Value, r: Replay, i: int) -> Any:
    own, instead = few(r.trace, i), other(r, i, value)
    if instead is None or chosen[-1] >= len(own):
        return None
    rest = [r.values[f] if type(f) is Id else f for k, f in enumerate(own) if k not in chosen]
    return reduce(mul, rest, instead)


def _text(chosen: tuple[int, ...], value: Value, r: Replay, i: int) -> str:
    rest = (whole(labelled(r.trace, f, at=i)) for k, f in enumerate(few(r.trace, i)) if k not in chosen)
    return " * ".join([whole(named(r.trace, value)), *rest])
