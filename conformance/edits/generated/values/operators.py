"""Edits of an operation itself: another operator, one operand alone, another order of what is joined, another sum."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, of_node, whole, with_part
from ..making.editing import ACTIVATIONS, ARITHMETIC, UFUNCS, edit, filled, named, other, others
from ..making.forms import SIGNS, Value

SUM_OVER_STEPS = "accumulated"
MASK = 2  # of a `where` the operand that selects
COMPARED = SIGNS[:5]  # forms in which a value may be compared
DEALT = 0.94  # the rank of heads one in turn, before two of them that are exchanged


def of_operators(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if node.name in ARITHMETIC:
        for sign, ufunc in UFUNCS.items():
            if ufunc.__name__ != node.name:
                yield edit(group, _by(ufunc), "operator", lambda r, i, s=sign: of_node(r.trace, i, operator=s), 0.98)
        yield edit(group, _divided, "operator", lambda r, i: of_node(r.trace, i, operator="/", swapped=True), 1.2)
    if node.name == "divide":
        yield from _of_reciprocals(trace, group, first)
    if node.name == "negative" and type(node.args[0]) is Id and trace.tape.nodes[node.args[0]].name == "multiply":
        for a in (0, 1):
            yield edit(group, partial(_less, a), "operator", partial(_less_text, a), 1.1)
    if node.name == "matmul":
        yield edit(group, _exchanged, "operator", lambda r, i: of_node(r.trace, i, swapped=True), 1.2)
    if node.name in ("add", "subtract", "multiply", "divide", "where"):
        for a in (0, 1):
            yield edit(group, _alone(a), "left out", lambda r, i, a=a: _alone_text(r, i, a), 0.97)
    if node.name == "where":
        yield from _elsewhere(trace, group, first)
        yield from _by_another(trace, group, first)
    yield from of_joins(trace, group, first)
    made = [trace.tape.nodes[trace.origin(a)].name for a in node.args if type(a) is Id]
    if node.name == "multiply" and {*made} & {*ACTIVATIONS}:
        yield edit(group, _composed, "function", _composed_text)


def _less(a: int, r: Replay, i: int) -> Any:
    """-(x * y) as y - x, where the sign stands with a factor."""
    product = r.trace.tape.nodes[i].args[0]
    return r.argument(product, 1 - a) - r.argument(product, a)


def _less_text(a: int, r: Replay, i: int) -> str:
    product = r.trace.tape.nodes[i].args[0]
    one, two = (labelled(r.trace, r.trace.tape.nodes[product].args[k], at=product) for k in (1 - a, a))
    return f"{one} - {whole(two)}"


def _of_reciprocals(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Of a quotient that is written as a product with 1 by the divisor: another operator, or another value for that."""
    for sign in "+-":
        change, text = partial(_by_reciprocal, sign), partial(_reciprocal_text, sign)
        yield edit(group, change, "operator", text, 1.1)
    divisor = trace.tape.nodes[first].args[1]
    shape = trace.shape(divisor) if type(divisor) is Id and group.extent == EACH else ()
    for key, _, rank in others(trace, first, shape, divisor, shifts=False):
        yield edit(
            group,
            lambda r, i, k=key: _times(r.argument(i, 0), other(r, i, k)),
            "value",
            lambda r, i, k=key: " * ".join(
                whole(text) for text in (labelled(r.trace, r.trace.tape.nodes[i].args[0], at=i), named(r.trace, k))
            ),
            rank + 0.15,
        )


def _times(one: Any, two: Any) -> Any:
    return None if two is None else one * two


def _by_reciprocal(sign: str, r: Replay, i: int) -> Any:
    return UFUNCS[sign](r.argument(i, 0), 1 / r.argument(i, 1))


def _reciprocal_text(sign: str, r: Replay, i: int) -> str:
    one, two = (labelled(r.trace, arg, at=i) for arg in r.trace.tape.nodes[i].args)
    return f"{one} {sign} 1 / {whole(two)}"


