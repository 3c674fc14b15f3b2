"""Edits of what belongs together: all states that are given, all gradients from behind, all that a layer or a direction returns."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from rnnspec.reference import FAMILIES, Kind, Operation

from ...trace.group import AHEAD, ALL, NAMED, Group
from ...trace.places import Place
from ...trace.replaying import Edit, Replay
from ...trace.tape import RESULT, named
from ...trace.trace import Trace
from ..making.editing import EVERY_ONE, edit
from ..making.every_run import in_every_run
from ..making.forms import PARTS, SIGNS, WIDE, Form
from ..making.norms import UNIT
from ..making.over_time import shifted
from .arranged import of_arrangements
from .ended import of_ended
from .orders import AXES, ORDERS, of_axes, of_examples, of_states, ordered

Names = tuple[str, ...]
HALVES = tuple(form for form in PARTS if "what acts on" in form.text)
SHIFTED = shifted(0)  # of what a loop takes its steps of
BEGUN = tuple(Form(f"{{}} + {c:g}", partial(np.add, c), 1.1) for c in (1.0, 2.0, 0.5))  # sums that do not begin at 0
ROLE = "role"  # the kind of these edits
VECTORS = ("q", "k", "a", "b")
STEPS = "steps"  # of the loop, through which all goes that it is given over time


def of_roles(trace: Trace) -> Iterator[Edit]:
    for module, roles in (("", _given(trace)), (RESULT, _returned(trace))):
        for names in roles:
            group = Group(tuple(named(name, module)[0] for name in names), 0, NAMED)
            yield from (_formed(group, form) for form in (*SIGNS, *PARTS, *WIDE, *BEGUN) if len(names) > 1)
    for names in _vectors(trace.operation):
        group = Group(tuple(named(name)[0] for name in names), 0, NAMED)
        yield from (_formed(group, form, names[0] if len(names) == 1 else EVERY_ONE) for form in UNIT)
    for names in _parameters(trace):
        group = Group(tuple(named(name)[0] for name in names), 0, NAMED)
        yield from (_formed(group, form) for form in (*SIGNS, *HALVES) if len(names) > 1)
    if "reverse" in trace.operation.all_options:
        every = Group(tuple(named(name, RESULT)[0] for name in trace.outputs), 0, NAMED)
        yield edit(every, _forth, ROLE, lambda r, i: "a run that is not reversed", 0.9)
        yield edit(every, _back, ROLE, lambda r, i: "a run that is reversed", 0.9)
    if trace.operation.kind is Kind.NETWORK or "lengths" in trace.inputs:
        for groups in _states(trace):
            yield from of_states(Group(groups, 0, NAMED))
    is_layer = trace.operation.kind is not Kind.CONTAINER
    yield from _moved_examples(trace) if "lengths" in trace.inputs and is_layer else ()
    for place, ids in trace.of_place.items():
        if place[0].function == STEPS and trace.tape.nodes[ids[0]].name == "transpose":
            yield from (_formed(Group(place, 0, ALL), form) for form in (*SIGNS[:5], *SHIFTED))
            yield from (_formed(Group(place, 0, ALL, AHEAD), form) for form in SHIFTED if trace.begun)
    for place in _over_time(trace.operation):
        group = Group(place, 0, NAMED)
        yield from (ordered(group, words, order) for words, order in ORDERS.items())
        yield from (of_axes(group, axes) for axes in AXES)
        yield from of_arrangements(group)
        yield from (_formed(group, form) for form in SIGNS[:5] if len(place) > 1)


def _moved_examples(trace: Trace) -> Iterator[Edit]:
    for place in _states(trace):
        yield from of_ended(Group(place, 0, NAMED))
    for place, over_time in _with_examples(trace.operation):
        yield from of_examples(Group(place, 0, NAMED), over_time)
    for place in _over_time(trace.operation):
        yield from of_examples(Group(place, 0, NAMED), frozenset(expression.function for expression in place))


def _forth(r: Replay, i: int) -> object:
    return r.trace.forth.get(r.trace.tape.nodes[i].place[0].function, r.plain(i))


def _back(r: Replay, i: int) -> object:
    return r.trace.back.get(r.trace.tape.nodes[i].place[0].function, r.plain(i))


def _over_time(operation: Operation) -> list[Place]:
    """What goes over time, whether this case has it or not: all that is given or returned, of a backward its own, each of it, and what
    a forward returns with the gradients that come for it.
    """
    ahead = operation.forward or operation
    given = _named({**operation.inputs, **operation.all_options}, "")
    own = tuple(place for place in given if not operation.forward or place.function not in ahead.inputs)
    returned, seen = _named(operation.outputs, RESULT), _named(ahead.outputs, RESULT)
    upstream = tuple(named(f"d{place.function.removesuffix('_pred')}")[0] for place in seen)
    each = ((place,) for place in (*given, *returned))
    return [*dict.fromkeys(group for group in (given, own, returned, (*seen, *upstream), *each) if group)]


def _with_examples(operation: Operation) -> Iterator[tuple[Place, frozenset[str]]]:
    """All that is given of each example, and all that is returned, and which of it goes over time."""
    given = {**operation.inputs, **operation.all_options}
    returned = {**operation.outputs, **{name: own for name, (_, own) in operation.optional_outputs.items()}}
    for axes, module in ((given, ""), (returned, RESULT)):
        own = {name: own for name, own in axes.items() if "m" in own.split() and name != "lengths"}
        over_time = frozenset(name for name, own in own.items() if own.endswith("T_x"))
        yield tuple(named(name, module)[0] for name in own), over_time


def _named(axes: Mapping[str, str], module: str) -> Place:
    return tuple(named(name, module)[0] for name, own in axes.items() if own.endswith("T_x"))


def _given(trace: Trace) -> list[Names]:
    """What belongs together, of what may be given, whether this case has it or not."""
    operation, states = trace.operation, trace.operation.states
    names = {**operation.inputs, **operation.all_options}
    begin = tuple(name for s in states for when in ("0", "_prev") if (name := f"{s}{when}") in names)
    end = tuple(name for s in states for when in ("_last", "_next") if (name := f"d{s}{when}") in names)
    each = tuple(name for name in (f"d{states[0] if states else ''}", "dy", "dyt_pred") if name in names)
    ahead = operation.forward or operation
    own = tuple(name for name in ahead.arguments if name not in begin)
    alike = [tuple(n for n in own if ahead.arguments[n] == axes) for axes in ahead.arguments.values()]
    return [*dict.fromkeys([begin, end, each, (*each, *end), (*begin, *end), own, *alike])]


def _vectors(operation: Operation) -> list[Names]:
    """What people make of length one: queries and keys, each and both, and the two vectors of a low rank."""
    given = [name for name in (operation.forward or operation).arguments if name.removesuffix("t") in VECTORS]
    both = tuple(name for name in given if name[0] in "qk")
    return [*((name,) for name in given), *([both] if len(both) > 1 else [])]


def _parameters(trace: Trace) -> Iterator[Names]:
    """Of a layer all matrices and all biases, which in a network are of several shapes, and not the head's."""
    head = _head(trace)
    names = dict.fromkeys(name.partition("[")[0] for name in trace.inputs if name in trace.parameters)
    for letter in "Wb" if head else "":
        yield tuple(name for name in names if name[0] == letter and name not in head)


