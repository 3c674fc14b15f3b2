"""Edits of biases that are added too often: with each term of the sum that they belong to, as where a loop over its terms adds them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..trace.group import NAMED, Group
from ..trace.replaying import Edit, Replay
from ..trace.tape import named
from ..trace.trace import Trace
from .editing import EVERY_ONE, edit, told

TIMES = {"as many times as its sum has terms": 0, "and once more with each term of its sum": 1}


def of_biases(trace: Trace) -> Iterator[Edit]:
    """One, and all that are not the head's."""
    own = [name for name in trace.inputs if name in trace.parameters and _terms(trace, name)]
    of_gates = [name for name in own if not name.startswith("by")]
    for names in ([name] for name in own) if len(of_gates) < 2 else (of_gates, *([name] for name in own)):
        group = Group(tuple(named(name)[0] for name in names), 0, NAMED)
        each = names[0] if len(names) == 1 else EVERY_ONE
        for words, more in TIMES.items():
            yield edit(group, partial(_times, more), "given", told(f"{each}, {words}"), 1.1)


def _times(more: int, r: Replay, i: int) -> Any:
    return r.values[i] * (_terms(r.trace, r.trace.tape.nodes[i].place[0].function) + more)


def _terms(trace: Trace, name: str) -> int:
    """The columns of the matrices of a bias, which are named as it is; 0 for what is none."""
    (bias, bracket, layer), inputs = name.partition("["), trace.inputs
    if trace.shape(inputs[name])[1:] != (1,) or bias[0] != "b":
        return 0
    letters = {"w", "W"}
    of = [n for n in inputs if n[0] in letters and n[1:].startswith(bias[1:]) and n.endswith(f"{bracket}{layer}")]
    shapes = (trace.shape(inputs[n]) for n in of if n in trace.parameters)
    return sum(shape[1] for shape in shapes if len(shape) > 1 and shape[0] == trace.shape(inputs[name])[0])
