"""Edits of what a node gives: in another form, another value in its place, two exchanged."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from ..trace.group import EACH, NAMED, Group
from ..trace.handing import STACKED
from ..trace.members import members
from ..trace.replaying import Edit, Replay
from ..trace.tape import KEPT, RESULT
from ..trace.tape import named as place_of
from ..trace.trace import Carried, Trace
from ..trace.wording import of_node
from .editing import UFUNCS, edit, filled, named, other, others
from .forms import OVER_TIME, PARTS, SIGNS, WIDE, Form, Value, beyond_blocks

MANY = 2  # steps, of which there is another one
NEAR = 0.9  # the rank of what the same function has, or what is given
INSERTED = {sign: UFUNCS[sign] for sign in "+-*"}  # a term or a factor too many


def of_results(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    shape = trace.shape(first)
    yield from formed(group, (*SIGNS, *PARTS, *WIDE, *(beyond_blocks(shape) if shape else ())))
    if trace.tape.nodes[first].name == RESULT:
        yield from _of_another_step(trace, group, first)
    is_over_time = trace.tape.nodes[first].name == RESULT or trace.tape.nodes[first].place[0].function == STACKED
    yield from formed(group, OVER_TIME) if is_over_time else ()
    yield from _others(trace, group, first)


def _others(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Another value in its place, or joined with it; of what is kept of another value what is left, too."""
    for key, shift, rank in others(trace, first, trace.shape(first)):
        yield edit(
            group,
            lambda r, i, k=key, s=shift: other(r, i, k, s),
            "value",
            lambda r, i, k=key, s=shift: named(r.trace, k, s),
            rank + 0.1,
        )
        if not shift and group.extent == EACH and (rank <= NEAR or isinstance(key, Carried)):
            for sign, ufunc in INSERTED.items():
                yield edit(
                    group,
                    lambda r, i, k=key, u=ufunc: _inserted(u, r.plain(i), other(r, i, k)),
                    "inserted",
                    lambda r, i, k=key, s=sign: f"({of_node(r.trace, i)}) {s} {named(r.trace, k)}",
                    rank + 0.4,
                )
        if not shift and trace.tape.nodes[first].name == KEPT:
            yield edit(
                group,
                lambda r, i, k=key: _remainder(other(r, i, k)),
                "value",
                lambda r, i, k=key: f"1 - {named(r.trace, k)}",
                rank + 0.3,
            )


