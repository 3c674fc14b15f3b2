"""Edits of what products sum: another operator between the two factors of each term, or some of the terms alone."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import SAME, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Trace
from ...trace.wording import of_node
from ..making.editing import edit, lengths_of, told
from .outers import GROUPS
from .rows import WEIGHTS

EVERY_PRODUCT = Group(named("matmul"), 0, SAME)
TERMS = {
    "the last term alone": slice(-1, None),
    "the first term alone": slice(0, 1),
    "all terms but the first": slice(1, None),
    "all terms but the last": slice(0, -1),
}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {"/": np.divide, "+": np.add, "-": np.subtract}
RANK = 1.2


def of_summing(trace: Trace) -> Iterator[Edit]:
    for which, part in TERMS.items() if members(trace, EVERY_PRODUCT) else ():
        yield edit(EVERY_PRODUCT, partial(_in_part, part), "form", told(f"{which} of each product A @ B"), RANK)
    for operator, function in OPERATORS.items():
        words = f"with {operator} in the place of *"
        change = partial(_joined_by, function)
        for which, group in (WEIGHTS | GROUPS).items():
            if members(trace, group):
                yield edit(group, change, "form", told(f"{which} {words}"), RANK)
        for key, (first, *_) in trace.places.items():
            if trace.tape.nodes[first].name == "matmul":
                yield edit(Group(*key), change, "form", partial(_text, words), RANK + 0.1)


def _in_part(part: slice, r: Replay, i: int) -> Any:
    return r.argument(i, 0)[:, part] @ r.argument(i, 1)[part]


def _joined_by(function: Callable[[Any, Any], Any], r: Replay, i: int) -> Any:
    """Summed over what both have, of examples over those that have the step."""
    A, B = r.argument(i, 0), r.argument(i, 1)
    terms = function(A[:, :, None], B[None])
    step = r.trace.tape.nodes[i].step
    if A.shape[1] == r.trace.examples and B.shape[1] != r.trace.examples and step is not None:
        terms = np.where((step[2] < lengths_of(r))[None, :, None], terms, 0)
    return terms.sum(axis=1)


def _text(words: str, r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} {words}"
