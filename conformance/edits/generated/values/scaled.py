"""Edits of the number that one input is multiplied by, such as the scale of a query: another input has it, too, or another value somewhere."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import EACH, Group
from ...trace.neutral import input_of, step_input_of
from ...trace.replaying import Edit, Replay
from ...trace.tape import RESULT, Id, named
from ...trace.trace import Trace
from ...trace.wording import labelled, whole, with_part
from ..making.editing import ARITHMETIC, edit
from ..making.placing import in_place


def of_scaled(trace: Trace) -> Iterator[Edit]:
    """Of each other input, and of each output."""
    _, scaled = scaled_input(trace)
    for (place, k), ids in trace.places.items() if scaled else ():
        name = input_of(trace, ids[0])
        if name and name != scaled and len(trace.shape(ids[0])) > 1:
            for power in (1, -1):
                change = partial(_times, power=power)
                yield edit(Group(place, k), change, "given", lambda r, i, n=name, p=power: _text(r, n, p), 0.9)
    for name in trace.outputs if scaled else ():
        yield edit(Group(named(name, RESULT)), _times, "form", lambda r, i, n=name: _text(r, n), 0.95)


def of_scaled_operands(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Of what is multiplied, divided, added or subtracted in one place."""
    node = trace.tape.nodes[first]
    number, scaled = scaled_input(trace) if group.extent == EACH and node.name in ARITHMETIC else (None, "")
    for a, arg in enumerate(node.args if scaled else ()):
        if type(arg) is Id and len(trace.shape(arg)) > 1 and number not in node.args:
            for power in (1, -1):
                yield edit(group, partial(_operand_times, a, power), "form", partial(_operand_text, a, power), 1.1)


def scaled_input(trace: Trace) -> tuple[Any, str]:
    """The first number, and the input that is multiplied by it."""
    return next(_each_scaled(trace), (None, ""))


def _each_scaled(trace: Trace) -> Iterator[tuple[Any, str]]:
    for node in trace.tape.nodes:
        if node.name != "multiply":
            continue
        for number, arg in (node.args, node.args[::-1]):
            is_number = type(number) is not Id or trace.shape(number) in ((), (1,))
            if is_number and type(arg) is Id and (name := step_input_of(trace, arg)):
                yield number, name


def scale_of(r: Replay) -> Any:
    """The number, None where there is none."""
    number, _ = scaled_input(r.trace)
    return r.values[number] if type(number) is Id else number


def _times(r: Replay, i: int, power: int = 1) -> Any:
    return None if (by := scale_of(r)) is None else by**power * r.plain(i)


def _text(r: Replay, name: str, power: int = 1) -> str:
    return f"{name} {'times' if power == 1 else 'divided by'} the scale of {scaled_input(r.trace)[1]}"


def _operand_times(a: int, power: int, r: Replay, i: int) -> Any:
    return None if (by := scale_of(r)) is None else in_place(r, i, a, r.argument(i, a) * by**power)


def _operand_text(a: int, power: int, r: Replay, i: int) -> str:
    own = labelled(r.trace, r.trace.tape.nodes[i].args[a], at=i)
    return with_part(r.trace, i, a, f"({_text(r, whole(own), power)})")
