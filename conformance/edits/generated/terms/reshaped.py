"""Edits of a product one of whose factors is a product itself, repeated over heads or along an axis: a factor of that which is added."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import UFUNCS, edit
from ..values.inner import again

REPEATING = (KEPT, "[]", "concatenate")
FAR = 6  # of these, at most
SIGNS = "+-"
AXES = re.compile(r"\[[:, None]+\]$")  # that are put back


def of_reshaped_factors(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """x (y z) as x y + z, or x y - z."""
    for a in (0, 1) if trace.tape.nodes[first].name == "multiply" and group.extent == EACH else ():
        if _within(trace, first, a) is None:
            continue
        for k in (0, 1):
            for sign in SIGNS:
                yield edit(group, partial(_added, a, k, sign), "operator", partial(_added_text, a, k, sign), 1.2)


def _within(trace: Trace, i: int, a: int) -> int | None:
    """The product of which an operand is a part, or which it repeats."""
    j = trace.tape.nodes[i].args[a]
    for far in range(FAR):
        node = trace.tape.nodes[j] if type(j) is Id else None
        if node is None or (node.name != "multiply" and node.name not in REPEATING):
            return None
        if node.name == "multiply":
            return j if far else None
        j = node.args[0]
    return None


def _added(a: int, k: int, sign: str, r: Replay, i: int) -> Any:
    if (j := _within(r.trace, i, a)) is None:
        return None
    added, left = (np.broadcast_to(r.argument(j, b), r.trace.shape(j)) for b in (k, 1 - k))
    arg = r.trace.tape.nodes[i].args[a]
    product = r.computed(
        r.trace.tape.nodes[i], [again(r, arg, {j: left}) if b == a else r.argument(i, b) for b in (0, 1)]
    )
    return UFUNCS[sign](product, again(r, arg, {j: added}))


def _added_text(a: int, k: int, sign: str, r: Replay, i: int) -> str:
    j, node = _within(r.trace, i, a), r.trace.tape.nodes[i]
    own = r.trace.tape.nodes[j].args if j is not None else node.args
    added, left, other = (whole(labelled(r.trace, arg, at=i)) for arg in (own[k], own[1 - k], node.args[1 - a]))
    put_back = AXES.search(labelled(r.trace, node.args[a], at=i))
    axes = put_back[0] if put_back else ""
    return f"{left}{axes} * {other} {sign} {added}{axes}"
