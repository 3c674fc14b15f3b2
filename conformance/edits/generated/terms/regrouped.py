"""Edits of products with a gradient, to what they are by a value of the forward that is some of their factors at once.

As long as the forward is right that is the same: `da * o * tanh_c * (1 - o)` is `da * a_next * (1 - o)`.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import combinations
from operator import mul
from typing import Any

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import Value, edit, named, other
from .equals import Right, is_same, pool_of, varies
from .products import factors

MOST = 5  # factors
RANK = 1.1


def of_regrouped(trace: Trace) -> Iterator[Edit]:
    right, nodes = Right(trace), trace.tape.nodes
    for key, (i, *more) in trace.places.items():
        is_inner = any(nodes[user].name == "multiply" for user in trace.users[i])
        if i < trace.begun or nodes[i].name != "multiply" or is_inner or not varies(right.values[i]):
            continue
        pool, own = pool_of(right, i), factors(trace, i)
        for size in range(2, len(own) if len(own) <= MOST else 0):
            for chosen in combinations(range(len(own)), size):
                for value in pool:
                    if all(is_same(other(right, j, value), _product(right, j, chosen)) for j in (i, *more)):
                        yield _edit(Group(*key), chosen, value)


def _product(r: Replay, i: int, chosen: Sequence[int]) -> Any:
    """Of these factors; None where there are not so many."""
    own = factors(r.trace, i)
    if not chosen or chosen[-1] >= len(own):
        return None
    return reduce(mul, (r.values[f] if type(f) is Id else f for f in (own[k] for k in chosen)))


def _edit(group: Group, chosen: tuple[int, ...], value: Value) -> Edit:
    def change(r: Replay, i: int) -> Any:
        rest = [k for k in range(len(factors(r.trace, i))) if k not in chosen]
        own, product = other(r, i, value), _product(r, i, rest)
        return None if own is None or product is None else product * own

    def text(r: Replay, i: int) -> str:
        rest = [factor for k, factor in enumerate(factors(r.trace, i)) if k not in chosen]
        return " * ".join([*(whole(labelled(r.trace, factor)) for factor in rest), whole(named(r.trace, value))])

    return edit(group, change, "equal", text, RANK)
