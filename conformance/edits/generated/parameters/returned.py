"""Edits of what is returned, by its name: of all gradients of parameters or those of two gates, of two outputs, of what is beyond lengths."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from ...trace.group import NAMED, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import RESULT
from ...trace.tape import named as place_of
from ...trace.trace import Trace
from ..making.editing import edit, lengths_of, told
from ..making.every_run import in_every_run
from ..making.runs import ends

DIVIDED: dict[str, Callable[[Replay], float]] = {
    "{} / T_x": lambda r: 1 / r.trace.steps,
    "{} / m": lambda r: 1 / r.trace.examples,
    "{} / (m T_x)": lambda r: 1 / (r.trace.examples * r.trace.steps),
    "{} * T_x": lambda r: r.trace.steps,
    "{} * m": lambda r: r.trace.examples,
    "{} / lengths.sum()": lambda r: 1 / max(lengths_of(r).sum(), 1),
}


OF_A_GATE = re.compile("d(?P<kind>[A-Zb]?)(?P<gate>[a-z])(?P<step>t?)")
HELD: dict[str, Callable[[Any, bool], Any]] = {  # of the lengths, and whether the run is reversed
    "that of the last step that an example has": lambda lengths, _: lengths - 1,
    "that of the step run last": ends,
}


def of_gradients(trace: Trace) -> Iterator[Edit]:
    """All gradients of parameters, or of biases, or one, as a mean in place of a sum, or the other way round."""
    own = [name for name in trace.outputs if name[0] == "d" and name[1:] in trace.parameters]
    of_kinds = ([name for name in own if name[1] == kind] for kind in sorted({name[1] for name in own}))
    cells = dict.fromkeys(name.partition("[")[0] for name in own)
    of_cells = ([name for name in own if name.partition("[")[0] == cell] for cell in cells)
    for names in dict.fromkeys(tuple(in_every_run(one)) for one in (own, *of_kinds, *of_cells) if one):
        group = Group(tuple(place_of(name, RESULT)[0] for name in names), 0, NAMED)
        for text, by in DIVIDED.items():
            words = text.format(", ".join(names))
            yield edit(group, lambda r, i, b=by: r.plain(i) * b(r), "form", told(words), 1.1)


def of_gates_gradients(trace: Trace) -> Iterator[Edit]:
    """What is returned for two gates exchanged, of each kind that both have: matrices, biases, and what each is given; or matrices and biases alone."""
    cells = dict.fromkeys(name.partition("[")[0] for name in trace.outputs if trace.begun)
    gated = [found for found in map(OF_A_GATE.fullmatch, cells) if found]
    for one, two in combinations(dict.fromkeys(name["gate"] for name in gated if name["kind"].isupper()), 2):
        kinds = [
            name["kind"] for name in gated if name["gate"] == one and f"d{name['kind']}{two}{name['step']}" in cells
        ]
        for own in dict.fromkeys((tuple(kinds), tuple(kind for kind in kinds if kind in ("W", "b")))):
            pairs = ((f"d{kind}{one}{step}", f"d{kind}{two}{step}") for kind in own for step in ("", "t"))
            other = {x: y for pair in pairs for x, y in (pair, pair[::-1])}  # of a sequence, and of one step
            group = Group(tuple(place_of(name, RESULT)[0] for name in other), 0, NAMED)
            words = f"gates {one} and {two} exchanged"
            if own:
                yield edit(group, partial(_of_another_gate, other), "value", told(words), 0.9)


def of_outputs(trace: Trace) -> Iterator[Edit]:
    """Two of the things that a forward returns in each other's place; of a backward two gradients that are shaped alike."""
    for pair in combinations((name for name in trace.outputs if "[" not in name), 2):
        if trace.begun and trace.shape(trace.outputs[pair[0]]) != trace.shape(trace.outputs[pair[1]]):
            continue
        group = Group(tuple(place_of(name, RESULT)[0] for name in pair), 0, NAMED)
        yield edit(
            group,
            partial(_in_its_place, dict(zip(pair, pair[::-1], strict=True))),
            "outputs",
            partial(_exchanged_text, pair),
            0.9,
        )


def _exchanged_text(pair: tuple[str, str], r: Replay, i: int) -> str:
    """Of both, or of one, of which the other stands in its place."""
    if any({one.function for one in edit.group.place} >= {*pair} for edit in r.edits):
        return f"{' and '.join(pair)} exchanged"
    return next(name for name in pair if name != r.trace.tape.nodes[i].place[0].function)


