"""Edits of products and pre-activations whose buffer is not cleared: what is made of one is added to what stands there, of the step run before or of the example before."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from rnnspec.reference import FAMILIES

from ...trace.group import EACH, GATES, SAME, WEIGHTED, Group
from ...trace.members import entering, members
from ...trace.replaying import Edit, Replay
from ...trace.sums import is_outer
from ...trace.tape import Id, named
from ...trace.trace import Trace
from ...trace.wording import of_node
from ...trace.workspaces import INTO
from ..making.editing import edit, lengths_of, told
from ..making.joined import joined_in

BY_STEPS, BY_EXAMPLES = "the step run before", "the example before, at the first of the last one of the step run before"
STATE, INPUT = "the state", "the input"  # each has a buffer of its own
PRODUCTS = Group(named("matmul"), 0, SAME, WEIGHTED)
PREACTIVATIONS = Group(named(INTO), 0, GATES)


def of_uncleared(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if group.extent != EACH or len(trace.shape(first)) != 2:
        return
    if (gradients := _multiplied(trace, first)) is None:
        is_of_step = trace.shape(first)[-1] == trace.examples and bool(trace.tape.nodes[first].step or trace.is_cell)
        for of in _walks(trace) if is_of_step else ():
            yield edit(group, partial(_added, of, ""), "value", partial(_text, of, ""), 1.35)
        return
    joined = trace.dims.get("n_a", 0) + trace.dims.get("n_x", 0)  # rows of what goes back to both
    is_of_both = trace.is_back(first) and trace.shape(first)[0] == joined > trace.shape(gradients)[0]
    walks = [of for of in _walks(trace) if of == BY_STEPS or not is_outer(trace, first, True)]
    for of, part in product(walks, ("", *((STATE, INPUT) if is_of_both else ()))):
        yield edit(group, partial(_added, of, part), "value", partial(_text, of, part), 1.15)


def of_all_uncleared(trace: Trace) -> Iterator[Edit]:
    """All products with the weights of a step, or what each gives of the state, or of the input."""
    if members(trace, PRODUCTS):
        for of, part in product(_walks(trace), ("", STATE, INPUT)):
            words = f"each product W @ v{f', of {part},' if part else ''} added to that of {of}"
            yield edit(PRODUCTS, partial(_all_added, of, part), "value", told(words), 1.1)

    if own := members(trace, PREACTIVATIONS):
        left_out = {trace.tape.nodes[trace.origin(arg)].place[0].function for i in own for arg in _biases(trace, i)}
        head = next((family.head for family in FAMILIES if family.name == trace.operation.family), ())
        is_all = left_out == {name for name in trace.parameters if name[0] == "b" and name not in head}
        for of, (words, has_bias) in product(
            _walks(trace), {"": True, **({", and no bias": False} if is_all else {})}.items()
        ):
            text = told(f"each pre-activation added to that of {of}{words}")
            yield edit(PREACTIVATIONS, partial(_activated, of, has_bias), "value", text, 1.1)


def _multiplied(trace: Trace, i: int) -> int | None:
    """What matrices are multiplied with, in a product or a sum of products of a step; None where it is none."""
    node = trace.tape.nodes[i]
    ids = [arg for arg in node.args if type(arg) is Id]
    if node.name == "add":
        both = [_multiplied(trace, arg) for arg in ids if trace.tape.nodes[arg].step == node.step]
        return None if len(both) < 2 or None in both else both[0]
    return ids[-1] if node.name == "matmul" and node.args[1] is ids[-1] else None


def _walks(trace: Trace) -> tuple[str, ...]:
    return (BY_EXAMPLES,) if trace.is_cell else (BY_STEPS, BY_EXAMPLES)


def _added(of: str, part: str, r: Replay, i: int) -> Any:
    z = r.plain(i)
    new = _on(of, r, i, z, [(j, r.values[j]) for j in _before(r, i)])
    gradients = _multiplied(r.trace, i)
    is_of_state = np.arange(len(z))[:, None] < (0 if gradients is None else len(r.values[gradients]))
    return np.where(is_of_state == (part == STATE), new, z) if part else new


def _all_added(of: str, part: str, r: Replay, i: int) -> Any:
    z = r.plain(i)
    own = _of(part, r, i, z)
    return z - own + _on(of, r, i, own, [(j, _of(part, r, j, r.values[j])) for j in _before(r, i)])


def _activated(of: str, has_bias: bool, r: Replay, i: int) -> Any:
    z = r.plain(i)
    own = z if has_bias else z - sum(r.values[arg] for arg in _biases(r.trace, i))
    return _on(of, r, i, own, [(j, r.values[j]) for j in _before(r, i)])


def _biases(trace: Trace, i: int) -> list[int]:
    """The parameters that a sum adds by themselves."""
    node, found = trace.tape.nodes[i], list[int]()
    for arg in (arg for arg in node.args if type(arg) is Id) if node.name == "add" else ():
        leaf = trace.tape.nodes[trace.origin(arg)]
        is_own = not leaf.name and leaf.place[0].function in trace.parameters
        found += [arg] if is_own else _biases(trace, arg)
    return found


def _of(part: str, r: Replay, i: int, z: Any) -> Any:
    """What of a product, that is z, is of the state or of the input: joined, the first columns are the state's."""
    W, v = r.argument(i, 0), r.argument(i, 1)
    n = len(W)
    if not part or joined_in(r.trace, r.trace.tape.nodes[i].args[1]) is None:
        return z if not part or (part == STATE) is bool(entering(r.trace, i)) else 0 * z
    return z - W[:, n:] @ v[n:] if part == STATE else z - W[:, :n] @ v[:n]


def _before(r: Replay, i: int) -> list[int]:
    """The same of the steps of a run that are taken before, the last first."""
    nodes = r.trace.tape.nodes
    every, own = r.trace.places[nodes[i].place, nodes[i].k], (nodes[i].step or ())[:2]
    return [j for j in reversed(every) if j < i and (nodes[j].step or ())[:2] == own]


def _on(of: str, r: Replay, i: int, z: Any, before: list[tuple[int, Any]]) -> Any:
    """What stands in the buffer: of steps that run on in the padding, too; example by example those leave it as it is that do not have a step."""
    if of == BY_STEPS:
        return z + before[0][1] if before else z
    there = _has_step(r, i)
    left = next((one[..., np.flatnonzero(_has_step(r, j))[-1:]] for j, one in before if _has_step(r, j).any()), 0)
    return np.where(there, (z * there) @ np.triu(np.ones((len(there),) * 2)) + left, z)


def _has_step(r: Replay, i: int) -> Any:
    step = r.trace.tape.nodes[i].step
    return np.ones(r.trace.examples, bool) if step is None else step[2] < lengths_of(r)


def _text(of: str, part: str, r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} added to that of {of}{f', in what goes back to {part} alone' if part else ''}"
