"""What one step has where many are run: of what a cell is given in what a loop takes for each step; in the gradient into a state before it
alone in what each hands on, and in nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from rnnspec.reference import Kind

from ..finding import Finding
from ..generated.making.editing import among
from ..generated.values.inner import again
from ..generated.values.uses import CLASSES, text_with_others, with_others
from ..trace.group import EACH, HANDED, Group
from ..trace.members import entered, used, used_in
from ..trace.neutral import input_of
from ..trace.places import UNROLL
from ..trace.replaying import Edit, Replay
from ..trace.tape import Id, named
from ..trace.trace import Key, Trace
from ..trace.ways import CACHED
from ..trace.wording import labelled, with_part


def of_steps(trace: Trace, known: Iterable[Finding]) -> Iterator[Finding]:
    """What is known of a cell, as each step of a loop has it."""
    for more in (
        (_of_each_step, _of_ends, _handed_alone, _in_some_uses) if trace.operation.kind is not Kind.CELL else ()
    ):
        yield from more(trace, known)


def _handed_alone(trace: Trace, known: Iterable[Finding]) -> Iterator[Finding]:
    """Edits of what a loop's steps hand on, from those that a cell has in the gradient into one of its states alone."""
    states = {frozenset({f"d{state}_prev"}): f"d{state}" for state in trace.operation.states}
    for one in known:
        if one.alone not in states or len(one.edits) != 1 or one.edits[0].source or not _members(trace, one.edits[0]):
            continue
        (own,), name = one.edits, states[one.alone]
        change, text = partial(_seen, own), partial(_text, own, name)
        handed = own._replace(group=Group(named(name), 0, HANDED), change=change, text=text, partner=None)
        yield replace(one.whole, edits=(handed,), way=CACHED)


def _of_each_step(trace: Trace, known: Iterable[Finding]) -> Iterator[Finding]:
    """Edits of what a cell is given, of the same as a loop has it in each step."""
    for one in known:
        edits = [edit if edit.source or edit.members(trace) else _taken_each(trace, edit) for edit in one.edits]
        own = tuple(edit for edit in edits if edit)
        if len(own) == len(edits) and own != one.edits:
            yield replace(one, edits=own)


def _of_ends(trace: Trace, known: Iterable[Finding]) -> Iterator[Finding]:
    """Edits of the state that a cell is given, or of the gradient into one, of what is given at the end of a loop that begins with that."""
    states = trace.operation.states
    ends = {f"{state}_prev": f"{state}0" for state in states} | {f"d{state}_next": f"d{state}_last" for state in states}
    for one in known:
        given = [place.function in ends for edit in one.edits for place in edit.group.place]
        if all(given) and not one.alone and not any(edit.partner for edit in one.edits):
            yield replace(one, edits=tuple(edit._replace(group=_at_ends(edit.group, ends)) for edit in one.edits))


def _at_ends(group: Group, ends: Mapping[str, str]) -> Group:
    return replace(group, place=tuple(place._replace(function=ends[place.function]) for place in group.place))


def _in_some_uses(trace: Trace, known: Iterable[Finding]) -> Iterator[Finding]:
    """Edits that a cell has in some of its outputs alone, in some of what a loop's steps make of the value, and so in all that follows."""
    for one in known:
        own = one.edits[0]
        ids = own.members(trace) if one.alone and len(one.edits) == 1 and own.group.extent == EACH else []
        for j in islice(_behind(trace, ids[0]), 1) if ids else ():
            key, classes = (trace.tape.nodes[j].place, trace.tape.nodes[j].k), len(used_in(trace, j))
            for chosen in range(1, (1 << classes) - 1) if classes <= CLASSES else ():
                change, text = partial(_where_used, own, key), partial(_used_text, own, key)
                yield replace(one.whole, edits=(own._replace(group=among(key, chosen), change=change, text=text),))


def _behind(trace: Trace, i: int) -> Iterator[int]:
    """A value, or what is made of it alone, that has several uses."""
    nodes = trace.tape.nodes
    while len(used_in(trace, i)) == 1 and nodes[user := used(trace, i)[0]].step == nodes[i].step:
        i = user
    if len(used_in(trace, i)) > 1:
        yield i


def _where_used(own: Edit, key: Key, r: Replay, i: int) -> Any:
    return with_others(r, i, key, lambda j: _seen(own, r, j), or_here=False)


def _used_text(own: Edit, key: Key, r: Replay, i: int) -> str:
    first, value = own.members(r.trace)[0], entered(r.trace, key)[0]
    return text_with_others(r, i, key, _with_text(r.trace, value, first, own.text(r, first)))


def _with_text(trace: Trace, i: int, of: int, text: str) -> str:
    """What a value is with a text in the place of what it is made of."""
    args = enumerate(trace.tape.nodes[i].args if i != of else ())
    a, arg = next(((a, arg) for a, arg in args if type(arg) is Id and (arg == of or trace.rests(arg, of))), (0, of))
    return text if i == of else with_part(trace, i, a, _with_text(trace, arg, of, text))


def _taken_each(trace: Trace, own: Edit) -> Edit | None:
    taken = _taken(trace, own) if own.partner is None else []
    return own._replace(group=Group(*taken[0])) if len(taken) == 1 else None


def _seen(own: Edit, r: Replay, i: int) -> Any:
    """What a node gives of its step, where that has the edit."""
    nodes = r.trace.tape.nodes
    here = [j for j in _members(r.trace, own) if nodes[j].step in (None, nodes[i].step) and r.trace.rests(i, j)]
    new = {j: own.change(r, j) for j in here}
    return again(r, i, new) if here and all(value is not None for value in new.values()) else None


def _members(trace: Trace, own: Edit) -> list[int]:
    """Of an edit of what a cell is given what a loop takes of that for each step, as the step has it."""
    if found := own.members(trace):
        return found
    return [i for key in _taken(trace, own) for i in entered(trace, key)]


def _taken(trace: Trace, own: Edit) -> list[Key]:
    name, nodes = own.group.place[0].function.removesuffix("t"), trace.tape.nodes
    loops = ((key, nodes[ids[0]]) for key, ids in trace.places.items() if nodes[ids[0]].place[0].module == UNROLL)
    return [key for key, node in loops if node.name == "[]" and input_of(trace, node.args[0]) == name]


def _text(own: Edit, name: str, r: Replay, i: int) -> str:
    first = _members(r.trace, own)[0]
    new, old = own.text(Replay(r.trace, [own]), first), labelled(r.trace, Id(first))
    return f"{new} for {old}, in {name}_next as it is handed on alone"