def of_states(trace: Trace) -> Iterator[Edit]:
    """Of several states that a step returns all as they entered it."""
    states = [state for state in trace.operation.states if f"{state}_next" in trace.outputs and not trace.begun]
    if len(states) > 1 and all(f"{state}_prev" in trace.inputs for state in states):
        group = Group(tuple(place_of(f"{state}_next", RESULT)[0] for state in states), 0, NAMED)
        yield edit(group, _as_it_entered, "state", told("each state as it entered the step"), 0.9)


def of_no_step(trace: Trace) -> Iterator[Edit]:
    """Of a backward of one step that takes none: the gradients into its states as they came, and nothing else."""
    back = {f"d{state}_prev": f"d{state}_next" for state in trace.operation.states}
    if trace.begun and trace.is_cell and back and all(d in trace.outputs and back[d] in trace.inputs for d in back):
        group = Group(tuple(place_of(name, RESULT)[0] for name in trace.outputs), 0, NAMED)
        yield edit(
            group, partial(_untaken, back), "value", told("what came, no step being taken in the backward"), 0.95
        )


def _untaken(back: dict[str, str], r: Replay, i: int) -> Any:
    came = back.get(r.trace.tape.nodes[i].place[0].function)
    return 0 * r.plain(i) if came is None else r.given(r.trace.inputs[came]) + 0 * r.plain(i)


def _as_it_entered(r: Replay, i: int) -> Any:
    state = r.trace.tape.nodes[i].place[0].function.removesuffix("_next")
    return r.given(r.trace.inputs[f"{state}_prev"])


def _in_its_place(other: dict[str, str], r: Replay, i: int) -> Any:
    j = r.trace.outputs[other[r.trace.tape.nodes[i].place[0].function]]
    return r.values[r.trace.tape.nodes[j].args[0]]


def _of_another_gate(other: dict[str, str], r: Replay, i: int) -> Any:
    own, bracket, layer = r.trace.tape.nodes[i].place[0].function.partition("[")
    j = r.trace.outputs.get(f"{other[own]}{bracket}{layer}")
    return None if j is None else r.values[r.trace.tape.nodes[j].args[0]]


def of_padding(trace: Trace) -> Iterator[Edit]:
    """In one of what goes over time, or in all: a number beyond the lengths, or what a step has, the padding ahead; a mean over each example's steps."""
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
        if "lengths" in trace.inputs:
            yield edit(
                group, _at_the_end, "order", told(f"{', '.join(names)}, each example's padding ahead of its steps")
            )
        for words, least in (("", 0), (", or by 1", 1)) if "lengths" in trace.inputs else ():
            own = f"{', '.join(names)} divided by each example's length{words}"
            yield edit(group, partial(_by_length, least), "form", told(own), 1.05)
        for words, step in HELD.items() if "lengths" in trace.inputs else ():
            yield edit(group, partial(_held, step), "value", told(f"{', '.join(names)}, beyond the lengths {words}"))


def _held(step: Callable[[Any, bool], Any], r: Replay, i: int) -> Any:
    """Of an example that has no step what it begins with, or zero."""
    z, lengths, T_x = r.plain(i), lengths_of(r), r.trace.steps
    at = np.clip(step(lengths, r.trace.runs_back), 0, T_x - 1)
    there = np.take_along_axis(z, np.broadcast_to(at[:, None], (*z.shape[:2], 1)), axis=2)
    begun = r.trace.inputs.get(f"{r.trace.tape.nodes[i].place[0].function}0")
    none = 0 * there if begun is None else r.trace.tape.values[begun][..., None]
    return np.where(np.arange(T_x) < lengths[:, None], z, np.where(lengths[:, None] > 0, there, none))


def _by_length(least: int, r: Replay, i: int) -> Any:
    with np.errstate(all="ignore"):
        return r.plain(i) / np.maximum(lengths_of(r), least)[:, None]


def _at_the_end(r: Replay, i: int) -> Any:
    """Each example's steps where the last of them is T_x - 1."""
    z, T_x = r.plain(i), r.trace.steps
    at = np.arange(T_x) - (T_x - lengths_of(r))[:, None]
    there = np.take_along_axis(z, np.broadcast_to(np.maximum(at, 0), z.shape), axis=-1)
    return np.where(at < 0, 0 * there, there)


def _padded(number: float, r: Replay, i: int) -> Any:
    if (lengths := r.trace.inputs.get("lengths")) is None:
        return None
    runs = r.trace.directions if r.trace.begun else 1  # whose gradients into an input add up
    return np.where(np.arange(r.trace.steps) < r.trace.tape.values[lengths][:, None], r.plain(i), runs * number)
