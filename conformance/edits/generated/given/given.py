"""Edits of what is given, wherever it is used: weights transposed, of another gate; a state that is ignored; another length."""

from collections.abc import Callable, Iterator
from functools import partial
from math import prod
from typing import Any

import numpy as np
from rnnspec.reference import Kind

from ...trace.group import LIKE, NAMED, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id, named
from ...trace.trace import Trace
from ...trace.wording import labelled
from ..making.editing import EVERY_ONE, edit, lengths_of
from ..making.forms import PARTS, SIGNS, WIDE, Form
from ..making.functions import ON_ANOTHER_SCALE
from ..making.inner_axes import INNER
from ..making.over_time import OVER_TIME

ALIKE_AT_MOST = 4  # of all but one that is alike
OF_ONE_LAYER = 0.12  # by how much a mistake in one layer or direction of a network is less likely
NUMBERS = (*map(float, (1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 50, 100, 0)), 0.5, 0.1, 0.01, 1e-3, 1e-5, 1e-6, 1e-8, 1e-12)
LENGTHS: dict[str, Callable[[Any, int], Any]] = {
    "T_x": lambda lengths, T: T + 0 * lengths,
    "lengths - 1": lambda lengths, T: lengths - 1,
    "lengths + 1": lambda lengths, T: lengths + 1,
    "max(lengths, 1)": lambda lengths, T: np.maximum(lengths, 1),
    "min(lengths + 1, lengths.max())": lambda lengths, T: np.minimum(lengths + 1, lengths.max()),
    "lengths[0]": lambda lengths, T: lengths[0] + 0 * lengths,
    "lengths.max()": lambda lengths, T: lengths.max() + 0 * lengths,
    "lengths.min()": lambda lengths, T: lengths.min() + 0 * lengths,
    "lengths[::-1]": lambda lengths, T: lengths[::-1],
    "sorted(lengths)": lambda lengths, T: np.sort(lengths),
    "sorted(lengths)[::-1]": lambda lengths, T: np.sort(lengths)[::-1],
}

MEANS: dict[str, Callable[[Any], Any]] = {
    "{} / lengths": lambda own: own,
    "{} / lengths.sum()": lambda own: own.sum(keepdims=True),
}
WHETHER = Form("1 where {} is not 0", lambda z: (z != 0) + 0 * z)


def of_given(trace: Trace) -> Iterator[Edit]:
    yield from _absent(trace)
    for name, i in trace.inputs.items():
        group = Group(named(name))
        if name == "lengths":
            yield from _lengths(trace, group)
            continue
        more = OF_ONE_LAYER if "[" in name else 0.0
        yield from _numbers(trace, name)
        for form in (*SIGNS, *PARTS, *INNER, *WIDE, *ON_ANOTHER_SCALE, *OVER_TIME, WHETHER):
            yield _formed(group, form, more)
        if trace.shape(i)[-2:] == (trace.examples, trace.steps):
            yield from _by_lengths(group)
        for other, j in trace.inputs.items():
            if other != name and trace.shape(i) == trace.shape(j):
                yield _replaced(group, other, rank=0.85 + more)
        alike = Group(named(name), 0, LIKE)
        if len(own := members(trace, alike)) > 1 and own[0] == i:
            for form in (*SIGNS, *PARTS, *WIDE):
                yield _formed(alike, form)
            for left in own if len(own) > 2 else ():
                yield from _all_but(trace, [i for i in own if i != left])


def _lengths(trace: Trace, group: Group) -> Iterator[Edit]:
    for text, of in LENGTHS.items():
        yield edit(
            group,
            partial(_of_lengths, of, text == "T_x"),
            "given",
            lambda r, i, t=text: t,
            0.9,
        )


def _of_lengths(of: Callable[[Any, int], Any], is_T_x: bool, r: Replay, i: int) -> Any:
    return None if is_T_x and r.trace.ends else np.clip(of(r.values[i], r.trace.steps), 0, r.trace.steps)