def _head(trace: Trace) -> Names:
    return next((family.head for family in FAMILIES if family.name == trace.operation.family), None) or ()


def _states(trace: Trace) -> list[Place]:
    """All initial states, what is said of all last ones, what is returned of both, and all of these."""
    operation = trace.operation
    names = {**operation.inputs, **operation.all_options, **operation.outputs, **operation.optional_outputs}
    ends = [
        ("", [f"{s}0" for s in operation.states]),
        ("", [f"d{s}_last" for s in operation.states]),
        (RESULT, [f"{s}_last" for s in operation.states]),
        (RESULT, [f"d{s}0" for s in operation.states]),
    ]
    groups = [tuple(named(n, module)[0] for n in own if n in names) for module, own in ends]
    every = tuple(named(n, module)[0] for module, own in ends for n in own)  # of a forward and its backward one
    each = ((place,) for group in groups for place in group)
    return [*dict.fromkeys(group for group in (*groups, every, *each) if group)]


def _returned(trace: Trace) -> list[Names]:
    outputs, states, optional = trace.outputs, trace.operation.states, trace.operation.optional_outputs
    gradients = tuple(name for name in optional if name not in outputs and name[1:] in trace.parameters)  # of the head
    into_states = tuple(name for s in states for name in (f"d{s}0", f"d{s}_prev") if name in {**outputs, **optional})
    own = in_every_run((*(name for name in outputs if name[0] == "d" and name[1:] in trace.parameters), *gradients))
    biases = tuple(name for name in own if name[1] == "b")
    layers = {layer: tuple(n for n in own if f"[{layer}][" in n) for layer in range(trace.layers)}
    upper = tuple(name for name in own if name not in layers.get(0, own))
    body = tuple(name for name in own if name[1:].partition("[")[0] not in _head(trace))
    gates = tuple(name for name in own if re.fullmatch(r"d[Wb][^yp](\[.*)?", name))
    groups = (
        tuple(name for s in states for name in (f"{s}_last", f"{s}_next") if name in outputs),
        into_states,
        own,
        tuple(name for name in own if name not in biases),
        *(tuple(name for name in own if name[1] == letter) for letter in sorted({name[1] for name in own})),
        biases,
        gates,
        *layers.values(),
        upper,
        tuple(name for name in biases if name in upper),
        *(tuple(name for name in own if name.endswith(f"[{d}]")) for d in range(2)),
        tuple(n for n in outputs if n not in own and n[0] == "d"),
        (*(n for n in outputs if n not in own and n[0] == "d"), *own),
        (*(n for n in outputs if n not in own and n[0] == "d"), *body),
        (*(n for n in outputs if n not in (*own, *into_states) and n[0] == "d"), *own),
    )
    return [*dict.fromkeys(groups)]


@dataclass(frozen=True)
class _Formed:
    """The same of whichever group."""

    form: Form

    def __call__(self, r: Replay, i: int) -> object:
        return self.form.of(r.plain(i))


def _formed(group: Group, form: Form, each: str = EVERY_ONE) -> Edit:
    return edit(group, _Formed(form), ROLE, lambda r, i: form.text.format(each), form.rank - 0.15)
