"""Edits of the number that one input is multiplied by, such as the scale of a query: another input has it, too."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..trace.group import Group
from ..trace.neutral import input_of
from ..trace.replaying import Edit, Replay
from ..trace.tape import Id
from ..trace.trace import Trace
from .editing import edit


def of_scaled(trace: Trace) -> Iterator[Edit]:
    _, scaled = next(_scaled(trace), (None, ""))
    for (place, k), ids in trace.places.items() if scaled else ():
        name = input_of(trace, ids[0])
        if name and name != scaled and len(trace.shape(ids[0])) > 1:
            yield edit(Group(place, k), _times, "given", partial(_text, name), 0.9)


def _scaled(trace: Trace) -> Iterator[tuple[Any, str]]:
    """A number, and the input that is multiplied by it."""
    for node in trace.tape.nodes:
        if node.name != "multiply":
            continue
        for number, arg in (node.args, node.args[::-1]):
            is_number = type(number) is not Id or trace.shape(number) in ((), (1,))
            if is_number and type(arg) is Id and (name := input_of(trace, arg)):
                yield number, name


def _times(r: Replay, i: int) -> Any:
    number, _ = next(_scaled(r.trace), (None, ""))
    if number is None:
        return None
    return (r.values[number] if type(number) is Id else number) * r.plain(i)


def _text(name: str, r: Replay, i: int) -> str:
    _, scaled = next(_scaled(r.trace), (None, ""))
    return f"{name} times what {scaled} is scaled by"
