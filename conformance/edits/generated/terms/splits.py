"""Edits of a product of several factors: some of them beside the others in a sum, left out together, or together another value."""

from collections.abc import Iterator
from functools import partial, reduce
from itertools import combinations
from typing import Any

import numpy as np

from ...trace.group import Group
from ...trace.places import Step
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import UFUNCS, Value, edit, named, other, others
from ..values.calls import sloped

LEAST, MOST = 3, 4  # factors: of two each has edits of its own
Chosen = tuple[int, ...]


def of_splits(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """x * y * z as x + y * z, x - y * z, z, or v * z for another v."""
    count = len(parts(trace, first))
    if trace.tape.nodes[first].name != "multiply" or not LEAST <= count <= MOST:
        return
    for size in range(1, count):
        for chosen in combinations(range(count), size):
            for sign in "+-" if 0 in chosen else "-":
                yield edit(group, partial(_beside, sign, chosen), "operator", partial(_beside_text, sign, chosen), 1.2)
            if size > 1:
                yield edit(
                    group, partial(_instead, None, chosen), "operator", partial(_instead_text, None, chosen), 1.1
                )
                for key, _, rank in others(trace, first, trace.shape(first), shifts=False):
                    change, text = partial(_instead, key, chosen), partial(_instead_text, key, chosen)
                    yield edit(group, change, "value", text, rank + 0.2)


def parts(trace: Trace, i: int) -> list[Any]:
    """The factors of a product of products of one step: a slope is one, and what is used elsewhere, too."""
    found, product = list[Any](), trace.tape.nodes[trace.origin(i)]
    for arg in product.args:
        found += parts(trace, arg) if type(arg) is Id and _is_within(trace, arg, product.step) else [arg]
    return found


def _is_within(trace: Trace, i: int, step: Step) -> bool:
    node = trace.tape.nodes[i]
    return node.name == "multiply" and node.step == step and len(trace.users[i]) == 1 and sloped(trace, i) is None


def _split(r: Replay, i: int, chosen: Chosen) -> tuple[Any, Any] | None:
    """The product of these, and that of the others."""
    own = [r.values[part] if type(part) is Id else part for part in parts(r.trace, i)]
    if chosen[-1] >= len(own) or len(chosen) == len(own):
        return None
    one, two = ([v for k, v in enumerate(own) if (k in chosen) is of_one] for of_one in (True, False))
    return reduce(np.multiply, one), reduce(np.multiply, two)


def _texts(r: Replay, i: int, chosen: Chosen) -> tuple[str, str]:
    labels = [whole(labelled(r.trace, part, at=i)) for part in parts(r.trace, i)]
    one, two = ([x for k, x in enumerate(labels) if (k in chosen) is of_one] for of_one in (True, False))
    return " * ".join(one), " * ".join(two)


def _beside(sign: str, chosen: Chosen, r: Replay, i: int) -> Any:
    split = _split(r, i, chosen)
    return None if split is None else UFUNCS[sign](*split)


def _beside_text(sign: str, chosen: Chosen, r: Replay, i: int) -> str:
    return f" {sign} ".join(_texts(r, i, chosen))


def _instead(key: Value | None, chosen: Chosen, r: Replay, i: int) -> Any:
    split, instead = _split(r, i, chosen), 1.0 if key is None else other(r, i, key)
    return None if split is None or instead is None else instead * split[1]


def _instead_text(key: Value | None, chosen: Chosen, r: Replay, i: int) -> str:
    rest = _texts(r, i, chosen)[1]
    return rest if key is None else f"{whole(named(r.trace, key))} * {rest}"
