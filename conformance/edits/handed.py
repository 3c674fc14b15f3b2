"""What one step has in the gradient into a state before it alone, where many are run: in what each hands on, and in nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from rnnspec.reference import Kind

from .finding import Finding
from .generated.inner import again
from .trace.group import HANDED, Group
from .trace.members import entered
from .trace.neutral import input_of
from .trace.places import UNROLL
from .trace.replaying import Edit, Replay
from .trace.tape import Id, named
from .trace.trace import Trace
from .trace.ways import CACHED
from .trace.wording import labelled


def handed_alone(trace: Trace, known: Iterable[Finding]) -> Iterator[Finding]:
    """Edits of what a loop's steps hand on, from those that a cell has in the gradient into one of its states alone."""
    states = {frozenset({f"d{state}_prev"}): f"d{state}" for state in trace.operation.states}
    for one in known if trace.operation.kind is not Kind.CELL else ():
        if one.alone not in states or len(one.edits) != 1 or one.edits[0].source or not _members(trace, one.edits[0]):
            continue
        (own,), name = one.edits, states[one.alone]
        change, text = partial(_seen, own), partial(_text, own, name)
        handed = own._replace(group=Group(named(name), 0, HANDED), change=change, text=text, partner=None)
        yield replace(one.whole, edits=(handed,), way=CACHED)


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
    name, nodes = own.group.place[0].function.removesuffix("t"), trace.tape.nodes
    loops = ((key, nodes[ids[0]]) for key, ids in trace.places.items() if nodes[ids[0]].place[0].module == UNROLL)
    taken = (key for key, node in loops if node.name == "[]" and input_of(trace, node.args[0]) == name)
    return [i for key in taken for i in entered(trace, key)]


def _text(own: Edit, name: str, r: Replay, i: int) -> str:
    first = _members(r.trace, own)[0]
    new, old = own.text(Replay(r.trace, [own]), first), labelled(r.trace, Id(first))
    return f"{new} for {old}, in {name}_next as it is handed on alone"
