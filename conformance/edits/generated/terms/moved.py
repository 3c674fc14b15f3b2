"""Edits of where a factor stands.

Outside of a function in whose argument it is written, as r * tanh(W [a; x]) in place of tanh(W [r * a; x]); or on another input, as the scale of q on k.
"""

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Any

from ...trace.group import EACH, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id, named
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, of_node, whole
from ..making.editing import OF_ONE, edit
from ..making.joined import joined_in, reformed, rejoined

LINEAR = ("add", "subtract", "matmul", "concatenate")  # what is between the factor and the function
DEPTH = 4


def of_factors_moved(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if group.extent == EACH and node.name == "multiply":
        yield from _on_other_inputs(trace, group, first)
    if group.extent != EACH or node.name not in OF_ONE:
        return
    for product in _products(trace, node.args[0], DEPTH):
        of = trace.tape.nodes[product]
        for a, factor in enumerate(of.args):
            if type(factor) is Id and trace.shape(factor) == trace.shape(first):
                partner = Group(of.place, of.k)
                for inside in (False, True):
                    change, text = partial(_moved, partner, a, inside), partial(_text, group, partner, a, inside)
                    yield edit(group, change, "terms", text, 1.1, partner)
    sums = node.args[0] if type(node.args[0]) is Id and trace.tape.nodes[node.args[0]].name == "add" else None
    for part in _other_parts(trace, sums) if sums is not None else ():
        yield edit(group, partial(_on_the_others, part), "terms", partial(_on_the_others_text, part), 1.1)


def _on_other_inputs(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """A number by which one input is multiplied, on another."""
    for a, factor in enumerate(trace.tape.nodes[first].args):
        of = trace.tape.nodes[first].args[1 - a]
        if type(factor) is not Id or prod(trace.shape(factor)) > 1 or type(of) is not Id or not _input(trace, of):
            continue
        for name, other in trace.inputs.items():
            if name != _input(trace, of) and len(trace.shape(other)) == len(trace.shape(of)) > 1:
                key, partner = (group.place, group.k), Group(named(name))
                change = partial(_on_the_other, key, a)
                yield edit(group, change, "terms", partial(_on_the_other_text, key, a, name), 1.05, partner)


def of_biases_moved(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """A bias added in another gate, and not in its own."""
    if group.extent != EACH:
        return
    for a, bias in _biases(trace, first):
        for key, (j, *_) in trace.places.items():
            if j != first and trace.shape(j) == trace.shape(first) and any(_biases(trace, j)):
                own, partner = (group.place, group.k), Group(*key)
                change, text = partial(_bias_moved, own, a), partial(_bias_moved_text, own, key, bias)
                yield edit(group, change, "terms", text, 1.1, partner)


def _biases(trace: Trace, i: int) -> Iterator[tuple[int, Id]]:
    """Of a sum forward: which of the terms is a parameter, with a column."""
    node = trace.tape.nodes[i]
    for a, arg in enumerate(node.args if node.name == "add" and not trace.is_back(i) else ()):
        if type(arg) is Id and not trace.tape.nodes[arg].name and trace.shape(arg)[1:] == (1,):
            yield a, arg


def _bias_moved(own: Key, a: int, r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    if (node.place, node.k) == own:
        return r.argument(i, 1 - a) + 0 * r.argument(i, a)
    j = r.trace.at_step.get((own, node.step))
    return None if j is None else r.plain(i) + r.argument(j, a)


def _bias_moved_text(own: Key, other: Key, bias: Id, r: Replay, i: int) -> str:
    label, to = labelled(r.trace, bias, at=i), of_node(r.trace, r.trace.places[other][0])
    return f"{to} + {label}, and none of it"


def _input(trace: Trace, i: int) -> str:
    """Which of what is given a node is, or what a loop takes of it for a step."""
    node = trace.tape.nodes[i]
    while node.name == "[]" and node.step is not None:
        node = trace.tape.nodes[node.args[0]]
    name = node.place[0].function
    return "" if node.name else name if name in trace.inputs else ""


def _on_the_other(key: Key, a: int, r: Replay, i: int) -> Any:
    if not r.trace.tape.nodes[i].name:
        products = r.trace.places.get(key)
        return products and r.argument(products[0], a) * r.given(i)
    return r.argument(i, 1 - a)


def _on_the_other_text(key: Key, a: int, name: str, r: Replay, i: int) -> str:
    args = r.trace.tape.nodes[r.trace.places[key][0]].args
    factor, of = labelled(r.trace, args[a], at=i), labelled(r.trace, args[1 - a], at=i)
    return f"{whole(factor)} * {name}, and {of} for {whole(factor)} * {of}"


def _other_parts(trace: Trace, i: int) -> Iterator[tuple[int, int]]:
    """Of a sum with a product with a matrix: which part of what is joined is a product, and which of its factors."""
    for product, part in _joined_products(trace, i):
        for a, factor in enumerate(trace.tape.nodes[product].args):
            if type(factor) is Id and trace.shape(factor) == trace.shape(i):
                yield part, a


def _joined_products(trace: Trace, i: int) -> Iterator[tuple[Id, int]]:
    for arg in trace.tape.nodes[i].args:
        node = trace.tape.nodes[arg] if type(arg) is Id else None
        joined = joined_in(trace, node.args[1]) if node is not None and node.name == "matmul" else None
        for part, own in enumerate(trace.tape.nodes[joined].args[:-1] if joined is not None else ()):
            if type(own) is Id and trace.tape.nodes[own].name == "multiply":
                yield own, part


def _on_the_others(at: tuple[int, int], r: Replay, i: int) -> Any:
    """W [r * s; x] + b as W [s; 0] + r * (W [0; x] + b)."""
    part, a = at
    total = r.trace.tape.nodes[i].args[0]
    found = next((product for product, own in _joined_products(r.trace, total) if own == part), None)
    if found is None:
        return None
    b = next(
        k
        for k, arg in enumerate(r.trace.tape.nodes[total].args)
        if type(arg) is Id and r.trace.tape.nodes[arg].name == "matmul"
    )
    matmul = r.trace.tape.nodes[total].args[b]
    alone = reformed(r, matmul, 1, part, lambda z: 0 * z)
    plain = rejoined(r, matmul, 1, part, r.argument(found, 1 - a))
    if alone is None or plain is None:
        return None
    rest, product = r.with_argument(matmul, 1, alone), r.with_argument(matmul, 1, plain)
    return r.trace.tape.nodes[i].function(product - rest + r.argument(found, a) * (rest + r.argument(total, 1 - b)))


def _on_the_others_text(at: tuple[int, int], r: Replay, i: int) -> str:
    part, a = at
    total = r.trace.tape.nodes[i].args[0]
    found = next(product for product, own in _joined_products(r.trace, total) if own == part)
    factor, rest = (labelled(r.trace, r.trace.tape.nodes[found].args[b], at=i) for b in (a, 1 - a))
    return f"{of_node(r.trace, i)}, of which {factor} is on all but {rest}"


def _products(trace: Trace, arg: Any, depth: int) -> Iterator[int]:
    """The products that go into a value by way of sums and matrices, of its step."""
    node = trace.tape.nodes[arg] if type(arg) is Id else None
    if node is None or not depth:
        return
    if node.name == "multiply":
        yield arg
    for inner in node.args if node.name in LINEAR else ():
        if type(inner) is Id and trace.tape.nodes[inner].step == node.step:
            yield from _products(trace, inner, depth - 1)


def _moved(partner: Group, a: int, inside: bool, r: Replay, i: int) -> Any:
    nodes = r.trace.tape.nodes
    own = members(r.trace, partner)
    if i in own:
        return r.argument(i, 1 - a)
    product = next((j for j in own if nodes[j].step == nodes[i].step), None)
    if product is None:
        return None
    factor = r.argument(product, a)
    return nodes[i].function(factor * r.argument(i, 0)) if inside else factor * r.plain(i)


def _text(group: Group, partner: Group, a: int, inside: bool, r: Replay, i: int) -> str:
    """What is left of the product, which comes first, and where its factor is."""
    function, product = members(r.trace, group)[0], members(r.trace, partner)[0]
    factor, rest = (labelled(r.trace, r.trace.tape.nodes[product].args[b], at=i) for b in (a, 1 - a))
    if not inside:
        return f"{rest}, and {whole(factor)} * {of_node(r.trace, function)}"
    argument = labelled(r.trace, r.trace.tape.nodes[function].args[0], at=function)
    return f"{rest}, and {r.trace.tape.nodes[function].name}({whole(factor)} * {whole(argument)})"
