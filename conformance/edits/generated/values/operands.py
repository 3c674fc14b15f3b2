"""Edits of one operand: in another form, or another value in its place; of what is joined, of one of the parts."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...trace.group import ALIKE, ALL, EACH, Group
from ...trace.members import members
from ...trace.places import LOOPS
from ...trace.replaying import Edit, Replay
from ...trace.tape import MASKS, Id, Node
from ...trace.trace import Trace
from ...trace.wording import labelled, with_part
from ..making.editing import ACTIVATIONS, ARITHMETIC, MOST, NOT_OF_A_PLACE, OF_ONE, edit, filled, named, other, others
from ..making.forms import PARTS, SIGNS, Form, Function, maximum
from ..making.functions import FUNCTIONS, SLOPES
from ..making.inner_axes import INNER
from ..making.joined import joined_in
from ..making.norms import NORMS
from ..making.placing import in_place
from .calls import of_one
from .joins import of_joined

ONCE_AT_MOST = 1.3  # the rank of functions that are looked at in one use of a value
AXES = ("n_a", "n_x", "m", "T_x")
DIVISORS = (
    Form("max({}, 1)", lambda z: maximum(z, 1 + 0 * z)),
    Form("max(abs({}), 1)", lambda z: maximum(maximum(z, -z), 1 + 0 * z)),
    Form("abs({})", lambda z: maximum(z, -z)),
    Form("({} + 1)", lambda z: z + 1),
)  # by which people divide where it may be small
EXPONENTIALS = (Form("exp({})", np.exp), Form("-exp({})", lambda z: -np.exp(z)), Form("exp(-{})", lambda z: np.exp(-z)))
NUMBERS = (0.0, 1.0, 2.0, 0.5, -1.0)


def of_operands(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    for a, arg in enumerate(node.args):
        if len(node.args) > MOST:
            continue
        if type(arg) is not Id:
            yield from _numbers(group, a, arg) if _is_written(node) else ()
            continue
        if trace.tape.nodes[trace.origin(arg)].name in MASKS:
            continue  # a number is no mask, and masks have edits of their own
        more = DIVISORS if node.name == "divide" and a == 1 else NORMS if node.name in OF_ONE else ()
        yield from _formed(group, a, (*SIGNS, *PARTS, *INNER, *more, *(EXPONENTIALS if _is_given(trace, arg) else ())))
        yield from replaced(trace, group, first, a)
        yield from _lengths(trace, group, a)
        if trace.tape.nodes[trace.origin(arg)].name in ACTIVATIONS:
            yield edit(
                group,
                _by(a, lambda r, i, a: _anew(r, i, a)),
                "anew",
                lambda r, i, a=a: with_part(r.trace, i, a, f"{_label(r, i, a)}, computed anew"),
            )
        if _function_of(trace, arg) is not None and len(trace.users[arg]) > 1:
            yield from _by_another_function(group, a)
        if group.extent in (EACH, ALL, ALIKE) and (joined := joined_in(trace, arg)) is not None:
            yield from of_joined(trace, group, first, a, joined)


def _is_given(trace: Trace, arg: Id) -> bool:
    """Whether an operand is a parameter, of which another kernel may hold the logarithm."""
    node = trace.tape.nodes[trace.origin(arg)]
    own = trace.tape.nodes[trace.origin(node.args[0])] if node.name == "[]" and type(node.args[0]) is Id else node
    return not own.name and own.place[0].function in trace.parameters


def _is_written(node: Node) -> bool:
    """Whether a number in it is one of the equations: of sums and products, or what stands where a mask does not hold."""
    return node.name in ARITHMETIC or (node.name == "where" and node.place[0].module not in LOOPS)


def _numbers(group: Group, a: int, written: float) -> Iterator[Edit]:
    """Another number where one is written."""
    for number in NUMBERS:
        if number != written:
            yield edit(
                group,
                lambda r, i, n=number: r.with_argument(i, a, n),
                "constant",
                lambda r, i, n=number: with_part(r.trace, i, a, f"{n:g}"),
                0.95,
            )


def _lengths(trace: Trace, group: Group, a: int) -> Iterator[Edit]:
    """The length of an axis, as where its name is near to another's."""
    for axis in (axis for axis in AXES if axis in trace.dims):
        yield edit(
            group,
            lambda r, i, n=axis: in_place(r, i, a, np.full(np.shape(r.argument(i, a)), float(r.trace.dims[n]))),
            "value",
            lambda r, i, n=axis: with_part(r.trace, i, a, n),
            1.2,
        )


