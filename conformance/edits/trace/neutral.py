"""A ragged run as it is of a loop that runs on: beyond an example's length each step is one that changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .places import UNROLL
from .tape import Id, Node, Tape
from .trace import Trace

Function = Callable[..., Any]
NEUTRAL = {"multiply": 1.0, "add": 0.0, "subtract": 0.0}  # what leaves a state as it is
CLOSE = 1e-12
ARRIVING = "arriving"  # where gradients come together in the loop


@dataclass(frozen=True)
class Neutral:
    """What a node computes, and where an example does not have the step a number."""

    function: Function
    valid: Any
    number: float

    def __call__(self, *args: Any) -> Any:
        return np.where(self.valid, self.function(*args), self.number)


def running_on(trace: Trace, reads: bool = False) -> Trace | None:
    """The same results, of padding that is run: by inputs of zero, where a step of these changes nothing, else by decays of 1 with
    nothing added; or `reads` as much of the padding as changes nothing. None where neither does.
    """
    masked = [i for i, node in enumerate(trace.tape.nodes) if _is_masked(node)]
    carried = _carried(trace)
    if "lengths" not in trace.inputs or not carried:
        return None
    arriving = [i for i in masked if trace.is_back(i) and trace.tape.nodes[trace.tape.nodes[i].args[0]].name != "[]"]
    functions: dict[int, Function] = dict.fromkeys([*carried, *arriving], _first)
    for i, node in enumerate(trace.tape.nodes):
        if (node.name == "add" and node.place[0].function == ARRIVING) or _is_over_examples(trace, i):
            functions[node.args[0]] = _neutral(trace, i, node.args[0], 0.0)
    found = _equal(trace, functions)
    if not found:
        functions |= _neutralised(trace, carried)
        found = _equal(trace, functions)
    return _reading(trace, functions, found) if found and reads else found


def _is_masked(node: Node) -> bool:
    """Whether the loop leaves something as it was where an example does not have the step."""
    return node.name == "where" and node.place[0].module == UNROLL


def _carried(trace: Trace) -> list[int]:
    nodes = trace.tape.nodes
    return [i for i, node in enumerate(nodes) if _is_masked(node) and type(node.args[1]) is Id]


def masked_terms(trace: Trace) -> list[int]:
    """What stands beside a state on its way through a step of a forward, by the first of its nodes."""
    ids = [i for i in _neutralised(trace, _carried(trace)) if not trace.is_back(i) and trace.tape.nodes[i].name]
    return [i for i in ids if trace.places[trace.tape.nodes[i].place, trace.tape.nodes[i].k][0] == i]


def _reading(trace: Trace, functions: dict[int, Function], found: Trace) -> Trace:
    """With one input after the other not masked, where that changes nothing."""
    for own in masked_inputs(trace).values():
        more = functions | dict.fromkeys(own, _first)
        if read := _equal(trace, more):
            functions, found = more, read
    return found


def masked_inputs(trace: Trace) -> dict[str, list[int]]:
    """By name where the loop masks what is given."""
    found: dict[str, list[int]] = {}
    for i, node in enumerate(trace.tape.nodes):
        in_loop = (node.place[0].module, node.place[0].function) == (UNROLL, "forward")
        if in_loop and node.name == "where" and (name := input_of(trace, node.args[0])):
            found.setdefault(name, []).append(i)
    return found


def input_of(trace: Trace, i: int) -> str:
    """Which input a value is a step of, "" of none."""
    node = trace.tape.nodes[i]
    while node.name in ("[]", "transpose"):
        node = trace.tape.nodes[node.args[0]]
    return node.place[0].function if not node.name and node.place[0].function in trace.inputs else ""


def step_input_of(trace: Trace, i: int) -> str:
    """The same of what the loop has masked, too."""
    node = trace.tape.nodes[i]
    while node.name == "[]" or _is_masked(node):
        i = node.args[0]
        node = trace.tape.nodes[i]
    return input_of(trace, i)


def _is_over_examples(trace: Trace, i: int) -> bool:
    """Whether a node is a sum over the examples of a step, as the gradient into a parameter is."""
    node = trace.tape.nodes[i]
    axis = len(trace.shape(node.args[0])) - 1 if node.name == "sum" and node.step and trace.is_back(i) else None
    return axis is not None and node.args[1] == axis and trace.shape(node.args[0])[axis] == trace.examples


def _first(one: Any, *_: Any) -> Any:
    return one


def _equal(trace: Trace, functions: dict[int, Function]) -> Trace | None:
    """The trace with these functions, if it gives the same within the lengths."""
    tape = Tape()
    tape.nodes = [node._replace(function=functions.get(i, node.function)) for i, node in enumerate(trace.tape.nodes)]
    with np.errstate(all="ignore"):
        for i, node in enumerate(tape.nodes):
            known = [tape.values[arg] if type(arg) is Id else arg for arg in node.args]
            tape.values.append(node.function(*known) if node.name else trace.tape.values[i])
    found = replace(trace, tape=tape)
    own = [*trace.outputs.values()]
    one, two = ([_within_lengths(trace, values[i]) for i in own] for values in (tape.values, trace.tape.values))
    return found if all(map(_same, one, two)) else None


def _same(one: Any, two: Any) -> bool:
    return np.allclose(one, two, rtol=CLOSE, atol=CLOSE, equal_nan=True)


def _within_lengths(trace: Trace, array: Any) -> Any:
    """Without what goes over time and is beyond an example's length."""
    if np.ndim(array) < 3 or np.shape(array)[-2:] != (trace.examples, trace.steps):
        return array
    return np.where(np.arange(trace.steps) < trace.tape.values[trace.inputs["lengths"]][:, None], array, 0)


def _neutralised(trace: Trace, carried: list[int]) -> dict[int, Function]:
    """What stands beside a state on its way through each step."""
    found: dict[int, Function] = {}
    for i in carried:
        new, old = trace.tape.nodes[i].args[:2]
        for j, a in _beside(trace, old, new):
            arg = trace.tape.nodes[j].args[a]
            if type(arg) is Id and trace.tape.nodes[arg].step == trace.tape.nodes[i].step:
                found[arg] = _neutral(trace, i, arg, NEUTRAL[trace.tape.nodes[j].name])
    return found


def _beside(trace: Trace, old: int, new: int) -> Iterator[tuple[int, int]]:
    """The operands that are joined with what rests on a state, on the way from what it was to what it is."""
    on_way = {old}
    for j in range(old + 1, new + 1):
        node = trace.tape.nodes[j]
        if not on_way.intersection(node.parents) or not (_is_masked(node) or node.name in NEUTRAL):
            continue
        if j == new or trace.rests(new, j):
            on_way.add(j)
            yield from ((j, a) for a, arg in enumerate(() if _is_masked(node) else node.args) if arg not in on_way)


def _neutral(trace: Trace, at: int, i: int, number: float) -> Neutral:
    node, step = trace.tape.nodes[i], trace.tape.nodes[at].step
    valid = (step[2] if step else 0) < trace.tape.values[trace.inputs["lengths"]]
    return Neutral(node.function, valid, number)
