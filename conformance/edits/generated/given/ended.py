"""Edits of states, given or returned, of examples that end before the longest: 0 in the place of what a run begins or ends with."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ..making.editing import edit, lengths_of
from .orders import told_of

RANK = 1.3  # what a loop does that loses them comes first
WORDS = {  # whether only where a run goes backwards
    "{}, zero where an example ends before T_x": False,
    "{}, zero in a run that goes backwards where an example has steps and ends before T_x": True,
}


def of_ended(group: Group) -> Iterator[Edit]:
    for words, only_back in WORDS.items():
        yield edit(group, partial(_ended, only_back), "order", lambda r, i, w=words: w.format(told_of(group)), RANK)


def _ended(only_back: bool, r: Replay, i: int) -> Any:
    """Of all states; or of those of runs that go backwards, of a network every second one, where there is a step."""
    z, n = r.plain(i), lengths_of(r)
    if not isinstance(z, np.ndarray) or r.trace.tape.nodes[i].name == "zeros":
        return z
    if not only_back:
        return z * (n == r.trace.steps)
    begun = z * ((n == r.trace.steps) | (n == 0))
    if r.trace.directions == 1:
        return begun if r.trace.runs_back else z
    return np.where((np.arange(len(z)) % 2 == 1)[:, None, None], begun, z) if np.ndim(z) == 3 else None
