"""Edits of all products that are summed over one axis, or that make a matrix of states, as people have them who do that by one function."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import OF_VECTORS, OVER_EXAMPLES, OVER_KEYS, OVER_VALUES, SAME, Group
from ...trace.members import members
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.sums import vector_of
from ...trace.trace import Trace
from ...trace.wording import labelled
from ..making.editing import UFUNCS, edit

MULTIPLY = Expression("", "multiply", 0, 0, 0, 0)
PRODUCTS_OF = {
    "in all sums over the keys of a state": OVER_KEYS,
    "in all sums over the values of a state": OVER_VALUES,
    "in all outer products": OF_VECTORS,
    "in all sums over examples": OVER_EXAMPLES,
}


def of_contractions(trace: Trace) -> Iterator[Edit]:
    """The matrix and the vector by another operator, or one of them alone."""
    for words, only in PRODUCTS_OF.items():
        group = Group((MULTIPLY,), 0, SAME, only)
        for a in (0, 1) if len(members(trace, group)) > 1 else ():
            yield edit(group, partial(_alone, a), "left out", partial(_alone_text, a, words), 0.9)
        for sign, ufunc in UFUNCS.items() if len(members(trace, group)) > 1 else ():
            for turned in (False, True) if ufunc.__name__ != "multiply" else ():
                change, text = partial(_by, ufunc, turned), partial(_by_text, sign, turned, words)
                yield edit(group, change, "operator", text, 0.9)


def _operands(trace: Trace, i: int) -> tuple[int, int]:
    """Of the matrix, and of the vector; of two vectors as they stand."""
    vector = vector_of(trace, i)
    return (0, 1) if vector is None else (1 - vector, vector)


def _alone(a: int, r: Replay, i: int) -> Any:
    return r.argument(i, _operands(r.trace, i)[a]) + 0 * r.plain(i)


def _by(ufunc: Any, turned: bool, r: Replay, i: int) -> Any:
    one, two = (r.argument(i, a) for a in _operands(r.trace, i))
    return ufunc(two, one) if turned else ufunc(one, two)


def _labels(trace: Trace, i: int) -> list[str]:
    return [labelled(trace, trace.tape.nodes[i].args[a], at=i) for a in _operands(trace, i)]


def _alone_text(a: int, words: str, r: Replay, i: int) -> str:
    return f"{_labels(r.trace, i)[a]}, {words}"


def _by_text(sign: str, turned: bool, words: str, r: Replay, i: int) -> str:
    one, two = _labels(r.trace, i)[:: -1 if turned else 1]
    return f"{one} {sign} {two}, {words}"
