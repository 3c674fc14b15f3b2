"""Edits of the gradients into parameters as an optimiser has them: clipped by their norm, with a share of the weights added, begun at those."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from ...trace.group import NAMED, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import RESULT, named
from ...trace.trace import Trace
from ..making.editing import edit
from ..making.every_run import in_every_run

OF_HEADS = ("dWy", "dWya", "dby")
NORMS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
SHARES = (1.0, 0.1, 0.01, 1e-3, 5e-4, 1e-4, 1e-5)


def of_optimised(trace: Trace) -> Iterator[Edit]:
    own = [
        *in_every_run(f"d{name}" for name in sorted(trace.parameters))
    ]  # the head's, too, though not every call has them
    if not {*own} & {*trace.outputs}:
        return
    group, but_heads = (
        Group(tuple(named(name, RESULT)[0] for name in names), 0, NAMED)
        for names in (own, [name for name in own if name not in OF_HEADS])
    )
    for norm, (more, words) in product(NORMS, ((0.0, ""), (1e-6, ", by the norm + 1e-06"))):
        scaled = f"each scaled to a norm of at most {norm:g}"
        for others, and_others in (([], ""), ([name for name in trace.outputs if name not in own], " and the others")):
            for names in (own, [name for name in own if name not in OF_HEADS]):
                every = Group(tuple(named(name, RESULT)[0] for name in (*names, *others)), 0, NAMED)
                change = partial(_clipped, [*names, *others], norm, more)
                yield _edit(every, change, f"{scaled} of all together{and_others}{words}")
        yield _edit(group, partial(_clipped, None, norm, more), f"{scaled} of its own{words}")
    for share, of in product(SHARES, (group, but_heads)):
        yield _edit(of, partial(_decayed, share, False), f"each with {share:g} * its parameter added")
        yield _edit(of, partial(_decayed, share, True), f"each with {share:g} * its parameter added at each step")


def _edit(group: Group, change: Callable[[Replay, int], Any], words: str) -> Edit:
    return edit(group, change, "form", lambda r, i: words, 1.0)


def _clipped(names: list[str] | None, norm: float, more: float, r: Replay, i: int) -> Any:
    ids = [i] if names is None else [r.trace.outputs[name] for name in names if name in r.trace.outputs]
    squares = sum(float(np.sum(np.square(r.values[r.trace.tape.nodes[j].args[0]]))) for j in ids)
    return r.plain(i) * min(1.0, norm / (np.sqrt(squares) + more)) if squares else r.plain(i)


def _decayed(share: float, at_each_step: bool, r: Replay, i: int) -> Any:
    parameter = r.trace.inputs.get(r.trace.tape.nodes[i].place[0].function.removeprefix("d"))
    times = share * (r.trace.steps if at_each_step else 1)
    return None if parameter is None else r.plain(i) + times * r.trace.tape.values[parameter]
