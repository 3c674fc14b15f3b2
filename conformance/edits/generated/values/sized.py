"""Edits of what is chosen by the size of a value, which the reference asks of both of its signs: the other of the two is chosen."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import edit
from .floors import Sized, sized_of


def of_sized(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Of x where a value is large, with its sign, and else y: y where it is large, else x with its sign."""
    if group.extent == EACH and sized_of(trace, first):
        yield edit(group, _turned, "mask", _turned_text)


def _turned(r: Replay, i: int) -> Any:
    if (found := sized_of(r.trace, i)) is None:
        return None
    one, rest, value, bound = (r.values[arg] if type(arg) is Id else arg for arg in found)
    return np.where(abs(value) > bound, rest, np.sign(value) * one)


def _turned_text(r: Replay, i: int) -> str:
    one, rest, value, bound = (labelled(r.trace, arg, at=i) for arg in _at(r, i))
    return f"{whole(rest)} where abs({value}) > {bound}, else sign({value}) * {whole(one)}"


def _at(r: Replay, i: int) -> Sized:
    found = sized_of(r.trace, i)
    assert found
    return found