def _by_lengths(group: Group) -> Iterator[Edit]:
    """What goes over time as a mean: over each example's steps, or over all that there are."""
    for text, of in MEANS.items():
        yield edit(
            group,
            lambda r, i, of=of: r.values[i] / np.maximum(of(lengths_of(r)), 1)[..., None],
            "given",
            lambda r, i, t=text: t.format(r.trace.tape.nodes[i].place[0].function),
            0.95,
        )


def _numbers(trace: Trace, name: str) -> Iterator[Edit]:
    """A number that is written in the place of one that is given, as a limit or a scale."""
    operation, (plain, *_) = trace.operation, name.partition("[")
    if {**operation.all_options, **operation.parameters}.get(plain) not in ("", "1 1"):
        return
    for number in NUMBERS:
        yield edit(
            Group(named(name)),
            lambda r, i, n=number: n + 0 * r.values[i],
            "given",
            lambda r, i, n=number: f"{n:g}",
            1.2,
        )


def of_kept_numbers(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """A number that a backward has in the place of one that its forward was given, as a default."""
    if prod(trace.shape(first)) == 1 and trace.operation.kind is not Kind.CONTAINER:
        for number in dict.fromkeys(sign * number for number in NUMBERS for sign in (1, -1)):
            change = partial(_number, number)
            yield edit(group, change, "value", lambda r, i, n=number: f"{n:g}, in the backward", 1.25)


def _number(number: float, r: Replay, i: int) -> Any:
    return number + 0 * r.plain(i)


def _absent(trace: Trace) -> Iterator[Edit]:
    """What is not given, and begins at zero, begins at something else."""
    for (place, k), (i, *_) in trace.places.items():
        if trace.tape.nodes[i].name != "zeros" or place[0].module:
            continue
        for name, j in trace.inputs.items():
            if trace.shape(i) == trace.shape(j):
                yield edit(Group(place, k), _instead(name), "given", lambda r, i, n=name: n, 0.9)


def _instead(name: str) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        j = r.trace.inputs.get(name)
        return r.values[i] if r.trace.tape.nodes[i].name != "zeros" else None if j is None else r.given(j)

    return change


def _formed(group: Group, form: Form, more: float = 0.0) -> Edit:
    return edit(
        group,
        lambda r, i: form.of(r.values[i]),
        "given",
        lambda r, i: _text(r.trace, i, form, EVERY_ONE if group.extent == LIKE else labelled(r.trace, Id(i))),
        form.rank - 0.1 + more,
    )


def _text(trace: Trace, i: int, form: Form, name: str) -> str:
    """Columns of what goes over time are steps."""
    over_time = trace.shape(i)[-2:] == (trace.examples, trace.steps)
    return form.text.replace("column", "step" if over_time else "column").format(name)


def _replaced(group: Group, other: str, partner: Group | None = None, rank: float = 0.85) -> Edit:
    def change(r: Replay, i: int) -> Any:
        j = of_layer(r.trace, i, other)
        return None if j is None else r.given(j)

    return edit(group, change, "given", lambda r, i: other, rank, partner)


def of_layer(trace: Trace, i: int, name: str) -> int | None:
    """What is given under a name, in a network in the same layer and direction."""
    _, bracket, layer = trace.tape.nodes[i].place[0].function.partition("[")
    return trace.inputs.get(name, trace.inputs.get(f"{name}{bracket}{layer}"))


def _all_but(trace: Trace, ids: list[int]) -> Iterator[Edit]:
    """Of what is alike all but one, such as all biases but that of the state's own."""
    places = [trace.tape.nodes[i].place[0] for i in ids]
    for form in SIGNS[:4] if len(ids) <= ALIKE_AT_MOST else ():
        yield edit(
            Group(tuple(places), 0, NAMED),
            lambda r, i, f=form: f.of(r.values[i]),
            "given",
            lambda r, i, f=form: f.text.format(EVERY_ONE),
            form.rank,
        )
