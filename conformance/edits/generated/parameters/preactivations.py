"""Edits of the gradient into a gate's pre-activation in some of its uses: in what goes back to the state or to the input, in the gradient into
the matrix, or a half of it, in that into the bias; of one gate another value, or of several another gate's.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import Group
from ...trace.members import members, use_of, used, used_in
from ...trace.places import EQUATIONS_OF_LOOPS, Expression
from ...trace.replaying import Edit, Replay
from ...trace.trace import Key, Trace
from ...trace.wording import whole
from ..making.editing import Value, among, edit, named, other, others
from ..making.forms import SIGNS
from ..values.calls import sloped
from ..values.uses import text_with_others, with_others
from .packed import INPUT, STATE

BACK, OUTER, BIAS = "back", "outer", "bias"  # W.T @ dz, dz @ v.T, dz.sum(axis=1)
Instead = Callable[[Replay, int, int], Any]  # at a use, for the gradient


class Where(NamedTuple):
    """In which uses, and in which half of each of some of these."""

    roles: tuple[str, ...]
    half: str = ""
    halved: tuple[str, ...] = (BACK, OUTER)

    @property
    def words(self) -> str:
        what = "of what goes back only " if self.halved == (BACK,) else ""
        return f", {what}{self.half}" if self.half else ""


ROLES = ((BACK,), (OUTER,), (BACK, OUTER), (OUTER, BIAS), (BACK, OUTER, BIAS))
EVERYWHERE = (
    *(Where(roles, half) for half in (STATE, INPUT, "") for roles in ROLES),
    *(Where((BACK, OUTER, BIAS), half, (BACK,)) for half in (STATE, INPUT)),
)


def of_preactivations(trace: Trace) -> Iterator[Edit]:
    found = preactivations(trace)
    for key, roles in found.items():
        for where in EVERYWHERE:
            if (group := _group(key, roles, where)) and members(trace, group):
                yield from _of_one(trace, key, group, where)
        if trace.tape.nodes[trace.places[key][0]].name != "multiply":  # of a product each factor has edits of its own
            yield from _by_a_slope(trace, key)
    for one, two in combinations(found, 2):
        for where in EVERYWHERE:
            groups = _group(one, found[one], where), _group(two, found[two], where)
            if trace.shape(trace.places[one][0]) == trace.shape(trace.places[two][0]) and all(groups):
                yield from _exchanged(trace, (one, two), groups, where)


def _by_a_slope(trace: Trace, key: Key) -> Iterator[Edit]:
    """Another value times a gate's slope."""
    group, first = Group(*key), trace.places[key][0]
    shape = trace.shape(first)
    slopes = [k for k, (i, *_) in trace.places.items() if sloped(trace, i) is not None and trace.shape(i) == shape]
    for slope in slopes:
        for value, _, rank in others(trace, first, shape, first, shifts=False):
            yield edit(group, partial(_sloped, value, slope), "value", partial(_sloped_text, value, slope), rank + 0.2)


def _sloped(value: Value, slope: Key, r: Replay, i: int) -> Any:
    factors = other(r, i, value), other(r, i, slope)
    return None if any(factor is None for factor in factors) else np.multiply(*factors)


def _sloped_text(value: Value, slope: Key, r: Replay, i: int) -> str:
    return f"{whole(named(r.trace, value))} * {named(r.trace, slope)}"


def preactivations(trace: Trace) -> dict[Key, list[str]]:
    """By place what each of the expressions that use it is."""
    found = dict[Key, list[str]]()
    for key, (i, *_) in trace.places.items():
        if trace.is_back(i) and trace.tape.nodes[i].name and key[0][0].function not in EQUATIONS_OF_LOOPS:
            roles = dict[Expression, str]()
            for user in used(trace, i):
                roles.setdefault(use_of(trace, user), _role(trace, i, user))
            if {BACK, OUTER} <= {*roles.values()}:
                found[key] = [roles[expression] for expression in used_in(trace, i)]
    return found


def _role(trace: Trace, i: int, user: int) -> str:
    node = trace.tape.nodes[user]
    if node.name == "matmul":
        return OUTER if node.args[0] == i else BACK
    return BIAS if node.name == "sum" else ""


def _group(key: Key, roles: list[str], where: Where) -> Group | None:
    chosen = sum(1 << k for k, role in enumerate(roles) if role in where.roles)
    is_all = {*where.roles} <= {*roles}
    return among(key, chosen) if is_all else None


def _of_one(trace: Trace, key: Key, group: Group, where: Where) -> Iterator[Edit]:
    first = trace.places[key][0]
    for form in SIGNS[:5]:
        yield _edit(group, key, partial(_formed, form.of), partial(_as_it_is, form.text), where, form.rank + 0.15)
    for value, _, rank in others(trace, first, trace.shape(first), first, shifts=False):
        yield _edit(group, key, partial(_other, value), partial(_named, value), where, rank + 0.2)


def _formed(of: Callable[[Any], Any], r: Replay, i: int, own: int) -> Any:
    return of(r.values[own])


def _as_it_is(text: str, _: Trace) -> str:
    return text


def _other(value: Any, r: Replay, i: int, own: int) -> Any:
    return other(r, i, value)


def _named(value: Any, trace: Trace) -> str:
    return named(trace, value)


def _edit(group: Group, key: Key, instead: Instead, text: Callable[[Trace], str], where: Where, rank: float) -> Edit:
    def told(r: Replay, i: int) -> str:
        return f"{text_with_others(r, i, key, text(r.trace))}{where.words}"

    return edit(group, partial(_in_half, key, instead, where), "value", told, rank)


def _in_half(key: Key, instead: Instead, where: Where, r: Replay, i: int) -> Any:
    new, old, node = with_others(r, i, key, partial(instead, r, i)), r.plain(i), r.trace.tape.nodes[i]
    is_back = node.name == "matmul" and node.args[1] in r.trace.places[key]
    if new is None or not where.half or node.name != "matmul" or (BACK if is_back else OUTER) not in where.halved:
        return new
    n = len(r.argument(i, 1 if is_back else 0))
    if old.shape[0 if is_back else 1] <= n:
        return None  # which has one half alone
    at = slice(0, n) if where.half == STATE else slice(n, None)
    mixed, place = old.copy(), (at,) if is_back else (slice(None), at)
    mixed[place] = new[place]
    return mixed


def _exchanged(trace: Trace, keys: tuple[Key, Key], groups: tuple[Any, Any], where: Where) -> Iterator[Edit]:
    """Of two gates that of the other."""
    one, two = keys
    if not all(members(trace, group) for group in groups):
        return

    def change(r: Replay, i: int) -> Any:
        own, theirs = (one, two) if i in members(r.trace, groups[0]) else (two, one)
        return _in_half(own, partial(_other, theirs), where, r, i)

    def told(r: Replay, i: int) -> str:
        own, theirs = (one, two) if i in members(r.trace, groups[0]) else (two, one)
        return f"{text_with_others(r, i, own, named(r.trace, theirs))}, and the other way round{where.words}"

    yield edit(groups[0], change, "exchanged", told, 0.95, groups[1])
