"""Edits of some factors of a product of a backward: those of the step at the other end of the run, as of a list that is not turned round."""

from collections.abc import Iterator
from functools import partial, reduce
from itertools import chain, combinations
from operator import mul
from typing import Any

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import edit, seen
from .products import FACTORS, factors

RANK = 1.2
MIRRORED = "{} of T_x - 1 - t"


def of_mirrored(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """x * y * z with x, or x * y, and so on, as another step has them."""
    node = trace.tape.nodes[first]
    if group.extent != EACH or not trace.is_back(first) or node.step is None or node.name != "multiply":
        return
    own = factors(trace, first)
    places = range(len(own)) if 1 < len(own) <= FACTORS else ()
    for chosen in chain.from_iterable(combinations(places, size) for size in range(1, len(own))):
        yield edit(group, partial(_mirrored, chosen), "value", partial(_text, chosen), RANK)


def _mirrored(chosen: tuple[int, ...], r: Replay, i: int) -> Any:
    """The same factors of what the other step computes there."""
    trace, (layer, direction, t) = r.trace, r.trace.tape.nodes[i].step or (0, 0, 0)
    key = trace.tape.nodes[i].place, trace.tape.nodes[i].k
    own, j = factors(trace, i), trace.at_step.get((key, (layer, direction, trace.steps - 1 - t)))
    there = factors(trace, j) if j is not None else []
    if len(there) != len(own):
        return None
    each = [
        seen(r, one, i) if type(one) is Id else one
        for one in (there[k] if k in chosen else f for k, f in enumerate(own))
    ]
    return None if any(one is None for one in each) else reduce(mul, each) + 0 * r.plain(i)


def _text(chosen: tuple[int, ...], r: Replay, i: int) -> str:
    own = factors(r.trace, i)
    there, here = ([f for k, f in enumerate(own) if (k in chosen) is of] for of in (True, False))
    left, right = (" * ".join(whole(labelled(r.trace, f, at=i)) for f in each) for each in (there, here))
    return f"{MIRRORED.format(f'({left})' if len(there) > 1 else left)} * {right}"
