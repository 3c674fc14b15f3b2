"""Edits of what is read of a state that is a matrix: with a term of the step's write, as where it is read after a part of that; or without one."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole, with_part
from ..making.editing import UFUNCS, Value, edit, named, other, others
from ..making.placing import in_place

OF_A_MATRIX = 4  # axes: heads, keys, values, examples


def of_reads(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if node.name != "multiply" or group.extent != EACH or trace.is_back(first):
        return
    for a, arg in enumerate(node.args):
        if type(arg) is not Id or trace.shape(arg) != trace.shape(first) or len(trace.shape(arg)) < OF_A_MATRIX:
            continue
        for key, _, rank in others(trace, first, trace.shape(arg), arg, shifts=False):
            if key in trace.places and trace.shape(trace.places[key][0]) == trace.shape(arg):
                for sign in "+-":
                    yield edit(
                        group, partial(_read, a, sign, key), "inserted", partial(_text, a, sign, key), rank + 0.25
                    )


def _read(a: int, sign: str, key: Value, r: Replay, i: int) -> Any:
    term = other(r, i, key)
    return None if term is None else in_place(r, i, a, UFUNCS[sign](r.argument(i, a), term))


def _text(a: int, sign: str, key: Value, r: Replay, i: int) -> str:
    read = labelled(r.trace, r.trace.tape.nodes[i].args[a], at=i)
    term = named(r.trace, key)
    return with_part(r.trace, i, a, f"({read} {sign} {term if sign == '+' else whole(term)})")
