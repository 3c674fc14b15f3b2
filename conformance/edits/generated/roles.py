"""Edits of what belongs together: all states that are given, all gradients from behind, all that a layer or a direction returns."""

from collections.abc import Iterator

from rnnspec.reference import Kind

from ..trace.group import ENTERING, NAMED, Group
from ..trace.members import entering
from ..trace.places import Place
from ..trace.replaying import Edit, Replay
from ..trace.tape import RESULT, named
from ..trace.trace import Trace
from ..trace.wording import with_part
from .editing import EVERY_ONE, edit
from .forms import PARTS, SIGNS, Form
from .orders import AXES, ORDERS, of_axes, of_states, ordered

Names = tuple[str, ...]


def of_roles(trace: Trace) -> Iterator[Edit]:
    for module, roles in (("", _given(trace)), (RESULT, _returned(trace))):
        for names in roles:
            group = Group(tuple(named(name, module)[0] for name in names), 0, NAMED)
            yield from (_formed(group, form) for form in (*SIGNS, *PARTS) if len(names) > 1)
    yield from _of_entering(trace)
    if trace.runs_back:
        every = Group(tuple(named(name, RESULT)[0] for name in trace.outputs), 0, NAMED)
        yield edit(every, _forth, "role", lambda r, i: "a run that is not reversed", 0.9)
    if trace.operation.kind is Kind.NETWORK or "lengths" in trace.inputs:
        for groups in _states(trace):
            yield from of_states(Group(groups, 0, NAMED))
    for module, ends in (("", trace.inputs), (RESULT, trace.outputs)):
        over_time = tuple(name for name in ends if _is_over_time(trace, name))
        for names in dict.fromkeys([over_time, *((name,) for name in over_time)]):
            group = Group(tuple(named(name, module)[0] for name in names), 0, NAMED)
            yield from (ordered(group, words, order) for words, order in ORDERS.items() if names)
            yield from (of_axes(group, axes) for axes in AXES if names)


def _forth(r: Replay, i: int) -> object:
    return r.trace.forth.get(r.trace.tape.nodes[i].place[0].function, r.plain(i))


def _of_entering(trace: Trace) -> Iterator[Edit]:
    """All states in the equations of a step, wherever the loop has them from."""
    if len(trace.operation.states) < 2:
        return
    group = Group(named("state"), 0, ENTERING)
    for form in SIGNS[:5]:
        yield edit(
            group,
            lambda r, i, f=form: _entered(r, i, f),
            "role",
            lambda r, i, f=form: with_part(r.trace, i, entering(r.trace, i)[0], f.text.format("each state")),
            form.rank - 0.1,
        )


def _entered(r: Replay, i: int, form: Form) -> object:
    given = [r.argument(i, a) for a in range(len(r.trace.tape.nodes[i].args))]
    for a in entering(r.trace, i):
        given[a] = form.of(given[a])
    return r.trace.tape.nodes[i].function(*given)


def _is_over_time(trace: Trace, name: str) -> bool:
    operation = trace.operation
    return {**operation.inputs, **operation.all_options, **operation.outputs}.get(name, "").endswith("T_x")


def _given(trace: Trace) -> list[Names]:
    states = trace.operation.states
    begin = tuple(f"{s}{when}" for s in states for when in ("0", "_prev") if _is_there(trace, f"{s}{when}"))
    end = tuple(f"d{s}{when}" for s in states for when in ("_last", "_next") if _is_there(trace, f"d{s}{when}"))
    each = tuple(name for name in (f"d{states[0] if states else ''}", "dy", "dyt_pred") if name in trace.inputs)
    return [*dict.fromkeys([begin, end, each, (*each, *end), (*begin, *end)])]


def _states(trace: Trace) -> list[Place]:
    """All initial states, what is said of all last ones, what is returned of both, and all of these."""
    ends = [
        ("", [f"{s}0" for s in trace.operation.states]),
        ("", [f"d{s}_last" for s in trace.operation.states]),
        (RESULT, [f"{s}_last" for s in trace.operation.states]),
        (RESULT, [f"d{s}0" for s in trace.operation.states]),
    ]
    groups = [
        tuple(named(n, module)[0] for n in names if (named(n, module), 0) in trace.places) for module, names in ends
    ]
    return [*dict.fromkeys(group for group in (*groups, sum(groups, ())) if group)]


def _is_there(trace: Trace, name: str) -> bool:
    return (named(name), 0) in trace.places


def _returned(trace: Trace) -> list[Names]:
    outputs, states = trace.outputs, trace.operation.states
    own = tuple(name for name in outputs if name[0] == "d" and name[1:] in trace.parameters)
    biases = tuple(name for name in own if name[1] == "b")
    layers = {layer: tuple(n for n in own if f"[{layer}][" in n) for layer in range(trace.layers)}
    upper = tuple(name for name in own if name not in layers.get(0, own))
    groups = (
        tuple(name for s in states if (name := f"{s}_last") in outputs),
        tuple(name for s in states for name in (f"d{s}0", f"d{s}_prev") if name in outputs),
        own,
        tuple(name for name in own if name not in biases),
        biases,
        *layers.values(),
        upper,
        tuple(name for name in biases if name in upper),
        *(tuple(name for name in own if name.endswith(f"[{d}]")) for d in range(2)),
        (*(n for n in outputs if n not in own and n[0] == "d"), *own),
    )
    return [*dict.fromkeys(groups)]


def _formed(group: Group, form: Form) -> Edit:
    def change(r: Replay, i: int) -> object:
        return form.of(r.plain(i))

    return edit(group, change, "role", lambda r, i: form.text.format(EVERY_ONE), form.rank - 0.15)
