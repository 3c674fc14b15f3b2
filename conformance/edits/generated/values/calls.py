"""Edits of functions of one value: an activation by another, a slope by another, or of what the value was made of."""

from collections.abc import Callable, Iterator
from typing import Any

from ...trace.gates import complemented
from ...trace.group import EVERY, SAME, UNCOUPLED, Group
from ...trace.members import members
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled
from ..making.editing import ACTIVATIONS, NOT_OF_A_PLACE, OF_ONE, Value, edit, filled, named, other, others
from ..making.forms import Form
from ..making.functions import FUNCTIONS, RELUS, SLOPES, SOFTPLUSES, mistaken

ONCE_AT_MOST = 1.3  # the rank of functions that a slope is taken of
APART = ("forward", "backward", "relu", "absolute", "clip")  # which is no function of one value, or has its own edits
SLOPED = dict(zip(("tanh_slope", "sigmoid_slope"), SLOPES, strict=False))


def of_calls(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[trace.origin(first)]
    if node.name in OF_ONE and not _is_number(trace, node.args[0]):
        for form in (*FUNCTIONS, *SLOPES):
            yield _applied(group, form, _argument)
    for form in SOFTPLUSES if node.name == "softplus" else ():
        yield _applied(group, form, _argument)
    if node.name == "where" and node.place[0].function in ("relu", "absolute"):
        for form in (*RELUS, *FUNCTIONS):
            yield _applied(group, form, _argument)
    elif node.name and of_one(trace, first) is not None:
        for form in (*FUNCTIONS, *SLOPES):
            yield _applied(group, form, lambda r, i: of_one(r.trace, i))
    if node.name == "sigmoid" and (group.only == UNCOUPLED or _is_everywhere(trace, group, "sigmoid")):
        is_left = any(_is_negated(trace, i) for i in members(trace, group))
        for form in mistaken("sigmoid"):
            yield _applied(group, form, _argument)
            if is_left:
                yield _applied_to_what_is_left(group, form)
    if node.name == "softplus" and _is_everywhere(trace, group, node.name):
        for form in mistaken("softplus"):
            yield _applied(group, form, _argument)
    if node.place[0].function == "log_sigmoid" and of_one(trace, first) is not None:
        for form in mistaken("log_sigmoid"):
            yield _applied(group, form, lambda r, i: of_one(r.trace, i))
    if _silu_of(trace, first) is not None:
        for form in (*FUNCTIONS, *SLOPES, *mistaken("silu_slope")):
            yield _applied(group, form, lambda r, i: _silu_of(r.trace, i))
    if (called := sloped(trace, first)) is not None:
        yield from _of_slopes(trace, group, first, called)


def _silu_of(trace: Trace, i: int) -> int | None:
    """Of what a node is the whole slope of z sigmoid(z)."""
    node = trace.tape.nodes[i]
    if node.place[0].function != "silu_slope" or node.name != "add":
        return None
    z = trace.tape.nodes[node.args[1]].args[0]
    return z if type(z) is Id else None


def _is_negated(trace: Trace, i: int) -> bool:
    """Whether a gate is what is left of another: s(-z) is 1 - s(z)."""
    arg = trace.tape.nodes[trace.origin(i)].args[0]
    node = trace.tape.nodes[arg] if type(arg) is Id else None
    return (
        node is not None
        and node.name == "negative"
        and any(trace.tape.nodes[user].name == "sigmoid" for user in trace.users[node.args[0]])
    )


def _applied_to_what_is_left(group: Group, form: Form) -> Edit:
    """A function wherever it is called, of which gates are left."""

    def change(r: Replay, i: int) -> Any:
        z = r.argument(r.trace.origin(i), 0)
        if not _is_negated(r.trace, i):
            return form.of(z)
        left = form.of(-z)
        return None if left is None else 1 - left

    def text(r: Replay, i: int) -> str:
        label = labelled(r.trace, r.trace.tape.nodes[r.trace.origin(i)].args[0], at=i)
        return (
            filled(f"1 - {form.text}", label.removeprefix("-")) if _is_negated(r.trace, i) else filled(form.text, label)
        )

    return edit(group, change, "function", text, form.rank)


def _is_everywhere(trace: Trace, group: Group, name: str) -> bool:
    """Whether a group is all that a primitive gives: what is written once is mistaken wherever it is called."""
    every = members(trace, Group((Expression("", name, 0, 0, 0, 0),), 0, SAME, EVERY))
    return [trace.origin(i) for i in members(trace, group)] == every


def _of_slopes(trace: Trace, group: Group, first: int, called: int) -> Iterator[Edit]:
    name = trace.tape.nodes[first].place[0].function
    own = SLOPED[name]
    for key, shift, rank in others(trace, first, trace.shape(first), called, shifts=False):
        if _is_in_a_slope(key):
            continue
        yield edit(
            group,
            lambda r, i, k=key, s=shift: _sloped_of(own, other(r, i, k, s)),
            "value",
            lambda r, i, k=key: filled(own.text, named(r.trace, k)),
            rank + 0.05,
        )
    for form in (*SLOPES, *FUNCTIONS):
        yield _applied(group, form, lambda r, i: sloped(r.trace, i))
        if trace.tape.nodes[trace.origin(called)].name in ACTIVATIONS:
            yield _applied(group, form, _under)
    for form in FUNCTIONS if trace.tape.nodes[trace.origin(called)].name in ACTIVATIONS else ():
        if form.rank <= ONCE_AT_MOST:
            yield _applied(group, _slope_of(own, form), _under)
    for form in mistaken(name):
        yield _applied(group, form, lambda r, i: sloped(r.trace, i))
    if any((one := sloped(trace, i)) is not None and one in complemented(trace) for i in members(trace, group)):
        for form in (*SLOPES, *FUNCTIONS, *mistaken(name)):
            yield _of_what_is_left(group, form)


def _of_what_is_left(group: Group, form: Form) -> Edit:
    """Of 1 - u where that is what is kept of a gate u, of others by their value."""

    def change(r: Replay, i: int) -> Any:
        if (called := sloped(r.trace, i)) is None:
            return None
        return form.of(1 - r.values[called] if called in complemented(r.trace) else r.values[called])

    def text(r: Replay, i: int) -> str:
        called = sloped(r.trace, i)
        assert called is not None
        label = labelled(r.trace, Id(called), at=i)
        return form.text.format(f"(1 - {label})") if called in complemented(r.trace) else filled(form.text, label)

    return edit(group, change, "function", text, form.rank)


def _is_number(trace: Trace, arg: Any) -> bool:
    """Whether a function is one of a length."""
    return type(arg) is Id and trace.tape.nodes[arg].name == "full"


def _slope_of(slope: Form, function: Form) -> Form:
    """A slope by the value of another function."""
    return Form(
        filled(slope.text, function.text.replace("{}", "{0}")), lambda z: slope.of(function.of(z)), function.rank + 0.1
    )


def _is_in_a_slope(key: Value) -> bool:
    return not isinstance(key, NOT_OF_A_PLACE) and key[0][0].function in SLOPED


def _sloped_of(slope: Form, value: Any) -> Any:
    return None if value is None else slope.of(value)


def _argument(r: Replay, i: int) -> Any:
    arg = r.trace.tape.nodes[r.trace.origin(i)].args[0]
    return arg if type(arg) is Id else None


def _under(r: Replay, i: int) -> Any:
    """What the value was made of."""
    if (called := sloped(r.trace, i)) is None:
        return None
    node = r.trace.tape.nodes[r.trace.origin(called)]
    return node.args[0] if node.name in ACTIVATIONS else None


def _applied(group: Group, form: Form, of: Callable[[Replay, int], Any]) -> Edit:
    def change(r: Replay, i: int) -> Any:
        source = of(r, i)
        return None if source is None else form.of(r.values[source])

    return edit(
        group,
        change,
        "function",
        lambda r, i: filled(form.text, labelled(r.trace, Id(of(r, i)), at=i)),
        form.rank - 0.05,
    )


def sloped(trace: Trace, i: int) -> int | None:
    """The one value that a slope goes by, where the node is what the slope gives: `y` of tanh_slope(y)."""
    if i not in trace.sloped:
        trace.sloped[i] = _sloped(trace, i)
    return trace.sloped[i]


def _sloped(trace: Trace, i: int) -> int | None:
    return _one_value(trace, i) if trace.tape.nodes[i].place[0].function in SLOPED else None


def of_one(trace: Trace, i: int) -> int | None:
    """The one value that a function of an equation goes by, where the node is what it gives: x of positive(x)."""
    called = trace.tape.nodes[i].place[:2]
    if len(called) < 2 or called[0].function in {*SLOPED, *APART} or called[1].function not in ("forward", "backward"):
        return None
    if ~i not in trace.sloped:  # beside what the same node may be as a slope
        trace.sloped[~i] = _one_value(trace, i)
    return trace.sloped[~i]


def _one_value(trace: Trace, i: int) -> int | None:
    nodes = trace.tape.nodes
    node = nodes[i]
    if len(node.place) < 2:
        return None
    own, seen, given = node.place[0].function, [i], set[int]()

    def inside(j: int) -> bool:
        other = nodes[j]
        return (other.place[0].function, other.place[1:], other.k, other.step) == (
            own,
            node.place[1:],
            node.k,
            node.step,
        )

    while seen:
        for parent in nodes[seen.pop()].parents:
            seen.append(parent) if inside(parent) else given.add(parent)
    is_result = not any(inside(user) for user in trace.users[i])
    return given.pop() if len(given) == 1 and is_result else None
