"""Edits of a sum by one of its terms: that times a factor of another term, as where a bracket is closed too late; or times another value."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import edit, named, other, others
from ..values.operands import is_gate
from .products import factors

Value = Callable[[Replay, int], Any]
MOST = 6  # terms of a sum


def of_term_factors(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if group.extent != EACH or trace.tape.nodes[first].name != "add":
        return
    terms = trace.terms(first)
    for k, term in enumerate(terms if len(terms) <= MOST else ()):
        if type(term) is Id and trace.shape(term) == (trace.shape(first)[0], 1) != trace.shape(first):
            yield from _gated(trace, group, first, k)
        if type(term) is not Id or trace.shape(term) != trace.shape(first):
            continue
        for j, sibling in enumerate(terms):
            for f, factor in enumerate(_factors(trace, sibling) if j != k else ()):
                if type(factor) is Id and trace.shape(factor) == trace.shape(first):
                    change, text = partial(_times_factor, k, j, f), partial(_times_factor_text, k, j, f)
                    yield edit(group, change, "terms", text, 1.1)
        for key, _, rank in others(trace, first, trace.shape(first), shifts=False) if _is_product(trace, term) else ():
            yield edit(group, partial(_times, k, key), "inserted", partial(_times_text, k, key), rank + 0.35)


def _gated(trace: Trace, group: Group, first: int, k: int) -> Iterator[Edit]:
    """A bias by a gate, as what it is added to is."""
    for key, _, rank in others(trace, first, trace.shape(first), shifts=False):
        if is_gate(trace, key):
            yield edit(group, partial(_times, k, key), "inserted", partial(_times_text, k, key), rank + 0.2)


def _is_product(trace: Trace, term: Any) -> bool:
    return type(term) is Id and trace.tape.nodes[trace.origin(term)].name == "multiply"


def _factors(trace: Trace, term: Any) -> list[Any]:
    return factors(trace, term) if _is_product(trace, term) else []


def _sum(r: Replay, i: int, k: int, factor: Any) -> Any:
    """With the k-th of the terms times a factor."""
    values = [r.values[term] if type(term) is Id else term for term in r.trace.terms(i)]
    if factor is None or k >= len(values):
        return None
    values[k] = values[k] * factor
    return sum(values[1:], values[0])


def _sum_text(r: Replay, i: int, k: int, factor: str) -> str:
    labels = [labelled(r.trace, term, at=i) for term in r.trace.terms(i)]
    labels[k] = f"{whole(factor)} * {labels[k] if _is_product(r.trace, r.trace.terms(i)[k]) else whole(labels[k])}"
    return " + ".join(labels)


def _factor(r: Replay, i: int, j: int, f: int) -> Any:
    terms = r.trace.terms(i)
    own = _factors(r.trace, terms[j]) if j < len(terms) else []
    return own[f] if f < len(own) and type(own[f]) is Id else None


def _times_factor(k: int, j: int, f: int, r: Replay, i: int) -> Any:
    found = _factor(r, i, j, f)
    return None if found is None else _sum(r, i, k, r.values[found])


def _times_factor_text(k: int, j: int, f: int, r: Replay, i: int) -> str:
    return _sum_text(r, i, k, labelled(r.trace, _factor(r, i, j, f), at=i))


def _times(k: int, key: Any, r: Replay, i: int) -> Any:
    return _sum(r, i, k, other(r, i, key))


def _times_text(k: int, key: Any, r: Replay, i: int) -> str:
    return _sum_text(r, i, k, named(r.trace, key))
