"""Edits of a gate's product with the input, which people make of all steps at once before the loop: that of another step, as by a wrong index."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from ...trace.group import ALIKE, ALL, EACH, EVERY, OF_STEPS, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import edit, seen

# the place in the run, of so many steps, of the step whose input it is
AT: dict[str, Callable[[int, int], int]] = {
    "the step run before, at the first the last": lambda k, n: (k - 1) % n,
    "the step run next, at the last the first": lambda k, n: (k + 1) % n,
    "the step run before, at the first its own": lambda k, n: max(k - 1, 0),
    "the step run next, at the last its own": lambda k, n: min(k + 1, n - 1),
    "the step at the other end": lambda k, n: n - 1 - k,
    "the first step": lambda k, n: 0,
    "the last step": lambda k, n: n - 1,
}
RANK, OF_SEVERAL = 0.85, 0.6  # before the inputs of another step, which a backward has for its matrices, too


def of_hoisted(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """W @ [a_prev; xt] with the state of the step and the input of another, in a forward, of one gate or of several."""
    if group.extent not in (EACH, ALL, ALIKE) or trace.is_back(first) or _part(trace, first) is None:
        return
    own, rank = replace(group, only=OF_STEPS), RANK if group.extent == EACH else OF_SEVERAL
    for words, at in AT.items() if trace.steps > 1 and group.only == EVERY else ():
        yield edit(own, partial(_of_another_step, at), "value", partial(_text, words), rank)


def _part(trace: Trace, i: int) -> int | None:
    """Which part of what a product is of is the input, which is joined to what is of the state."""
    node = trace.tape.nodes[i]
    joined = trace.tape.nodes[node.args[1]] if node.name == "matmul" and type(node.args[1]) is Id else None
    if joined is None or joined.name != "concatenate" or node.step is None:
        return None
    return len(joined.args) - 2  # the last is the axis


def _of_another_step(at: Callable[[int, int], int], r: Replay, i: int) -> Any:
    trace, node, a = r.trace, r.trace.tape.nodes[i], _part(r.trace, i)
    if a is None or node.step is None:
        return None
    joined = trace.tape.nodes[node.args[1]]
    own = trace.tape.nodes[joined.args[a]]
    walk = trace.walked.get(((own.place, own.k), *node.step[:2]), [])
    if joined.args[a] not in walk:
        return None
    there = seen(r, walk[at(walk.index(joined.args[a]), len(walk))], i)
    args = [there if b == a else r.values[arg] if type(arg) is Id else arg for b, arg in enumerate(joined.args)]
    return None if there is None else r.with_argument(i, 1, r.computed(joined, args))


def _text(words: str, r: Replay, i: int) -> str:
    node, a = r.trace.tape.nodes[i], _part(r.trace, i)
    args = r.trace.tape.nodes[node.args[1]].args[:-1]
    parts = [f"{labelled(r.trace, arg, at=i)}{f' of {words}' if b == a else ''}" for b, arg in enumerate(args)]
    return f"{whole(labelled(r.trace, node.args[0], at=i))} @ [{'; '.join(parts)}]"
