"""Edits of products with a matrix: a factor that goes outside, a matrix that is or is not transposed, wherever matrices are."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import SAME, Group
from ...trace.members import members
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole, with_part
from ..making.editing import edit
from ..making.forms import squared
from .packed import INPUT, STATE

TRANSPOSED = Group((Expression("", "T", 0, 0, 0, 0),), 0, SAME)


def of_factors(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """W @ [r * s; t] as r * (W @ s) + W @ t."""
    if (part := _factored(trace, first)) is not None:
        for b in (0, 1):
            yield edit(group, _outside(part, b), "terms", _outside_text(part, b))


def _factored(trace: Trace, i: int) -> int | None:
    """Of what a matrix is multiplied with, the part that is a product."""
    node = trace.tape.nodes[i]
    if node.name != "matmul" or type(node.args[1]) is not Id or trace.tape.nodes[node.args[1]].name != "concatenate":
        return None
    parts = trace.tape.nodes[node.args[1]].args[:-1]
    products = (p for p, part in enumerate(parts) if type(part) is Id and trace.tape.nodes[part].name == "multiply")
    return next(products, None)


def _outside(part: int, b: int) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        joined = r.trace.tape.nodes[i].args[1]
        parts = r.trace.tape.nodes[joined].args[:-1]
        if r.trace.tape.nodes[parts[part]].name != "multiply":
            return None
        begin = sum(len(r.values[p]) for p in parts[:part])
        width = len(r.values[parts[part]])
        W, factor = r.argument(i, 0), r.argument(parts[part], b)
        own = W[:, begin : begin + width] @ r.argument(parts[part], 1 - b)
        inside = W[:, begin : begin + width] @ r.argument(joined, part)
        return r.plain(i) - inside + factor * own

    return change


def _outside_text(part: int, b: int) -> Callable[[Replay, int], str]:
    def told(r: Replay, i: int) -> str:
        matrix, joined = r.trace.tape.nodes[i].args
        parts = r.trace.tape.nodes[joined].args[:-1]
        factors = r.trace.tape.nodes[parts[part]].args
        W, rest = (
            labelled(r.trace, matrix, at=i),
            [labelled(r.trace, p, at=i) for k, p in enumerate(parts) if k != part],
        )
        one, other = (whole(labelled(r.trace, factors[k], at=i)) for k in (b, 1 - b))
        own = f"{one} * ({W} @ {other})"
        return " + ".join([own, *(f"{W} @ {other}" for other in rest)])

    return told


def of_matrices(trace: Trace) -> Iterator[Edit]:
    """What acts on the state, with its rows for its columns, wherever a backward has it transposed."""
    if any(_acts_on_state(trace, i) for i in members(trace, TRANSPOSED)):
        yield edit(
            TRANSPOSED, _crossed, "form", lambda r, i: "W, what acts on the state not transposed, for each W", 0.9
        )


def of_halves_of_matrices(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """In what goes back to the state alone, or to the input, another gate's matrix."""
    own = _transposed(trace, first)
    if own is None:
        return
    for name in trace.parameters:
        if name != own and name in trace.inputs and trace.shape(trace.inputs[name]) == trace.shape(trace.inputs[own]):
            for half in (STATE, INPUT):
                text = f"{own}.T, of {half} {name}.T,"
                yield edit(group, partial(_half, name, half), "value", partial(_half_text, text), 0.95)


def _transposed(trace: Trace, i: int) -> str | None:
    """The matrix with which a gradient goes back to what two halves act on."""
    node = trace.tape.nodes[i]
    arg = node.args[0] if node.name == "matmul" and trace.is_back(i) else None
    if type(arg) is not Id or trace.tape.nodes[arg].name != "T":
        return None
    leaf = trace.tape.nodes[trace.origin(trace.tape.nodes[arg].args[0])]
    rows, columns = trace.shape(arg)[0], trace.shape(arg)[1]
    name = leaf.place[0].function
    return name if not leaf.name and name in trace.parameters and name in trace.inputs and rows > columns else None


def _half(name: str, half: str, r: Replay, i: int) -> Any:
    j, old, d = r.trace.inputs.get(name), r.plain(i), r.argument(i, 1)
    if j is None or np.shape(r.trace.tape.values[j].T) != np.shape(r.argument(i, 0)):
        return None
    is_of_state = np.arange(len(old))[:, None] < len(d)
    return np.where(is_of_state if half == STATE else ~is_of_state, r.trace.tape.values[j].T @ d, old)


def _half_text(text: str, r: Replay, i: int) -> str:
    return with_part(r.trace, i, 0, text)


def _acts_on_state(trace: Trace, i: int) -> bool:
    """Whether what is transposed is a parameter, or the part of one with which it begins: the state's."""
    node = trace.tape.nodes[i]
    while node.name in ("T", "[]", KEPT):
        if node.name == "[]" and isinstance(node.args[1], tuple) and node.args[1][-1].start:
            return False
        node = trace.tape.nodes[node.args[0]]
    return node.place[0].function in trace.parameters


def _crossed(r: Replay, i: int) -> Any:
    z = r.plain(i)
    if not _acts_on_state(r.trace, i) or np.ndim(z) != 2:
        return z
    return z.T if z.shape[0] == z.shape[1] else squared(lambda part: part.T)(z)
