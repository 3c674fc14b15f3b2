"""Edits of what a backward has of its forward, to what is the same as long as that is right: whoever writes one has a choice of these."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import Group
from ...trace.places import LOOPS, Step
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, RESULT, Id
from ...trace.trace import Entering, Key, Trace
from ...trace.wording import whole
from ..making.editing import NOT_OF_A_PLACE, UFUNCS, Value, edit, named, other, others

NEAR = 2.0**-44  # of the largest element
PARTS: tuple[tuple[str, Callable[[Any], Any]], ...] = (("{}", lambda v: v), ("(1 - {})", lambda v: 1 - v))
RANK, OF_TWO = 1.0, 1.1


class Right(Replay):
    """A run without edits: all values are there. `pools` are what those of a shape may be made of, in each step."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace, ())
        self.pools = dict[tuple[tuple[int, ...], Step], list[tuple[Value, Any]]]()

    def _stands(self, j: int) -> bool:
        return True


class Equal(NamedTuple):
    """One value or two, each as it is or what it leaves of 1, by an operator."""

    values: tuple[Value, ...]
    forms: tuple[int, ...]
    sign: str = ""

    def at(self, r: Replay, i: int) -> Any:
        found = [other(r, i, value) for value in self.values]
        if any(value is None for value in found):
            return None
        parts = [PARTS[form][1](value) for form, value in zip(self.forms, found, strict=True)]
        return UFUNCS[self.sign](*parts) if self.sign else parts[0]

    def nodes(self, trace: Trace) -> set[int]:
        return {trace.origin(_first(trace, value)) for value in self.values}

    def text(self, trace: Trace) -> str:
        names = [whole(named(trace, value)) for value in self.values]
        return f" {self.sign} ".join(PARTS[form][0].format(name) for form, name in zip(self.forms, names, strict=True))


def _first(trace: Trace, value: Value) -> int:
    """The first node of a value, 0 of what has none."""
    if isinstance(value, Entering):
        return trace.entering.get(value, 0)
    return 0 if isinstance(value, NOT_OF_A_PLACE) else trace.places.get(value, [0])[0]


def of_equal(trace: Trace) -> Iterator[Edit]:
    """Of each value of a backward that no gradient enters, each that is the same in a right run."""
    right = Right(trace)
    of_gradients = {*trace.below(frozenset(i for i in trace.inputs.values() if trace.is_of_back(i)))}
    for key, ids in trace.places.items():
        node = trace.tape.nodes[ids[0]]
        is_own = node.name == KEPT or (ids[0] >= trace.begun and node.place[0].module not in (RESULT, *LOOPS))
        if is_own and node.name not in ("", "[]") and ids[0] not in of_gradients and np.ndim(right.values[ids[0]]):
            own = _own(trace, ids[0])
            for same in _same(right, ids[0]):
                if not own.issuperset(same.nodes(trace)) and all(
                    is_same(same.at(right, i), right.values[i]) for i in ids
                ):
                    yield _edit(key, same)


def _same(right: Right, i: int) -> Iterator[Equal]:
    """What is the same at a node in its largest element."""
    if not varies(right.values[i]):
        return
    value = np.ravel(right.values[i])
    at = int(np.argmax(np.abs(value)))
    pool = pool_of(right, i)
    forms = [*product(range(len(pool)), range(len(PARTS)))]
    parts = np.array([np.ravel(PARTS[form][1](other(right, i, pool[k])))[at] for k, form in forms])
    near = partial(np.isclose, b=value[at], rtol=NEAR, atol=0.0)
    yield from (Equal((pool[forms[p][0]],), (forms[p][1],)) for p in np.flatnonzero(near(parts)))
    for sign, ufunc in UFUNCS.items():
        for p, q in np.argwhere(near(ufunc(parts[:, None], parts[None, :]))):
            if p != q and (p < q or sign in ("-", "/")) and not (sign in "+-" and forms[p][1] and forms[q][1]):
                yield Equal((pool[forms[p][0]], pool[forms[q][0]]), (forms[p][1], forms[q][1]), sign)


def varies(value: Any) -> bool:
    """Whether it has numbers that are not all one: of one number much is the same by chance."""
    is_of_numbers = np.asarray(value).dtype.kind == "f" and np.size(value)
    return bool(is_of_numbers and np.isfinite(value).all() and np.ptp(value))


def _own(trace: Trace, i: int) -> frozenset[int]:
    """Of what is computed in a backward what it is computed of."""
    node = trace.tape.nodes[i]
    if i < trace.begun or node.name == KEPT:
        return frozenset({trace.origin(i)} - {i})
    return frozenset({i}).union(*(_own(trace, arg) for arg in node.args if type(arg) is Id))


def pool_of(right: Right, i: int) -> list[Value]:
    """Of what is there and as large as the node, and what the forward has of its own: each once, and nothing with what it leaves of 1."""
    own = right.values[right.trace.origin(i)]
    key = np.shape(right.values[i]), right.trace.tape.nodes[i].step
    if key not in right.pools:
        last = max(j for j, node in enumerate(right.trace.tape.nodes) if node.step == key[1])
        right.pools[key] = _pool(right, last, key[0])
    return [v for v, found in right.pools[key] if found is not own and other(right, i, v) is not None]


def _pool(right: Right, i: int, shape: tuple[int, ...]) -> list[tuple[Value, Any]]:
    """At the last node of a step, which has all of it."""
    found = list[tuple[Value, Any]]()
    for value, _, _ in others(right.trace, i, shape, shifts=False):
        if value in right.trace.places and right.trace.places[value][0] >= right.trace.begun:
            continue
        own = other(right, i, value)
        if own is None or np.shape(own) != shape or not varies(own):
            continue
        if not any(np.array_equal(own, one) or np.array_equal(own, 1 - one) for _, one in found):
            found.append((value, own))
    return found


def is_same(found: Any, value: Any) -> bool:
    """Within roundings; nothing is the same as what is not there."""
    if found is None or value is None:
        return False
    return np.allclose(found, value, rtol=0.0, atol=NEAR * float(np.max(np.abs(value), initial=0.0)))


def _edit(key: Key, same: Equal) -> Edit:
    return edit(
        Group(*key),
        lambda r, i: same.at(r, i),
        "equal",
        lambda r, i: same.text(r.trace),
        OF_TWO if same.sign else RANK,
    )
