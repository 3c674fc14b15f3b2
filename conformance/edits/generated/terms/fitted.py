"""Edits with a constant that follows from what the candidate gave: a factor, or a number that is added; the simplest that fits."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from ....clock import spent
from ...trace.group import EACH, EVERY, SIGMOIDS, Group
from ...trace.members import members, reached
from ...trace.outputs import replayed
from ...trace.replaying import CannotRun, Edit, Replay
from ...trace.tape import MASKS, Id
from ...trace.trace import Arrays, Carried, Trace
from ...trace.wording import labelled, of_node, whole, with_part
from ..making.constants import Constant, is_plain, number, powers, roots, simple, worded
from ..making.editing import other
from ..making.placing import in_place
from ..values.scaled import scaled_input
from .mixtures import scaled_mixtures

Make = Callable[[Group, Constant], Edit]
STEPS, MORE = 4, 4  # of Newton's method, and of those where it has come near
NEAR = 1e-2
POWERS = 4  # of lengths that are the same number, at most


def fitted(
    trace: Trace, groups: Iterable[Group], output: str, got: Any, room: float, deadline: float, odd: bool = False
) -> Iterator[Edit]:
    """For each place on which an output rests, the constants with which it is what was given; `odd` are those alone that no other
    edit has: whole numbers and their parts are signs, repetitions and lengths.
    """
    bit = 1 << [*trace.outputs].index(output)
    for group in groups:
        is_mask = trace.tape.nodes[members(trace, group)[0]].name in MASKS
        if group.only not in (EVERY, SIGMOIDS) or not reached(trace, group) & bit or is_mask:
            continue
        if spent() > deadline:
            return
        node = trace.tape.nodes[members(trace, group)[0]]
        parts = [a for a, arg in enumerate(node.args) if type(arg) is Id and node.name in ("add", "subtract")]
        makes: list[tuple[Make, float]] = [(_scaled, 1.0), (_moved, 0.0)]
        makes += [(partial(_scaled_part, a=a), 1.0) for a in parts]
        makes += [(make, 1.0) for make in scaled_mixtures(trace, members(trace, group)[0])]
        makes += [(partial(_mixed, state=state), 1.0) for state in _mixing(trace, group)]
        for make, begin in makes:
            constant = _solved(trace, output, got, group, make, begin)
            if constant is None or (odd and _is_of_a_scale(trace, constant)):
                continue
            fits = partial(_fits, trace, output, got, room)
            for numbers, most in ((_numbers(constant, begin, odd), 1), (_powers(trace, constant, begin, odd), POWERS)):
                found = [*islice(filter(fits, (make(group, c) for c in numbers)), most)]
                # where others beside it fit as well, what was given says nothing of a number, such as behind a limit
                yield from () if found and any(fits(make(group, c)) for c in _beside(constant)) else found


def _beside(constant: float) -> tuple[float, float]:
    apart = NEAR * max(abs(constant), NEAR)
    return constant - apart, constant + apart


def _is_of_a_scale(trace: Trace, constant: float) -> bool:
    """Whether it is what an input is scaled by, or divided by, which has edits of its own."""
    number, _ = scaled_input(trace)
    scale = None if number is None else np.ravel(trace.tape.values[number] if type(number) is Id else number)
    return scale is not None and bool(np.isclose([scale[0], 1 / scale[0]], constant, rtol=NEAR, atol=0.0).any())


def _numbers(constant: float, begin: float, odd: bool) -> list[float]:
    if odd and is_plain(constant):
        return []
    return [c for c in simple(constant) if c != begin and not (odd and is_plain(c))]


def _powers(trace: Trace, constant: float, begin: float, odd: bool) -> list[Constant]:
    """What roots and lengths make of a factor."""
    found = [c for c in powers(constant, trace.dims) if not odd or c.is_odd]
    return [*roots(constant), *found] if begin and constant != begin else []


def _fits(trace: Trace, output: str, got: Any, room: float, edit: Edit) -> bool:
    found = _of(output, replayed(trace, edit))
    return found is not None and bool(np.abs(found - got).max(initial=0.0) <= room)


def _factor(c: Constant) -> str:
    return whole(worded(c)) if not isinstance(c, float) else worded(c)


def _scaled(group: Group, c: Constant) -> Edit:
    return Edit(
        group,
        lambda r, i: number(c, r.trace) * r.plain(i),
        "constant",
        lambda r, i: f"{_factor(c)} * {whole(of_node(r.trace, i))}",
        2.0,
    )


def _scaled_part(group: Group, c: Constant, a: int) -> Edit:
    return Edit(
        group,
        lambda r, i: in_place(r, i, a, number(c, r.trace) * r.argument(i, a)),
        "constant",
        lambda r, i: with_part(
            r.trace, i, a, f"{_factor(c)} * {whole(labelled(r.trace, r.trace.tape.nodes[i].args[a], at=i))}"
        ),
        2.0,
    )


def _moved(group: Group, c: Constant) -> Edit:
    return Edit(
        group,
        lambda r, i: r.plain(i) + number(c, r.trace),
        "constant",
        lambda r, i: f"{of_node(r.trace, i)} + {worded(c)}".replace("+ -", "- "),
        2.0,
    )


def _mixing(trace: Trace, group: Group) -> Iterator[str]:
    """The states of which a value may be the next one."""
    i = members(trace, group)[0]
    slots = ((trace.entering[slot], state) for slot, state in trace.entering_states.items() if slot in trace.entering)
    own = {state for j, state in slots if state[0] != "d" and trace.shape(j) == trace.shape(i)}
    yield from sorted(own) if not trace.is_back(i) and group.extent == EACH else ()


def _mixed(group: Group, c: Constant, state: str) -> Edit:
    def change(r: Replay, i: int) -> Any:
        share, before = number(c, r.trace), other(r, i, Carried(state))
        return None if before is None else share * r.plain(i) + (1 - share) * before

    def text(r: Replay, i: int) -> str:
        rest = f"(1 - {worded(c)})" if not isinstance(c, float) else f"{1 - c:g}"
        return f"{_factor(c)} * {whole(of_node(r.trace, i))} + {rest} * {state}_prev"

    return Edit(group, change, "constant", text, 2.0)


def _solved(trace: Trace, output: str, got: Any, group: Group, make: Any, begin: float) -> float | None:
    """The constant nearest to what was given, by Gauss and Newton; None where it leads nowhere."""
    constant, width = begin, 1e-4
    for step_number in range(STEPS + MORE):
        here, there = (_of(output, replayed(trace, make(group, c))) for c in (constant, constant + width))
        if here is None or there is None:
            return None
        slope = ((there - here) / width).ravel()
        off = (got - here).ravel()
        if not np.isfinite(off).all() or not (squared := float(slope @ slope)):
            return None
        step = float(slope @ off) / squared
        if not np.isfinite(step) or abs(step) > 1e6:
            return None
        constant += step
        if abs(step) < 1e-12 or (step_number >= STEPS and abs(step) > NEAR):
            break
    return constant


def _of(output: str, found: Arrays | None) -> Any:
    """One output, None where the edit gives none."""
    try:
        return None if found is None else found[output]
    except CannotRun:
        return None
