"""Edits of what several uses of a value share, a forward and its backward too, in one of them: as where it is written again there, with a mistake."""

from collections.abc import Iterator
from typing import Any

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, of_node, with_part
from ..making.editing import ARITHMETIC, MOST, OF_ONE, UFUNCS, edit, filled, named, other, others
from ..making.forms import SIGNS
from ..making.placing import in_place
from ..making.shifting import BEFORE

MORE = 0.3  # by how much that is less likely than a mistake in what is written once
SIMPLE = SIGNS[:5]


def of_shared(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if group.extent != EACH or len(node.args) > MOST:
        return
    for a, arg in enumerate(node.args):
        if type(arg) is not Id or (len(trace.users[arg]) < 2 and trace.tape.nodes[arg].name != KEPT):
            continue
        inner = trace.tape.nodes[_unsigned(trace, arg)]
        if inner.name not in (*ARITHMETIC, *OF_ONE):
            continue
        if len(trace.users[arg]) > 1:  # of what is kept for one use `inner` has these
            yield from _by_operators(group, a, inner.name)
        for b, own in enumerate(inner.args):
            if type(own) is Id:
                yield from _replaced(trace, group, first, a, b)


def _by_operators(group: Group, a: int, name: str) -> Iterator[Edit]:
    for sign, ufunc in UFUNCS.items() if name in ARITHMETIC else ():
        if ufunc.__name__ != name:
            yield edit(
                group,
                lambda r, i, u=ufunc: _signed(r, i, a, u(r.argument(_of(r, i, a), 0), r.argument(_of(r, i, a), 1))),
                "operator",
                lambda r, i, s=sign: _text(r, i, a, of_node(r.trace, _of(r, i, a), operator=s)),
                1.0 + MORE,
            )


def _replaced(trace: Trace, group: Group, first: int, a: int, b: int) -> Iterator[Edit]:
    inner = trace.tape.nodes[_unsigned(trace, trace.tape.nodes[first].args[a])].args[b]
    for form in SIMPLE:
        yield edit(
            group,
            lambda r, i, f=form: _with(r, i, a, b, f.of(r.argument(_of(r, i, a), b))),
            "form",
            lambda r, i, f=form: _part_text(r, i, a, b, filled(f.text, _label(r, i, a, b))),
            form.rank + MORE,
        )
    for key, _, rank in others(trace, first, trace.shape(inner), inner, shifts=False):
        yield edit(
            group,
            lambda r, i, k=key: _with(r, i, a, b, other(r, i, k)),
            "value",
            lambda r, i, k=key: _part_text(r, i, a, b, named(r.trace, k)),
            rank + MORE,
        )
    node = trace.tape.nodes[inner]
    if node.step is not None and trace.steps > 1:
        yield edit(
            group,
            lambda r, i: _with(r, i, a, b, other(r, _of(r, i, a), _key(r, i, a, b), BEFORE)),
            "value",
            lambda r, i: _part_text(r, i, a, b, named(r.trace, _key(r, i, a, b), BEFORE)),
            0.9 + MORE,
        )


def _key(r: Replay, i: int, a: int, b: int) -> Key:
    node = r.trace.tape.nodes[r.trace.tape.nodes[_of(r, i, a)].args[b]]
    return node.place, node.k


def _unsigned(trace: Trace, arg: Id) -> int:
    """Where a value is computed, or what it is the negative of."""
    origin = trace.origin(arg)
    node = trace.tape.nodes[origin]
    return trace.origin(node.args[0]) if node.name == "negative" else origin


def _of(r: Replay, i: int, a: int) -> int:
    return _unsigned(r.trace, r.trace.tape.nodes[i].args[a])


def _is_turned(r: Replay, i: int, a: int) -> bool:
    return _of(r, i, a) != r.trace.origin(r.trace.tape.nodes[i].args[a])


def _signed(r: Replay, i: int, a: int, value: Any) -> Any:
    """What a node gives with a value for one of its operands, or for what that is the negative of."""
    return None if value is None else in_place(r, i, a, -value if _is_turned(r, i, a) else value)


def _with(r: Replay, i: int, a: int, b: int, value: Any) -> Any:
    """What a node gives with another operand of one of its operands."""
    return _signed(r, i, a, in_place(r, _of(r, i, a), b, value))


def _label(r: Replay, i: int, a: int, b: int) -> str:
    return labelled(r.trace, r.trace.tape.nodes[_of(r, i, a)].args[b], at=i)


def _part_text(r: Replay, i: int, a: int, b: int, text: str) -> str:
    return _text(r, i, a, with_part(r.trace, _of(r, i, a), b, text))


def _text(r: Replay, i: int, a: int, text: str) -> str:
    return with_part(r.trace, i, a, f"{'-' if _is_turned(r, i, a) else ''}({text})")
