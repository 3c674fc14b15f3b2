"""The reference's run of a golden, on a tape."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np
from rnnspec.golden import Golden
from rnnspec.reference import FUNCTIONS, Kind, Operation
from rnnspec.reference.contract import MARKS

from .places import recorded
from .tape import Id, Tape, Traced
from .trace import Arrays, Trace


@recorded()
def traced(
    golden: Golden, functions: Mapping[str, Callable[..., Any]] = FUNCTIONS, lengths_apart: bool = False
) -> Trace:
    """The reference's run on a golden's inputs, in float64; lengths are no part of what is computed where a loop cuts by them."""
    tape, operation = Tape(), golden.entry.operation
    given = [{n: _leaf(tape, n, a) for n, a in group.items()} for group in (golden.inputs, golden.parameters)]
    inputs: dict[str, int] = {n: a.id for group in given for n, a in group.items() if isinstance(a, Traced)}
    if lengths_apart and "lengths" in inputs:
        given[0]["lengths"] = given[0]["lengths"].value
    names = [*golden.inputs, *golden.parameters]
    forward: dict[str, int] = {}
    begun = 0
    if operation.forward:
        returned = operation.forward.call(functions, *given)
        own = [n for n in names if n not in operation.arguments and n not in operation.options]
        forward = _ids(operation.forward.named(returned, own)) | _finals(returned[-1], operation)
        left = _kept(tape, returned[-1], {})
        begun = len(tape.nodes)
        named = operation.named(operation.differentiate(functions[operation.name], given[0], left), names)
    else:
        named = operation.named(operation.call(functions, *given), names)
    _initials(tape, operation, golden, begun)
    outputs = {name: Id(tape.result(name, array).id) for name, array in named.items() if isinstance(array, Traced)}
    parameters, dims = frozenset(golden.parameters), golden.entry.dims
    return Trace(
        operation, tape, inputs, outputs, forward, begun, parameters, dims, again=cache(partial(_again, golden))
    )


def _again(golden: Golden, option: str, given: bool) -> Arrays:
    """The outputs of the same call with an option that is a flag, or without; none where it is the same."""
    if (option in golden.inputs) is given:
        return {}
    inputs = {name: array for name, array in golden.inputs.items() if name != option}
    other = traced(replace(golden, inputs=inputs | ({option: np.array(True)} if given else {})))
    return {name: other.tape.values[i] for name, i in other.outputs.items()}


def _kept(tape: Tape, cache: Any, known: dict[int, Traced]) -> Any:
    """A cache whose arrays are nodes of their own, each once."""
    if isinstance(cache, Traced):
        if cache.id not in known:
            known[cache.id] = tape.kept(cache)
        return known[cache.id]
    if is_dataclass(cache) and not isinstance(cache, type):
        return replace(cache, **{f.name: _kept(tape, getattr(cache, f.name), known) for f in fields(cache)})
    if isinstance(cache, dict):
        return {name: _kept(tape, part, known) for name, part in cache.items()}
    if isinstance(cache, list | tuple):
        parts = [_kept(tape, part, known) for part in cache]
        return type(cache)(*parts) if hasattr(cache, "_fields") else type(cache)(parts)
    return cache


def _leaf(tape: Tape, name: str, array: Any) -> Any:
    """Numbers, the lengths and what is marked are on the tape, a flag is not."""
    if array.dtype.kind == "f":
        return tape.leaf(np.array(array, np.float64), name)
    if name in MARKS:
        return tape.leaf(np.array(array), name)
    return tape.leaf(np.array(array, np.int64), name) if name == "lengths" else np.array(array)


def _initials(tape: Tape, operation: Operation, golden: Golden, begun: int) -> None:
    """States that begin at zero, and gradients of last states that were not given, under the names that they would have."""
    if operation.kind is Kind.CELL:
        return
    begin = [f"{s}0" for s in operation.states if f"{s}0" not in golden.inputs]
    end = [f"d{s}_last" for s in operation.states if f"d{s}_last" not in golden.inputs]
    for first, beyond, names in ((0, begun or len(tape.nodes), begin), (begun, len(tape.nodes) if begun else 0, end)):
        absent = [i for i in range(first, beyond) if tape.nodes[i].name == "zeros"]
        runs = len(absent) if operation.kind is Kind.NETWORK else 1  # of a network each layer's and direction's
        for i, name in zip(absent, names * runs, strict=False):
            tape.renamed(i, name)


def _ids(named: Arrays) -> dict[str, int]:
    return {name: Id(array.id) for name, array in named.items() if isinstance(array, Traced)}


def _finals(cache: Any, operation: Operation) -> dict[str, int]:
    """The final states of a sequence, which are no output of its forward and have a gradient."""
    walk = getattr(cache, "walk", None)
    return {f"{s}_last": Id(a.id) for s, a in zip(operation.states, walk.final, strict=True)} if walk else {}
