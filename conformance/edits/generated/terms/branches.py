"""Edits of x + (d where a mask holds, else 0) as people write it by branches: x + d, added up, where it holds, else x."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import Group
from ...trace.places import Step
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, with_part
from ..making.editing import Value, edit, filled, named, other, others
from ..making.forms import SIGNS, Form

Term = tuple[int, Id]  # with its sign
TERMS = 6  # of a branch, at most


class Branches(NamedTuple):
    """The terms of both, x alone where there is 0, and the mask; `is_first` where the mask holds in the branch that has more."""

    alone: list[Term]
    more: list[Term]
    mask: Any
    is_first: bool


def of_branches(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if (found := _branches(trace, first)) is None:
        return
    for in_more, terms in ((False, found.alone), (True, found.more)):
        for k, (_, term) in enumerate(terms):
            for form in SIGNS[:5]:
                yield _edited(group, in_more, k, partial(_formed, form), partial(_formed_text, form), 1.1)
            factors = trace.tape.nodes[term].args if trace.tape.nodes[term].name == "multiply" else ()
            for key, _, rank in others(trace, first, trace.shape(first), shifts=False):
                yield _edited(group, in_more, k, partial(_other, key), partial(_other_text, key), rank + 0.1)
                for a, factor in enumerate(factors):
                    if type(factor) is Id and trace.shape(factor) == trace.shape(first):
                        yield _edited(
                            group, in_more, k, partial(_factor, a, key), partial(_factor_text, a, key), rank + 0.1
                        )


def _branches(trace: Trace, i: int) -> Branches | None:
    node = trace.tape.nodes[i]
    for a in (0, 1) if node.name == "add" else ():
        x, choice = node.args[1 - a], node.args[a]
        if type(x) is not Id or type(choice) is not Id or trace.tape.nodes[choice].name != "where":
            continue
        one, two, mask = trace.tape.nodes[choice].args
        nothing = [part for part in (one, two) if type(part) is not Id and part == 0]
        if len(nothing) == 1:
            more = _together([(1, x), *_terms(trace, two if type(two) is Id else one, 1, node.step)])
            return Branches([(1, x)], more, mask, type(one) is Id) if len(more) <= TERMS else None
    return None


def _terms(trace: Trace, i: Id, sign: int, step: Step) -> list[Term]:
    """Those of a sum of sums and differences, as far as they are of one step."""
    node = trace.tape.nodes[i]
    if node.name not in ("add", "subtract") or node.step != step or not all(type(arg) is Id for arg in node.args):
        return [(sign, i)]
    one, two = node.args
    return [*_terms(trace, one, sign, step), *_terms(trace, two, sign if node.name == "add" else -sign, step)]


def _together(terms: list[Term]) -> list[Term]:
    """Without those that are added and taken off."""
    found = list[Term]()
    for sign, term in terms:
        if (-sign, term) in found:
            found.remove((-sign, term))
        else:
            found.append((sign, term))
    return found


Instead = Callable[[Replay, int, Id], Any]  # at a node, for a term
Words = Callable[[Replay, Id], str]


def _edited(group: Group, in_more: bool, k: int, instead: Instead, words: Words, rank: float) -> Edit:
    """A branch with another value in the place of a term."""

    def change(r: Replay, i: int) -> Any:
        if (found := _branches(r.trace, i)) is None or k >= len(terms := found.more if in_more else found.alone):
            return None
        if (value := instead(r, i, terms[k][1])) is None:
            return None
        own = sum(sign * (value if j == k else r.values[term]) for j, (sign, term) in enumerate(terms))
        mask = r.values[found.mask] if type(found.mask) is Id else found.mask
        where = mask if found.is_first is in_more else ~mask
        return r.within(i, np.where(where, own, r.plain(i)), r.plain(i))

    def text(r: Replay, i: int) -> str:
        found = _branches(r.trace, i)
        assert found
        one, two = (
            _sum(
                [words(r, t) if chosen and j == k else labelled(r.trace, t, at=i) for j, (_, t) in enumerate(terms)],
                terms,
            )
            for chosen, terms in ((in_more, found.more), (not in_more, found.alone))
        )
        mask = labelled(r.trace, found.mask, at=i)
        return f"{one} where {mask}, else {two}" if found.is_first else f"{two} where {mask}, else {one}"

    return edit(group, change, "terms", text, rank)


def _sum(labels: list[str], terms: list[Term]) -> str:
    signed = (f"{'-' if sign < 0 else '+'} {label}" for label, (sign, _) in zip(labels, terms, strict=True))
    return " ".join(signed).removeprefix("+ ")


def _formed(form: Form, r: Replay, i: int, term: Id) -> Any:
    return form.of(r.values[term])


def _formed_text(form: Form, r: Replay, term: Id) -> str:
    return filled(form.text, labelled(r.trace, term))


def _other(key: Value, r: Replay, i: int, term: Id) -> Any:
    return other(r, i, key)


def _other_text(key: Value, r: Replay, term: Id) -> str:
    return named(r.trace, key)


def _factor(a: int, key: Value, r: Replay, i: int, term: Id) -> Any:
    value = other(r, i, key)
    return None if value is None else r.with_argument(term, a, value)


def _factor_text(a: int, key: Value, r: Replay, term: Id) -> str:
    return with_part(r.trace, term, a, named(r.trace, key))
