"""Edits of products: one factor of a square, a factor far within that is added or divides, a decay's gradient for another value."""

from collections.abc import Callable, Iterator
from functools import partial, reduce
from itertools import combinations
from operator import mul
from typing import Any

import numpy as np

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, RESULT, Id
from ...trace.trace import Entering, Trace
from ...trace.wording import labelled, whole, with_part
from ..making.editing import MOST, UFUNCS, edit, named, other, others
from ..making.placing import in_place

FACTORS = 4  # of a product, at most
Parts = tuple[tuple[int, ...], tuple[int, ...]]
OF_FEW = 1.4  # the rank of what stands between some factors of which others are products themselves
INNER = "+-/"  # how a factor may stand beside the others


def of_factors_within(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """x * (y * z) as x * z + y, x * z - y or x * z / y, or as (x + y) * z and so on; x * x as x * y."""
    node = trace.tape.nodes[first]
    if node.name != "multiply":
        return
    own = factors(trace, first)
    for k, factor in enumerate(own if len(own) <= FACTORS else ()):
        for sign in INNER if factor not in node.args else "":
            yield edit(group, _beside(k, sign), "operator", _beside_text(k, sign), 1.2)
    chosen, rank = few(trace, first), 1.2 if len(own) <= FACTORS else OF_FEW
    for parts in _parts(len(chosen)) if len(chosen) <= FACTORS and group.extent == EACH else ():
        if not all(chosen[k] in node.args for part in parts for k in part):
            is_all = len(chosen) == sum(map(len, parts))  # a sum of all of them is told by the one
            for sign in INNER[1:] if is_all else INNER:
                change, text = partial(_of_parts, parts, sign), partial(_of_parts_text, parts, sign)
                yield edit(group, change, "operator", text, rank)
    if node.args[0] == node.args[1] and type(node.args[0]) is Id:
        for key, _, rank in others(trace, first, trace.shape(first), node.args[0], shifts=False):
            yield edit(
                group,
                lambda r, i, k=key: _in_product(r, i, other(r, i, k)),
                "value",
                lambda r, i, k=key: f"{_operand(r, i)} * {whole(named(r.trace, k))}",
                rank + 0.1,
            )


def _operand(r: Replay, i: int) -> str:
    return whole(labelled(r.trace, r.trace.tape.nodes[i].args[0], at=i))


def _in_product(r: Replay, i: int, value: Any) -> Any:
    return None if value is None else r.computed(r.trace.tape.nodes[i], (r.argument(i, 0), value))


def factors(trace: Trace, i: int, shared: bool = True) -> list[Any]:
    """Those of a product of products of one step; also of those that are used elsewhere, or not."""
    found, product = list[Any](), trace.tape.nodes[trace.origin(i)]
    for arg in product.args:
        inner = trace.tape.nodes[trace.origin(arg)] if type(arg) is Id else None
        is_product = inner is not None and inner.name == "multiply" and inner.step == product.step
        is_opened = is_product and (shared or len(trace.users[arg]) == 1)
        found += factors(trace, arg, shared) if is_opened else [arg]
    return found


def few(trace: Trace, i: int) -> list[Any]:
    """All of them where these are few."""
    own = factors(trace, i)
    return own if len(own) <= FACTORS else factors(trace, i, shared=False)


def _beside(k: int, sign: str) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        values = [r.values[f] if type(f) is Id else f for f in factors(r.trace, i)]
        if k >= len(values):
            return None
        factor, product = values.pop(k), 1.0
        for value in values:
            product = product * value
        return UFUNCS[sign](product, factor)

    return change


def _beside_text(k: int, sign: str) -> Callable[[Replay, int], str]:
    def told(r: Replay, i: int) -> str:
        labels = [labelled(r.trace, factor, at=i) for factor in factors(r.trace, i)]
        factor = labels.pop(k)
        return f"{' * '.join(f'({x})' if ' ' in x else x for x in labels)} {sign} {factor}"

    return told


def _parts(n: int) -> Iterator[Parts]:
    """Of so many factors any two, and any one and two of the others."""
    yield from (((k,), (j,)) for k, j in combinations(range(n), 2))
    for k in range(n) if n > 2 else ():
        yield from (((k,), pair) for pair in combinations([j for j in range(n) if j != k], 2))


def _of_parts(parts: Parts, sign: str, r: Replay, i: int) -> Any:
    """Some of the factors with another operator between them."""
    values = [r.values[f] if type(f) is Id else f for f in few(r.trace, i)]
    if max(max(part) for part in parts) >= len(values):
        return None
    rest = (value for k, value in enumerate(values) if all(k not in part for part in parts))
    return reduce(mul, rest, UFUNCS[sign](*(reduce(mul, (values[k] for k in part)) for part in parts)))


def _of_parts_text(parts: Parts, sign: str, r: Replay, i: int) -> str:
    labels = [whole(labelled(r.trace, factor, at=i)) for factor in few(r.trace, i)]
    rest = [label for k, label in enumerate(labels) if all(k not in part for part in parts)]
    own = [" * ".join(labels[k] for k in part) for part in parts]
    own = [whole(one) for one in own] if sign == "/" else own
    return " * ".join((f"({f' {sign} '.join(own)})", *rest)) if rest else f" {sign} ".join(own)


def of_decays_gradients(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """On the way back, for a value or an operand, the gradient into a state times the state before: that into what it decays by."""
    if group.extent != EACH or not trace.is_back(first) or trace.tape.nodes[first].name in (KEPT, RESULT):
        return
    for gradient, state in _pairs(trace):
        shape = trace.shape(trace.entering[gradient])
        if trace.shape(first) == shape:
            yield edit(
                group,
                lambda r, i, d=gradient, s=state: _multiplied(r, i, d, s),
                "value",
                lambda r, i, d=gradient, s=state: _multiplied_text(r, d, s),
                1.15,
            )
        for a, arg in enumerate(trace.tape.nodes[first].args[:MOST]):
            if type(arg) is Id and trace.shape(arg) == shape:
                yield edit(
                    group,
                    lambda r, i, a=a, d=gradient, s=state: in_place(r, i, a, _multiplied(r, i, d, s)),
                    "value",
                    lambda r, i, a=a, d=gradient, s=state: with_part(r.trace, i, a, f"({_multiplied_text(r, d, s)})"),
                    1.15,
                )


def _pairs(trace: Trace) -> Iterator[tuple[Entering, Entering]]:
    """A gradient into a state, with all that the loop adds to it, and the state before."""
    gradients = [e for e in trace.entering if trace.is_back(trace.places[e.key][0]) and _is_gradient(trace, e)]
    states = [e for e, name in trace.entering_states.items() if name[0] != "d"]
    for gradient in gradients:
        for state in states:
            if trace.shape(_first(trace, state)) == trace.shape(trace.entering[gradient]):
                yield gradient, state


def _first(trace: Trace, entering: Entering) -> int:
    begun: int = trace.tape.nodes[trace.places[entering.key][0]].args[entering.a]
    return begun


def _is_gradient(trace: Trace, entering: Entering) -> bool:
    return trace.tape.nodes[trace.entering[entering]].name != KEPT


def _multiplied(r: Replay, i: int, one: Entering, two: Entering) -> Any:
    values = other(r, i, one), other(r, i, two)
    return None if any(value is None for value in values) else np.multiply(*values)


def _multiplied_text(r: Replay, gradient: Entering, state: Entering) -> str:
    return f"{named(r.trace, gradient)} * {r.trace.entering_states.get(state, 'state')}_prev"