def _by_another_function(group: Group, a: int) -> Iterator[Edit]:
    """In one use of a function's value the value of another, of the same argument."""
    for form in (form for form in (*FUNCTIONS, *SLOPES) if form.rank <= ONCE_AT_MOST):
        yield edit(
            group,
            lambda r, i, f=form: in_place(r, i, a, _of_argument(r, i, a, f.of)),
            "function",
            lambda r, i, f=form: with_part(r.trace, i, a, filled(f.text, labelled(r.trace, _argument(r, i, a), at=i))),
            form.rank + 0.1,
        )


def _argument(r: Replay, i: int, a: int) -> Any:
    """Of what the function is whose value an operand is; None where it is none's."""
    arg = r.trace.tape.nodes[i].args[a]
    return _function_of(r.trace, arg) if type(arg) is Id else None


def _function_of(trace: Trace, arg: Id) -> Id | None:
    """What a value is a function of: a primitive's, or a family's own."""
    origin = trace.origin(arg)
    node = trace.tape.nodes[origin]
    own = node.args[0] if node.name in OF_ONE else of_one(trace, origin) if node.name else None
    return Id(own) if type(own) is Id else None


def _of_argument(r: Replay, i: int, a: int, of: Function) -> Any:
    return None if (argument := _argument(r, i, a)) is None else of(r.values[argument])


def _by(a: int, value: Callable[[Replay, int, int], Any]) -> Callable[[Replay, int], Any]:
    return lambda r, i: in_place(r, i, a, value(r, i, a))


def _label(r: Replay, i: int, a: int) -> str:
    return labelled(r.trace, r.trace.tape.nodes[i].args[a], at=i)


def _formed(group: Group, a: int, forms: tuple[Form, ...]) -> Iterator[Edit]:
    for form in forms:
        yield edit(
            group,
            lambda r, i, f=form: in_place(r, i, a, f.of(r.argument(i, a))),
            form.kind,
            lambda r, i, f=form: with_part(r.trace, i, a, filled(f.text, _label(r, i, a))),
            form.rank,
        )


def replaced(trace: Trace, group: Group, first: int, a: int) -> Iterator[Edit]:
    own = {trace.tape.nodes[i].args[a] for i in members(trace, group)}
    arg = trace.tape.nodes[first].args[a]
    shape = trace.shape(arg) or trace.shape(first)  # a number may be anything that what it acts on may be
    for key, shift, rank in others(trace, first, shape, arg if len(own) == 1 else -1):
        yield edit(
            group,
            lambda r, i, k=key, s=shift: in_place(r, i, a, other(r, i, k, s)),
            "value",
            lambda r, i, k=key, s=shift: with_part(r.trace, i, a, named(r.trace, k, s)),
            rank,
        )
        if not shift and is_gate(trace, key):
            yield edit(
                group,
                lambda r, i, k=key: in_place(r, i, a, _rest(other(r, i, k))),
                "value",
                lambda r, i, k=key: with_part(r.trace, i, a, f"(1 - {named(r.trace, k)})"),
                rank + 0.05,
            )


def is_gate(trace: Trace, key: Any) -> bool:
    """Whether a value is between 0 and 1, of which people take what is left: a gate's, or a decay's."""
    ids = [] if isinstance(key, NOT_OF_A_PLACE) else trace.places[key]
    name = trace.tape.nodes[trace.origin(ids[0])].name if ids else ""
    return name == "sigmoid" or (name == "exp" and bool(np.all(trace.tape.values[ids[0]] <= 1)))


def _rest(gate: Any) -> Any:
    return None if gate is None else 1 - gate


def _anew(r: Replay, i: int, a: int) -> Any:
    """An activation as it should be, of what it was taken of: for a backward that computes it again."""
    arg = r.trace.tape.nodes[i].args[a]
    if type(arg) is not Id or r.trace.tape.nodes[origin := r.trace.origin(arg)].name not in ACTIVATIONS:
        return None
    return r.plain(origin)
