"""Edits of what is joined and enters a product: its parts in the other order, in other forms, others in their places; what a part gives alone."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from ...trace.group import EACH, TURNED, USES, Group
from ...trace.members import members
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, with_part
from ..making.editing import edit, named, other, others
from ..making.forms import Value
from ..making.joined import joined_in, reformed, reformed_text
from ..values.joins import of_joined
from .outers import GROUPS, OWN
from .weights import of_a_step


def of_what_is_turned(trace: Trace) -> Iterator[Edit]:
    """Of what several gates see, and not all, another part in the gradients into their matrices."""
    every = of_a_step(trace, GROUPS[OWN])
    for (place, k), (i, *_) in trace.places.items():
        if trace.tape.nodes[i].name == "concatenate":
            group = Group((Expression(TURNED, "", 0, 0, 0, 0), *place), k, USES)
            if 1 < of_a_step(trace, group) < every:
                yield from of_joined(trace, group, members(trace, group)[0], 1, i)


def of_products(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Of a product of what is joined, with a bias: what one part gives alone, or what the others and the bias give otherwise."""
    for a, arg in enumerate(trace.tape.nodes[first].args if trace.tape.nodes[first].name == "add" else ()):
        if type(arg) is not Id or trace.tape.nodes[arg].name != "matmul":
            continue
        if (joined := joined_in(trace, trace.tape.nodes[arg].args[1])) is None:
            continue
        for part in range(len(trace.tape.nodes[joined].args) - 1):
            for factor in (0.0, -1.0, 2.0):
                change, text = (
                    partial(_scaled, a=a, part=part, factor=factor),
                    partial(_scaled_text, a=a, part=part, factor=factor),
                )
                yield edit(group, change, "form", text, 1.1 + 0.1 * bool(factor))
            if group.extent == EACH:
                yield from _of_others(trace, group, first, a, part)


def _of_others(trace: Trace, group: Group, first: int, a: int, part: int) -> Iterator[Edit]:
    """What a part gives is another product's, or another value."""
    for product in _products(trace, first, a):
        change, text = (
            partial(_of_another, a=a, part=part, key=product),
            partial(_of_another_text, a=a, part=part, key=product),
        )
        yield edit(group, change, "value", text, 1.1)
    for key, _, rank in others(trace, first, trace.shape(first), shifts=False):
        yield edit(
            group,
            lambda r, i, k=key: _parted(r, i, a, part, other(r, i, k)),
            "value",
            lambda r, i, k=key: _parted_text(r, i, a, part, named(r.trace, k)),
            rank + 0.25,
        )


def _products(trace: Trace, i: int, a: int) -> Iterator[Key]:
    """Other sums of a product of the same that is joined, and a bias."""
    joined = joined_in(trace, trace.tape.nodes[trace.tape.nodes[i].args[a]].args[1])
    for key, (j, *_) in trace.places.items():
        node = trace.tape.nodes[j]
        if j == i or node.name != "add" or trace.shape(j) != trace.shape(i) or type(node.args[a]) is not Id:
            continue
        product = trace.tape.nodes[node.args[a]]
        if product.name == "matmul" and joined_in(trace, product.args[1]) == joined:
            yield key


def _of_another(r: Replay, i: int, a: int, part: int, key: Key) -> Value | None:
    """What the other parts give, and what this one and the bias of another product give, which may not be computed yet."""
    own, j = _scaled(r, i, a, part, 0.0), r.trace.at_step.get((key, r.trace.tape.nodes[i].step))
    if own is None or j is None:
        return None
    product = r.trace.tape.nodes[j].args[a]
    without = reformed(r, product, 1, part, _zeros)
    if without is None:
        return None
    return own + r.argument(product, 0) @ (r.argument(product, 1) - without) + r.argument(j, 1 - a)


def _of_another_text(r: Replay, i: int, a: int, part: int, key: Key) -> str:
    node = r.trace.tape.nodes[r.trace.places[key][0]]
    joined = joined_in(r.trace, r.trace.tape.nodes[node.args[a]].args[1])
    taken = labelled(r.trace, r.trace.tape.nodes[joined].args[part], at=i) if joined is not None else ""
    whole_of = f"{labelled(r.trace, node.args[a], at=i)} + {labelled(r.trace, node.args[1 - a], at=i)}"
    return f"{_scaled_text(r, i, a, part, 0.0)} + what {taken} gives in {whole_of}"


def _parted(r: Replay, i: int, a: int, part: int, value: Value | None) -> Value | None:
    """What the other parts give, and in the place of what this one gives, the last with the bias, another value."""
    without = _scaled(r, i, a, part, 0.0)
    if value is None or without is None or np.shape(without) != np.shape(value):
        return None
    return without + value + (0 if _is_last(r.trace, i, a, part) else r.argument(i, 1 - a))


def _parted_text(r: Replay, i: int, a: int, part: int, text: str) -> str:
    bias = "" if _is_last(r.trace, i, a, part) else f" + {labelled(r.trace, r.trace.tape.nodes[i].args[1 - a], at=i)}"
    return f"{_scaled_text(r, i, a, part, 0.0)}{bias} + {text}"


def _is_last(trace: Trace, i: int, a: int, part: int) -> bool:
    joined = joined_in(trace, trace.tape.nodes[trace.tape.nodes[i].args[a]].args[1])
    return joined is not None and part == len(trace.tape.nodes[joined].args) - 2


def _scaled(r: Replay, i: int, a: int, part: int, factor: float) -> Value | None:
    """What the other parts give, and so many times what this one and the bias give."""
    product = r.trace.tape.nodes[i].args[a]
    joined = reformed(r, product, 1, part, _zeros)
    if joined is None:
        return None
    others = r.with_argument(product, 1, joined)
    return others + factor * (r.plain(i) - others)


def _scaled_text(r: Replay, i: int, a: int, part: int, factor: float) -> str:
    product, bias = (r.trace.tape.nodes[i].args[b] for b in (a, 1 - a))
    of_others = with_part(r.trace, product, 1, reformed_text(r, product, 1, part, "0"))
    if not factor:
        return of_others
    joined = joined_in(r.trace, r.trace.tape.nodes[product].args[1])
    own = labelled(r.trace, r.trace.tape.nodes[joined].args[part], at=i) if joined is not None else ""
    return f"{of_others} + {factor:g} * (what {own} gives + {labelled(r.trace, bias, at=i)})"


def _zeros(value: Value) -> Value:
    return 0 * value