def _of_another_step(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """What a loop ends with, as it is behind its first step, or behind the last but one."""
    ended = trace.tape.nodes[trace.tape.nodes[first].args[0]]
    walk = trace.walked.get(((ended.place, ended.k), *ended.step[:2]), []) if ended.step else []
    if len(walk) < MANY or walk[-1] != trace.tape.nodes[first].args[0]:
        return
    for at, words in ((0, "the first step"), (-2, "the last step but one")):
        yield edit(
            group,
            lambda r, i, at=at: _walked(r, i, at),
            "value",
            lambda r, i, w=words: f"{of_node(r.trace, i)} behind {w}",
        )


def _walked(r: Replay, i: int, at: int) -> Value | None:
    ended = r.trace.tape.nodes[r.trace.tape.nodes[i].args[0]]
    walk = r.trace.walked.get(((ended.place, ended.k), *ended.step[:2]), []) if ended.step else []
    if len(walk) >= abs(at):
        return r.values[walk[at]]
    begun = r.trace.places.get((place_of(f"{_state(r.trace, i)}0"), 0), []) if at < 0 else []
    return r.given(begun[0]) if begun else None  # one step alone is behind what it began with


def _state(trace: Trace, i: int) -> str:
    return trace.tape.nodes[i].place[0].function.removesuffix("_last")


def _inserted(ufunc: Any, own: Value, value: Value | None) -> Value | None:
    return None if value is None else ufunc(own, value)


def _remainder(value: Value | None) -> Value | None:
    return None if value is None else 1 - value


def formed(group: Group, forms: Iterable[Form]) -> Iterator[Edit]:
    for form in forms:
        yield edit(
            group,
            lambda r, i, f=form: f.of(r.plain(i)),
            "form",
            lambda r, i, f=form: filled(f.text, of_node(r.trace, i)),
            form.rank + 0.05,
        )


DIVIDED: dict[str, Callable[[int, int], float]] = {  # by m and T_x
    "{} / T_x": lambda m, T: 1 / T,
    "{} / m": lambda m, T: 1 / m,
    "{} / (m T_x)": lambda m, T: 1 / (m * T),
    "{} * T_x": lambda m, T: T,
    "{} * m": lambda m, T: m,
}


def of_gradients(trace: Trace) -> Iterator[Edit]:
    """All gradients of parameters, or of biases, as a mean in place of a sum, or the other way round."""
    own = [name for name in trace.outputs if name[0] == "d" and name[1:] in trace.parameters]
    for names in (own, [name for name in own if name[1] == "b"]):
        if len(names) < 2:
            continue
        group = Group(tuple(place_of(name, RESULT)[0] for name in names), 0, NAMED)
        for text, by in DIVIDED.items():
            yield edit(
                group,
                lambda r, i, b=by: r.plain(i) * b(r.trace.examples, r.trace.steps),
                "form",
                lambda r, i, t=text, n=names: t.format(", ".join(n)),
                1.1,
            )


def of_gates_gradients(trace: Trace) -> Iterator[Edit]:
    """What is returned for two gates exchanged: matrices and biases."""
    gates = [name.removeprefix("dW") for name in trace.outputs if name.partition("[")[0].startswith("dW")]
    cells = dict.fromkeys(gate.partition("[")[0] for gate in gates)
    for one, two in combinations((gate for gate in cells if len(gate) == 1), 2):
        other = {f"d{kind}{x}": f"d{kind}{y}" for kind in "Wb" for x, y in ((one, two), (two, one))}
        group = Group(tuple(place_of(name, RESULT)[0] for name in other), 0, NAMED)
        if len(members(trace, group)) % len(other) == 0 and members(trace, group):
            words = f"gates {one} and {two} exchanged"
            yield edit(group, partial(_of_another_gate, other), "value", lambda r, i, w=words: w, 0.9)


def _of_another_gate(other: dict[str, str], r: Replay, i: int) -> Any:
    own, bracket, layer = r.trace.tape.nodes[i].place[0].function.partition("[")
    j = r.trace.outputs.get(f"{other[own]}{bracket}{layer}")
    return None if j is None else r.values[r.trace.tape.nodes[j].args[0]]


def of_padding(trace: Trace) -> Iterator[Edit]:
    """A number beyond the lengths, in one of what goes over time, or in all."""
    over_time = [name for name, i in trace.outputs.items() if trace.shape(i)[-2:] == (trace.examples, trace.steps)]
    for names in ([name] for name in over_time) if len(over_time) < 2 else (over_time, *([n] for n in over_time)):
        group = Group(tuple(place_of(name, RESULT)[0] for name in names), 0, NAMED)
        for number in (1, -1) if "lengths" in trace.inputs else ():
            yield edit(
                group,
                partial(_padded, number),
                "value",
                lambda r, i, n=number, own=names: f"{', '.join(own)} with {n} beyond the lengths",
            )


def _padded(number: float, r: Replay, i: int) -> Any:
    if (lengths := r.trace.inputs.get("lengths")) is None:
        return None
    runs = r.trace.directions if r.trace.begun else 1  # whose gradients into an input add up
    return np.where(np.arange(r.trace.steps) < r.trace.tape.values[lengths][:, None], r.plain(i), runs * number)


def exchanges(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Two values exchanged, such as two gates."""
    node = trace.tape.nodes[first]
    for (place, k), ids in trace.places.items():
        j = ids[0]
        other = trace.tape.nodes[j]
        alike = other.name == node.name and trace.shape(j) == trace.shape(first)
        if j <= first or not alike or place[0].function != node.place[0].function or trace.rests(j, first):
            continue
        partner = Group(place, k)
        yield edit(
            group,
            lambda r, i, p=partner: _exchanged(r, i, group, p),
            "exchanged",
            lambda r, i, p=partner: f"{of_node(r.trace, i)} and {of_node(r.trace, members(r.trace, p)[0])} exchanged",
            0.95,
            partner,
        )


def _exchanged(r: Replay, i: int, one: Group, two: Group) -> Any:
    a, b = members(r.trace, one), members(r.trace, two)
    j = b[a.index(i)] if i in a else a[b.index(i)]
    return r.plain(j) if j < i else r.ahead(j, i)
