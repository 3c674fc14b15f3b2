"""Edits of what a loop that runs on beyond the lengths reads and returns there: inputs of which some are not masked, a factor or a term that is not,
a gradient that is not.

In a loop that ends with each example they change nothing.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import ALL, NAMED, Group
from ...trace.neutral import Neutral, input_of, masked_inputs, masked_terms
from ...trace.replaying import Edit, Replay
from ...trace.tape import RESULT, Id, named
from ...trace.trace import Trace
from ...trace.wording import labelled
from ..making.editing import edit, lengths_of, told

READ, RETURNED = UNMASKED = "padding that is read", "padding that is returned"  # kinds of edits


def of_unmasked(trace: Trace) -> Iterator[Edit]:
    if "lengths" not in trace.inputs:
        return
    masked = masked_inputs(trace)
    for name, (first, *_) in masked.items():
        node, others = trace.tape.nodes[first], [other for other in masked if other != name]
        yield _read(Group(node.place, node.k), [name], f"{name} not masked beyond the lengths")
        if len(others) > 1:
            yield _read(Group(node.place, 0, ALL), others, f"all but {name} not masked beyond the lengths")
    for i in masked_terms(trace):
        node = trace.tape.nodes[i]
        words = f"{labelled(trace, Id(i))} not masked beyond the lengths"
        yield edit(Group(node.place, node.k), _not_neutral, READ, told(words), 1.0)
    over_time = [n for n, i in trace.outputs.items() if trace.shape(i)[-2:] == (trace.examples, trace.steps)]
    group = Group(tuple(named(name, RESULT)[0] for name in over_time), 0, NAMED)
    for name in over_time:
        yield edit(group, partial(_returned, name), RETURNED, told(f"{name} not masked beyond the lengths"), 0.95)


def _read(group: Group, names: list[str], words: str) -> Edit:
    return edit(group, partial(_as_it_is, names), READ, told(words), 0.95 + 0.01 * len(names))


def _as_it_is(names: list[str], r: Replay, i: int) -> Any:
    return r.argument(i, 0) if input_of(r.trace, r.trace.tape.nodes[i].args[0]) in names else r.plain(i)


def _not_neutral(r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    if not isinstance(node.function, Neutral):
        return r.plain(i)
    return r.computed(node._replace(function=node.function.function), [r.argument(i, a) for a in range(len(node.args))])


def _returned(name: str, r: Replay, i: int) -> Any:
    """All others are masked."""
    z = r.plain(i)
    if r.trace.tape.nodes[i].place[0].function == name:
        return z
    return np.where(np.arange(r.trace.steps) < lengths_of(r)[:, None], z, 0)