def of_joins(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if node.name in ("concatenate", "stack") and len(node.args) > 2:
        words = ", in reverse order" if node.name == "stack" else ""
        yield edit(group, _backwards, "order", lambda r, i: f"{of_node(r.trace, i, swapped=True)}{words}")
    parts = len(node.args) - 1
    for each in range(2, parts // 2 + 1) if node.name == "concatenate" else ():
        if parts % each == 0:
            words = f", of each {each} one in turn"
            yield edit(group, _dealt(each), "order", lambda r, i, w=words: f"{of_node(r.trace, i)}{w}", DEALT)


def _elsewhere(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Another value where a mask has a constant."""
    for a in (0, 1):
        if type(trace.tape.nodes[first].args[a]) is Id:
            continue
        for key, shift, rank in others(trace, first, trace.shape(first)):
            yield edit(
                group,
                lambda r, i, a=a, k=key, s=shift: _with(r, i, a, other(r, i, k, s)),
                "value",
                lambda r, i, a=a, k=key, s=shift: with_part(r.trace, i, a, named(r.trace, k, s)),
                rank,
            )


def _by_another(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """By whether another value is above the threshold of its mask, or above or below the other of two."""
    node = trace.tape.nodes[first]
    mask = trace.tape.nodes[trace.origin(node.args[MASK])] if type(node.args[MASK]) is Id else node
    if mask.name not in ("greater", "less") or trace.shape(mask.args[0]) != trace.shape(first):
        return
    for a in (0, 1) if type(mask.args[1]) is Id else (0,):
        yield from _by_a_form(group, a)
        seen = first if type(mask.args[1]) is not Id else trace.origin(node.args[MASK])  # two values are its forward's
        for key, _, rank in others(trace, seen, trace.shape(first), shifts=False):
            yield edit(
                group,
                lambda r, i, a=a, k=key: _with(r, i, MASK, _compared(r, i, a, other(r, i, k))),
                "mask",
                lambda r, i, a=a, k=key: with_part(
                    r.trace, i, MASK, with_part(r.trace, _mask(r, i), a, named(r.trace, k))
                ),
                rank + 0.1,
            )


def _by_a_form(group: Group, a: int) -> Iterator[Edit]:
    for form in COMPARED:
        yield edit(
            group,
            lambda r, i, f=form: _with(r, i, MASK, _compared(r, i, a, f.of(r.argument(_mask(r, i), a)))),
            "mask",
            lambda r, i, f=form: with_part(
                r.trace, i, MASK, with_part(r.trace, _mask(r, i), a, filled(f.text, _compared_label(r, i, a)))
            ),
            form.rank + 0.1,
        )


def _compared_label(r: Replay, i: int, a: int) -> str:
    return labelled(r.trace, r.trace.tape.nodes[_mask(r, i)].args[a], at=i)


def _mask(r: Replay, i: int) -> int:
    return r.trace.origin(r.trace.tape.nodes[i].args[MASK])


def _compared(r: Replay, i: int, a: int, value: Value | None) -> Any:
    return None if value is None else r.with_argument(_mask(r, i), a, value)


def _with(r: Replay, i: int, a: int, value: Value | None) -> Value | None:
    return None if value is None else r.with_argument(i, a, value)


def _by(ufunc: Any) -> Callable[[Replay, int], Any]:
    return lambda r, i: ufunc(r.argument(i, 0), r.argument(i, 1))


def _exchanged(r: Replay, i: int) -> Any:
    one, two = r.argument(i, 0), r.argument(i, 1)
    return two @ one if np.shape(two)[-1:] == np.shape(one)[:1] else None


def _divided(r: Replay, i: int) -> Any:
    """The other way round; beyond an example's length of nothing by nothing, nothing."""
    a, b = r.argument(i, 0), r.argument(i, 1)
    return np.where((a == 0) & (b == 0), 0, b / a) if "lengths" in r.trace.inputs else b / a


def _alone(a: int) -> Callable[[Replay, int], Any]:
    return lambda r, i: r.argument(i, a) + 0 * r.plain(i)


def _alone_text(r: Replay, i: int, a: int) -> str:
    """Of a sum over steps, of which one, too: a backward comes to the first of the run last."""
    text = labelled(r.trace, r.trace.tape.nodes[i].args[a], at=i)
    is_sum = r.trace.tape.nodes[i].place[0].function == SUM_OVER_STEPS
    return f"{text} of the {'first' if a else 'last'} step of the run alone" if is_sum else text


def _backwards(r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    parts = [r.argument(i, a) for a in range(len(node.args) - 1)]
    return node.function(*parts[::-1], node.args[-1])


def _dealt(each: int) -> Callable[[Replay, int], Any]:
    """Of what is repeated so often in a row the whole, and then again."""

    def change(r: Replay, i: int) -> Any:
        node = r.trace.tape.nodes[i]
        parts = [r.argument(i, a) for a in range(len(node.args) - 1)]
        if len(parts) % each:
            return None
        return node.function(*(part for k in range(each) for part in parts[k::each]), node.args[-1])

    return change


def _activation(r: Replay, i: int) -> tuple[int, Any] | None:
    """Which operand is an activation's, and the activation's node."""
    node = r.trace.tape.nodes[i]
    for a in (1, 0):
        arg = node.args[a]
        if type(arg) is Id and (node_of := r.trace.tape.nodes[r.trace.origin(arg)]).name in ACTIVATIONS:
            return a, node_of
    return None


def _composed(r: Replay, i: int) -> Any:
    """tanh(o * c) in place of o * tanh(c)."""
    if (found := _activation(r, i)) is None:
        return None
    a, inner = found
    return inner.function(r.argument(i, 1 - a) * r.values[inner.args[0]])


def _composed_text(r: Replay, i: int) -> str:
    found = _activation(r, i)
    assert found
    a, inner = found
    parts = labelled(r.trace, r.trace.tape.nodes[i].args[1 - a], at=i), labelled(r.trace, inner.args[0], at=i)
    return f"{inner.name}({' * '.join(f'({p})' if ' + ' in p else p for p in parts)})"
