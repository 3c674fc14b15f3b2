"""Edits of biases that are added too often: with each term of the sum that they belong to, as where a loop over its terms adds them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import NAMED, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id, named
from ...trace.trace import Trace
from ..making.editing import EVERY_ONE, edit, told
from ..making.every_run import in_every_run

TIMES = {"as many times as its sum has terms": 0, "and once more with each term of its sum": 1}
HEAD = "by"  # what the head's bias begins with


def of_biases(trace: Trace) -> Iterator[Edit]:
    """One, of a network in every layer, and all that are not the head's."""
    own = [name for name in trace.inputs if name in trace.parameters and _terms(trace, name)]
    cells = dict.fromkeys(name.partition("[")[0] for name in own)
    of_each = {cell: [name for name in own if name.partition("[")[0] == cell] for cell in cells}
    of_gates = [name for name in own if not name.startswith(HEAD)]
    for each, names in {**of_each, **({EVERY_ONE: of_gates} if len(of_each) > 1 else {})}.items():
        group = Group(tuple(named(name)[0] for name in in_every_run(names)), 0, NAMED)
        for words, more in TIMES.items():
            yield edit(group, partial(_times, more), "given", told(f"{each}, {words}"), 1.1)


def _times(more: int, r: Replay, i: int) -> Any:
    return r.values[i] * (_terms(r.trace, r.trace.tape.nodes[i].place[0].function) + more)


def _terms(trace: Trace, name: str) -> int:
    """How many numbers are added up in a sum of products to which a bias is added; 0 for what is none."""
    i = trace.inputs[name]
    if trace.shape(i)[1:] != (1,):
        return 0
    sums = (trace.tape.nodes[user] for user in trace.users[i] if trace.tape.nodes[user].name == "add")
    found = (sum(_width(trace, arg) for arg in node.args if arg != i) for node in sums)
    return next(found, 0)


def _width(trace: Trace, arg: Any) -> int:
    if type(arg) is not Id:
        return 0
    node = trace.tape.nodes[arg]
    if node.name == "matmul":
        return trace.shape(node.args[0])[1]
    if node.name == "sum":
        return trace.shape(node.args[0])[node.args[1]]
    return sum(_width(trace, own) for own in node.args) if node.name == "add" else 0
