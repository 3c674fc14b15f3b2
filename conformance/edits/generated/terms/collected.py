"""Edits of a gradient's factors that are a value of the forward together, as people write them: another value in the place of that.

`dh * o / n * (c / n)` is `dh / n * h` where h is `o * c / n`; with another state in its place it is `dh / n * h_prev`.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial, reduce
from operator import mul
from typing import Any, NamedTuple

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import Value, at_own_step, edit, named, other, others

MOST = 6  # factors
RANK = 0.2  # beyond that of the value


class Power(NamedTuple):
    """A factor, or what is divided by."""

    arg: Any
    is_above: bool

    def of(self, r: Replay) -> Any:
        value = r.values[self.arg] if type(self.arg) is Id else self.arg
        return value if self.is_above else 1 / value


def of_collected(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if group.extent != EACH or not trace.is_back(first) or node.name not in ("multiply", "divide"):
        return
    own = _powers(trace, first)
    for j, chosen in _collected(trace, first, own) if len(own) <= MOST else ():
        for value, _, rank in others(trace, first, trace.shape(first), j, shifts=False):
            yield edit(group, partial(_with, chosen, value), "value", partial(_text, chosen, value), RANK + rank)


def _powers(trace: Trace, i: int, is_above: bool = True) -> list[Power]:
    """Of products and quotients of one step all factors."""
    node, found = trace.tape.nodes[trace.origin(i)], list[Power]()
    for a, arg in enumerate(node.args):
        is_own = is_above is (a == 0 or node.name == "multiply")
        inner = trace.tape.nodes[trace.origin(arg)] if type(arg) is Id else node
        is_opened = inner is not node and inner.name in ("multiply", "divide") and inner.step == node.step
        found += _powers(trace, arg, is_own) if is_opened else [Power(arg, is_own)]
    return found


def _collected(trace: Trace, i: int, own: list[Power]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The values of the forward that are several of these, and not all, with which."""
    origins = [_origin(trace, power) for power in own]
    for key in trace.places:
        j = at_own_step(trace, i, key)
        node = trace.tape.nodes[i if j is None else j]
        if j is None or j >= trace.begun or node.name not in ("multiply", "divide") or trace.shape(j) != trace.shape(i):
            continue
        wanted, chosen = Counter(_origin(trace, power) for power in _powers(trace, j)), list[int]()
        for k, power in enumerate(origins):
            if wanted[power] > 0:
                wanted[power] -= 1
                chosen.append(k)
        if not wanted.total() and len(chosen) < len(own):
            yield j, tuple(chosen)


def _origin(trace: Trace, power: Power) -> Power:
    return power._replace(arg=trace.origin(power.arg)) if type(power.arg) is Id else power


def _with(chosen: tuple[int, ...], value: Value, r: Replay, i: int) -> Any:
    own, instead = _powers(r.trace, i), other(r, i, value)
    rest = [power.of(r) for k, power in enumerate(own) if k not in chosen]
    return None if instead is None or not rest or chosen[-1] >= len(own) else reduce(mul, rest) * instead


def _text(chosen: tuple[int, ...], value: Value, r: Replay, i: int) -> str:
    rest = [power for k, power in enumerate(_powers(r.trace, i)) if k not in chosen]
    above, below = (
        [whole(labelled(r.trace, p.arg, at=i)) for p in rest if p.is_above is side] for side in (True, False)
    )
    return " / ".join((" * ".join((*above, whole(named(r.trace, value)))), *below))
