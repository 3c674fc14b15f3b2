"""Edits of a sum in which two of the terms are multiplied where they should be added; of what a matrix takes joined each part is a term."""

from collections.abc import Iterator
from functools import partial, reduce
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import ALIKE, ALL, EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import edit
from ..making.projecting import of_part

LEAST, MOST = 3, 6  # terms: of two the operator has edits of its own
OF_ALL, TO_STATE, _ = HALVES = ("", ", in what goes back to the state", ", in what goes back to the input")


class Term(NamedTuple):
    """A node, or of a product with what is joined the place of one of its parts."""

    of: Any
    part: int | None = None


def of_crossed(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if group.extent not in (EACH, ALL, ALIKE) or trace.tape.nodes[first].name != "add":
        return
    count = len(_terms(trace, first))
    halves = HALVES if _is_joint(trace, first) else HALVES[:1]
    for (j, k), half in ((pair, half) for pair in combinations(range(count), 2) for half in halves):
        if LEAST <= count <= MOST:
            change, text = partial(_crossed, half, j, k), partial(_crossed_text, half, j, k)
            yield edit(group, change, "operator", text, 1.15)


def _terms(trace: Trace, i: int) -> list[Term]:
    found = list[Term]()
    for term in trace.terms(i):
        node = trace.tape.nodes[term] if type(term) is Id else None
        joined = trace.tape.nodes[node.args[1]] if node and node.name == "matmul" and type(node.args[1]) is Id else None
        if joined and joined.name == "concatenate" and joined.step == trace.tape.nodes[i].step:
            found += [Term(term, part) for part in range(len(joined.args) - 1)]
        else:
            found.append(Term(term))
    return found


def _is_joint(trace: Trace, i: int) -> bool:
    """Whether it goes back to what was joined: the state and the input."""
    dims = trace.dims
    return trace.is_back(i) and trace.shape(i)[:1] == (dims.get("n_a", 0) + dims.get("n_x", 0),)


def _value(r: Replay, term: Term) -> Any:
    if term.part is None:
        return r.values[term.of] if type(term.of) is Id else term.of
    return of_part(r, term.of, term.part)


def _crossed(half: str, j: int, k: int, r: Replay, i: int) -> Any:
    values = [_value(r, term) for term in _terms(r.trace, i)]
    if k >= len(values):
        return None
    rest = [value for place, value in enumerate(values) if place not in (j, k)]
    new = reduce(np.add, rest, values[j] * values[k])
    if half == OF_ALL:
        return new
    n, old = r.trace.dims["n_a"], r.plain(i)
    return np.concatenate([new[:n], old[n:]] if half == TO_STATE else [old[:n], new[n:]])


def _label(trace: Trace, term: Term) -> str:
    if term.part is None:
        return labelled(trace, term.of)
    matrix, joined = trace.tape.nodes[term.of].args
    return f"{labelled(trace, matrix)} @ {labelled(trace, trace.tape.nodes[joined].args[term.part])} alone"


def _crossed_text(half: str, j: int, k: int, r: Replay, i: int) -> str:
    labels = [_label(r.trace, term) for term in _terms(r.trace, i)]
    rest = [label for place, label in enumerate(labels) if place not in (j, k)]
    return " + ".join([f"{whole(labels[j])} * {whole(labels[k])}", *rest]) + half
