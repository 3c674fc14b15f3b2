"""Edits of a factor of what is summed where it is written outside of the sum: another operator there, another value for it, or for the sum; or in what
is summed, where it stands outside.
"""

from collections.abc import Iterator
from functools import partial, reduce
from operator import mul
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import UFUNCS, Value, edit, named, other, others
from .products import FACTORS, INNER, factors

RANK = 1.2


class Summed(NamedTuple):
    """A sum over axes, which are left out of it or not, of a product."""

    product: Any
    axes: tuple[int, ...]
    keepdims: bool


def of_factors_outside(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """sum(x * e * y), in which e is the same for all that is summed, as sum(x * y) + e, or as sum(x * y) * z, or z * e."""
    summed = _summed(trace, first) if group.extent == EACH else None
    own = factors(trace, summed.product, shared=False) if summed else []
    for k, factor in enumerate(own if summed and 2 <= len(own) <= FACTORS else ()):
        if summed is None or (outer := _outer(trace, summed, factor)) is None:
            continue
        for sign in INNER:
            yield edit(group, partial(_by, k, sign), "operator", partial(_by_text, k, sign), RANK)
        for value, _, rank in others(trace, first, trace.shape(outer), outer, shifts=False):
            yield edit(group, partial(_with, k, value), "value", partial(_with_text, k, value), RANK - 1 + rank)
        for value, _, rank in others(trace, first, trace.shape(first), shifts=False):
            yield edit(group, partial(_for_sum, k, value), "value", partial(_for_sum_text, k, value), RANK - 1 + rank)


def of_sums_taken_together(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """w * sum(x * y) as sum(x / (w * y)), or with another value for w * y, as where that is kept as one."""
    for a in (0, 1) if group.extent == EACH and trace.tape.nodes[first].name == "multiply" else ():
        if (product := _product_of(trace, first, a)) is None:
            continue
        for b in (0, 1):
            yield edit(group, partial(_divided, a, b), "operator", partial(_divided_text, a, b), RANK + 0.1)
            for key, _, rank in others(trace, first, trace.shape(product), product, shifts=False):
                change, text = partial(_with_one, a, b, key), partial(_with_one_text, a, b, key)
                yield edit(group, change, "value", text, RANK - 1 + rank)


def _product_of(trace: Trace, i: int, a: int) -> int | None:
    """The product of which an operand is the sum over an axis, where the other operand has a value for each sum."""
    arg, other = trace.tape.nodes[i].args[a], trace.tape.nodes[i].args[1 - a]
    node = trace.tape.nodes[arg] if type(arg) is Id and type(other) is Id else None
    is_sum = node is not None and node.name == "sum" and type(node.args[1]) is int and not node.args[2]
    if node is None or not is_sum or len(trace.shape(arg)) != len(trace.shape(other)):
        return None
    product: int = node.args[0]
    return product if trace.tape.nodes[product].name == "multiply" else None


def _divided(a: int, b: int, r: Replay, i: int) -> Any:
    if (product := _product_of(r.trace, i, a)) is None:
        return None
    axis = r.trace.tape.nodes[r.trace.tape.nodes[i].args[a]].args[1]
    kept = np.expand_dims(r.argument(i, 1 - a), axis) * r.argument(product, b)
    return (r.argument(product, 1 - b) / kept).sum(axis=axis)


def _with_one(a: int, b: int, key: Value, r: Replay, i: int) -> Any:
    product, instead = _product_of(r.trace, i, a), other(r, i, key)
    if product is None or instead is None:
        return None
    return (r.argument(product, 1 - b) * instead).sum(axis=r.trace.tape.nodes[r.trace.tape.nodes[i].args[a]].args[1])


def _with_one_text(a: int, b: int, key: Value, r: Replay, i: int) -> str:
    product, arg = _product_of(r.trace, i, a), r.trace.tape.nodes[i].args[a]
    assert product is not None
    x = labelled(r.trace, r.trace.tape.nodes[product].args[1 - b], at=product)
    return f"({whole(x)} * {whole(named(r.trace, key))}).sum(axis={r.trace.tape.nodes[arg].args[1]})"


def _divided_text(a: int, b: int, r: Replay, i: int) -> str:
    product, arg = _product_of(r.trace, i, a), r.trace.tape.nodes[i].args[a]
    assert product is not None
    w = labelled(r.trace, r.trace.tape.nodes[i].args[1 - a], at=i)
    y, x = (labelled(r.trace, r.trace.tape.nodes[product].args[k], at=product) for k in (b, 1 - b))
    return f"({whole(x)} / ({whole(w)} * {whole(y)})).sum(axis={r.trace.tape.nodes[arg].args[1]})"


def _summed(trace: Trace, i: int) -> Summed | None:
    """A sum over one axis, or over several in turn that stay."""
    node, axes = trace.tape.nodes[i], list[int]()
    if node.name != "sum" or type(node.args[1]) is not int:
        return None
    keepdims, product = node.args[2], Id(i)
    while node.name == "sum" and node.args[2] is keepdims and (keepdims or not axes):
        axes.append(node.args[1])
        product = node.args[0]
        node = trace.tape.nodes[product]
    return Summed(product, tuple(axes), keepdims)


def _outer(trace: Trace, summed: Summed, factor: Any) -> Id | None:
    """What a factor is without the axes that are summed over, if it is the same along these."""
    if type(factor) is not Id:
        return None
    if summed.keepdims:
        shape = trace.shape(factor)
        return factor if len(shape) > max(summed.axes) and all(shape[axis] == 1 for axis in summed.axes) else None
    node, (axis,) = trace.tape.nodes[trace.origin(factor)], summed.axes
    key = node.args[1] if node.name == "[]" else ()
    is_alike = isinstance(key, tuple) and Ellipsis not in key and len(key) > axis and key[axis] is None
    return node.args[0] if is_alike and key.count(None) == 1 else None


def _opened(r: Replay, i: int, k: int) -> tuple[Summed, list[Any], Id] | None:
    """A sum, its other factors, and what one is outside of it."""
    summed = _summed(r.trace, i)
    own = factors(r.trace, summed.product, shared=False) if summed else []
    outer = _outer(r.trace, summed, own[k]) if summed and k < len(own) else None
    return (summed, [f for n, f in enumerate(own) if n != k], outer) if summed and outer is not None else None


def _of_parts(r: Replay, i: int, k: int) -> tuple[Any, Any] | None:
    """The sum without a factor, and that factor."""
    if (found := _opened(r, i, k)) is None:
        return None
    summed, rest, outer = found
    product = reduce(mul, [r.values[f] if type(f) is Id else f for f in rest])
    return np.sum(product, axis=summed.axes, keepdims=summed.keepdims), r.values[outer]


def _by(k: int, sign: str, r: Replay, i: int) -> Any:
    found = _of_parts(r, i, k)
    return None if found is None else UFUNCS[sign](*found)


def _by_text(k: int, sign: str, r: Replay, i: int) -> str:
    return f" {sign} ".join(_texts(r, i, k))


def _with(k: int, value: Value, r: Replay, i: int) -> Any:
    found, instead = _of_parts(r, i, k), other(r, i, value)
    return None if found is None or instead is None else found[0] * instead


def _with_text(k: int, value: Value, r: Replay, i: int) -> str:
    return f"{_texts(r, i, k)[0]} * {whole(named(r.trace, value))}"


def _for_sum(k: int, value: Value, r: Replay, i: int) -> Any:
    found, instead = _of_parts(r, i, k), other(r, i, value)
    return None if found is None or instead is None else instead * found[1]


def _for_sum_text(k: int, value: Value, r: Replay, i: int) -> str:
    return f"{whole(named(r.trace, value))} * {_texts(r, i, k)[1]}"


def _texts(r: Replay, i: int, k: int) -> tuple[str, str]:
    """Of the sum and of the factor."""
    if (found := _opened(r, i, k)) is None:
        return "the sum", "its factor"
    summed, rest, outer = found
    axes = summed.axes[0] if len(summed.axes) == 1 else summed.axes
    product = " * ".join(whole(labelled(r.trace, f, at=i)) for f in rest)
    return f"({product}).sum(axis={axes})", whole(labelled(r.trace, outer))
