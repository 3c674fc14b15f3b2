"""Edits of sums and products together: some of the terms, a factor that reaches one term alone, what is inside a function put outside."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import OF_ONE, Value, edit, named, other, others

FACTORS = {"-({})": -1.0, "0 * ({})": 0.0, "2 * ({})": 2.0, "({}) / 2": 0.5}


def of_terms(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    name = trace.tape.nodes[first].name
    if name == "add":
        yield from _some(trace, group, first)
        yield from _gathered(trace, group, first)
    elif name == "multiply":
        yield from _distributed(trace, group, first)
    elif name in OF_ONE:
        yield from _outside(trace, group, first)


def _some(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    terms = trace.terms(first)
    for size in range(1, len(terms)):
        for chosen in combinations(range(len(terms)), size):
            if size > 1:
                for text, factor in FACTORS.items():
                    yield edit(group, _scaled(chosen, factor), "terms", _scaled_text(chosen, text), 1.1)
                for key, shift, rank in others(trace, first, trace.shape(first), shifts=False):
                    yield edit(
                        group, _other_for(chosen, key, shift), "value", _other_text(chosen, key, shift), rank + 0.1
                    )
            if len(terms) > 2 and 0 in chosen:
                yield edit(group, _multiplied(chosen), "terms", _multiplied_text(chosen), 1.3)


def _split(r: Replay, i: int, chosen: tuple[int, ...]) -> tuple[Any, Any] | None:
    """The sum of these terms, and that of the others."""
    values = [r.values[term] if type(term) is Id else term for term in r.trace.terms(i)]
    if chosen[-1] >= len(values) or len(chosen) == len(values):
        return None
    one, two = ([v for k, v in enumerate(values) if (k in chosen) is own] for own in (True, False))
    return sum(one[1:], one[0]), sum(two[1:], two[0])


def _other_for(chosen: tuple[int, ...], key: Value, shift: int) -> Callable[[Replay, int], Any]:
    """Another value in the place of several terms."""

    def change(r: Replay, i: int) -> Any:
        parts, instead = _split(r, i, chosen), other(r, i, key, shift)
        return None if parts is None or instead is None else instead + parts[1]

    return change


def _other_text(chosen: tuple[int, ...], key: Value, shift: int) -> Callable[[Replay, int], str]:
    return lambda r, i: f"{named(r.trace, key, shift)} + {_texts(r, i, chosen)[1]}"


def _texts(r: Replay, i: int, chosen: tuple[int, ...]) -> tuple[str, str]:
    labels = [labelled(r.trace, term, at=i) for term in r.trace.terms(i)]
    one, two = ([x for k, x in enumerate(labels) if (k in chosen) is own] for own in (True, False))
    return " + ".join(one), " + ".join(two)


def _scaled(chosen: tuple[int, ...], factor: float) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        parts = _split(r, i, chosen)
        return None if parts is None else factor * parts[0] + parts[1]

    return change


def _scaled_text(chosen: tuple[int, ...], text: str) -> Callable[[Replay, int], str]:
    def told(r: Replay, i: int) -> str:
        one, two = _texts(r, i, chosen)
        return f"{two} + {text.format(one)}"

    return told


def _multiplied(chosen: tuple[int, ...]) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        parts = _split(r, i, chosen)
        return None if parts is None else parts[0] * parts[1]

    return change


def _multiplied_text(chosen: tuple[int, ...]) -> Callable[[Replay, int], str]:
    return lambda r, i: "({}) * ({})".format(*_texts(r, i, chosen))


def _distributed(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """r * (s + t) as r * s + t, and of a product with a matrix W @ (r * s) + t."""
    for a, arg in enumerate(trace.tape.nodes[first].args):
        if type(arg) is not Id or trace.tape.nodes[arg].name not in ("add", "subtract"):
            continue
        for b in (0, 1):
            yield edit(group, _reaching(a, b), "terms", _reaching_text(a, b), 1.0)
        if trace.tape.nodes[arg].name == "add":
            for b in (0, 1):
                yield edit(group, _within(a, b), "terms", _within_text(a, b), 1.0)
        for key, _, rank in others(trace, first, trace.shape(first), shifts=False):
            for b in (0, 1):
                yield edit(group, _other_product(a, b, key), "value", _other_product_text(a, b, key), rank + 0.25)


def _reaching(a: int, b: int) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        inner = r.trace.tape.nodes[i].args[a]
        if type(inner) is not Id:
            return None
        node = r.trace.tape.nodes[inner]
        factor, parts = r.argument(i, 1 - a), [r.argument(inner, c) for c in range(len(node.args))]
        parts[b] = factor * parts[b]
        return node.function(*parts)

    return change


def _reaching_text(a: int, b: int) -> Callable[[Replay, int], str]:
    def told(r: Replay, i: int) -> str:
        node, inner = r.trace.tape.nodes[i], r.trace.tape.nodes[i].args[a]
        parts = [labelled(r.trace, arg, at=i) for arg in r.trace.tape.nodes[inner].args]
        parts[b] = f"{whole(labelled(r.trace, node.args[1 - a], at=i))} * {whole(parts[b])}"
        return f"{parts[0]} {'+' if r.trace.tape.nodes[inner].name == 'add' else '-'} {parts[1]}"

    return told


def _other_product(a: int, b: int, key: Value) -> Callable[[Replay, int], Any]:
    """Of r * s + r * t another value in the place of one of the products."""

    def change(r: Replay, i: int) -> Any:
        inner, instead = r.trace.tape.nodes[i].args[a], other(r, i, key)
        if type(inner) is not Id or instead is None:
            return None
        parts = [r.argument(i, 1 - a) * r.argument(inner, c) for c in (0, 1)]
        parts[b] = instead
        return r.trace.tape.nodes[inner].function(*parts)

    return change


def _other_product_text(a: int, b: int, key: Value) -> Callable[[Replay, int], str]:
    def told(r: Replay, i: int) -> str:
        node, inner = r.trace.tape.nodes[i], r.trace.tape.nodes[i].args[a]
        factor = labelled(r.trace, node.args[1 - a], at=i)
        parts = [f"{whole(factor)} * {whole(labelled(r.trace, arg, at=i))}" for arg in r.trace.tape.nodes[inner].args]
        parts[b] = named(r.trace, key)
        return f"{parts[0]} {'+' if r.trace.tape.nodes[inner].name == 'add' else '-'} {parts[1]}"

    return told


def _product(r: Replay, i: int, a: int, b: int) -> tuple[Id, Id] | None:
    """The sum, and the product of a matrix that is one of its terms."""
    inner = r.trace.tape.nodes[i].args[a]
    if type(inner) is not Id or type(term := r.trace.tape.nodes[inner].args[b]) is not Id:
        return None
    return (inner, term) if r.trace.tape.nodes[term].name == "matmul" else None


def _within(a: int, b: int) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        if (found := _product(r, i, a, b)) is None:
            return None
        inner, term = found
        return r.argument(term, 0) @ (r.argument(i, 1 - a) * r.argument(term, 1)) + r.argument(inner, 1 - b)

    return change


def _within_text(a: int, b: int) -> Callable[[Replay, int], str]:
    def told(r: Replay, i: int) -> str:
        found = _product(r, i, a, b)
        assert found
        (matrix, vector), rest = r.trace.tape.nodes[found[1]].args, r.trace.tape.nodes[found[0]].args[1 - b]
        factor, vector = (whole(labelled(r.trace, one, at=i)) for one in (r.trace.tape.nodes[i].args[1 - a], vector))
        return f"{labelled(r.trace, matrix, at=i)} @ ({factor} * {vector}) + {labelled(r.trace, rest, at=i)}"

    return told


def _gathered(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """x * y + z as x * (y + z)."""
    for a, arg in enumerate(trace.tape.nodes[first].args):
        if type(arg) is Id and trace.tape.nodes[arg].name == "multiply":
            for b in (0, 1):
                yield edit(group, _within_product(a, b), "terms", _within_product_text(a, b), 1.1)


def _within_product(a: int, b: int) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        product = r.trace.tape.nodes[i].args[a]
        if type(product) is not Id or r.trace.tape.nodes[product].name != "multiply":
            return None
        return r.argument(product, b) * (r.argument(product, 1 - b) + r.argument(i, 1 - a))

    return change


def _within_product_text(a: int, b: int) -> Callable[[Replay, int], str]:
    def told(r: Replay, i: int) -> str:
        product, other_term = (r.trace.tape.nodes[i].args[k] for k in (a, 1 - a))
        factors = [labelled(r.trace, arg, at=i) for arg in r.trace.tape.nodes[product].args]
        return f"{whole(factors[b])} * ({factors[1 - b]} + {labelled(r.trace, other_term, at=i)})"

    return told


def _outside(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """f(s + t) as f(s) + t."""
    (arg,) = trace.tape.nodes[first].args
    terms = trace.terms(arg) if type(arg) is Id and trace.tape.nodes[arg].name == "add" else []
    for size in range(1, len(terms)):
        for chosen in combinations(range(len(terms)), size):
            yield edit(group, _taken_out(chosen), "terms", _taken_out_text(chosen), 1.0)


def _taken_out(chosen: tuple[int, ...]) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        node = r.trace.tape.nodes[i]
        if r.trace.tape.nodes[node.args[0]].name != "add":
            return r.plain(i)
        parts = _split(r, node.args[0], chosen)
        return None if parts is None else node.function(parts[1]) + parts[0]

    return change


def _taken_out_text(chosen: tuple[int, ...]) -> Callable[[Replay, int], str]:
    def told(r: Replay, i: int) -> str:
        node = r.trace.tape.nodes[i]
        one, two = _texts(r, node.args[0], chosen)
        return f"{node.name}({two}) + {one}"

    return told
