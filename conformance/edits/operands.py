"""Edits of one operand: in another form, or another value in its place; of what is joined, of one of the parts."""

from collections.abc import Callable, Iterator
from typing import Any

from .editing import ACTIVATIONS, MOST, edit, filled, in_place, named, other, others
from .forms import PARTS, SIGNS, Value
from .group import ALIKE, ALL, EACH, Group
from .members import members
from .replaying import Edit, Replay
from .tape import Id
from .trace import Key, Trace
from .wording import labelled, with_part


def of_operands(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    for a, arg in enumerate(node.args):
        if type(arg) is not Id or len(node.args) > MOST:
            continue
        yield from _formed(group, a)
        yield from _replaced(trace, group, first, a)
        if trace.tape.nodes[arg].name in ACTIVATIONS:
            yield edit(
                group,
                _by(a, lambda r, i, a: _anew(r, i, a)),
                "anew",
                lambda r, i, a=a: with_part(r.trace, i, a, f"{_label(r, i, a)}, computed anew"),
            )
        if group.extent in (EACH, ALL, ALIKE) and (joined := _joined(trace, arg)) is not None:
            yield from _of_parts(trace, group, first, a, joined)


def _by(a: int, value: Callable[[Replay, int, int], Any]) -> Callable[[Replay, int], Any]:
    return lambda r, i: in_place(r, i, a, value(r, i, a))


def _label(r: Replay, i: int, a: int) -> str:
    return labelled(r.trace, r.trace.tape.nodes[i].args[a])


def _formed(group: Group, a: int) -> Iterator[Edit]:
    for form in (*SIGNS, *PARTS):
        yield edit(
            group,
            lambda r, i, f=form: in_place(r, i, a, f.of(r.argument(i, a))),
            "form",
            lambda r, i, f=form: with_part(r.trace, i, a, filled(f.text, _label(r, i, a))),
            form.rank,
        )


def _replaced(trace: Trace, group: Group, first: int, a: int) -> Iterator[Edit]:
    own = {trace.tape.nodes[i].args[a] for i in members(trace, group)}
    arg = trace.tape.nodes[first].args[a]
    for key, shift, rank in others(trace, first, trace.shape(arg), arg if len(own) == 1 else -1):
        yield edit(
            group,
            lambda r, i, k=key, s=shift: in_place(r, i, a, other(r, i, k, s)),
            "value",
            lambda r, i, k=key, s=shift: with_part(r.trace, i, a, named(r.trace, k, s)),
            rank,
        )


def _anew(r: Replay, i: int, a: int) -> Any:
    """An activation as it should be, of what it was taken of: for a backward that computes it again."""
    arg = r.trace.tape.nodes[i].args[a]
    return r.plain(arg) if type(arg) is Id and r.trace.tape.nodes[arg].name in ACTIVATIONS else None


def _joined(trace: Trace, arg: int) -> int | None:
    """The concatenation that an operand is, or is the transpose of."""
    node = trace.tape.nodes[arg]
    if node.name == "T" and type(node.args[0]) is Id:
        arg, node = node.args[0], trace.tape.nodes[node.args[0]]
    return (
        arg
        if (node.name == "concatenate" and node.step is not None)
        or (node.name == "concatenate" and len(node.args) == MOST)
        else None
    )


def _of_parts(trace: Trace, group: Group, first: int, a: int, joined: int) -> Iterator[Edit]:
    for part in range(len(trace.tape.nodes[joined].args) - 1):
        own = trace.tape.nodes[joined].args[part]
        for key, shift, rank in others(trace, first, trace.shape(own), own, shifts=False):
            yield edit(
                group,
                lambda r, i, a=a, p=part, k=key, s=shift: in_place(r, i, a, _rejoined(r, i, a, p, k)),
                "value",
                lambda r, i, a=a, p=part, k=key: with_part(r.trace, i, a, _rejoined_text(r, i, a, p, k)),
                rank + 0.1,
            )


def _rejoined(r: Replay, i: int, a: int, part: int, key: Key) -> Value | None:
    arg = r.trace.tape.nodes[i].args[a]
    joined, value = _joined(r.trace, arg), other(r, i, key)
    if joined is None or value is None:
        return None
    whole = r.with_argument(joined, part, value)
    return whole.T if r.trace.tape.nodes[arg].name == "T" else whole


def _rejoined_text(r: Replay, i: int, a: int, part: int, key: Key) -> str:
    arg = r.trace.tape.nodes[i].args[a]
    joined = _joined(r.trace, arg)
    assert joined is not None
    whole = with_part(r.trace, joined, part, named(r.trace, key))
    return f"{whole}.T" if r.trace.tape.nodes[arg].name == "T" else whole
