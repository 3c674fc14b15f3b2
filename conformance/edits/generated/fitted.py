"""Edits with a constant that follows from what the candidate gave: a factor, or a number that is added; the simplest that fits."""

import time
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from ..trace.group import EVERY, SIGMOIDS, Group
from ..trace.members import members, reached
from ..trace.outputs import replayed
from ..trace.replaying import CannotRun, Edit
from ..trace.tape import MASKS, Id
from ..trace.trace import Arrays, Trace
from ..trace.wording import labelled, of_node, with_part
from .editing import in_place
from .mixtures import scaled_mixtures

Make = Callable[[Group, float], Edit]
STEPS, MORE = 4, 4  # of Newton's method, and of those where it has come near
NEAR = 1e-2
DENOMINATORS = 12
DIGITS = 5  # 1.702 and 1.7159 are in use
PLAIN = 1e-6


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
        if time.thread_time() > deadline:
            return
        node = trace.tape.nodes[members(trace, group)[0]]
        parts = [a for a, arg in enumerate(node.args) if type(arg) is Id and node.name in ("add", "subtract")]
        makes: list[tuple[Make, float]] = [(_scaled, 1.0), (_moved, 0.0)]
        makes += [(partial(_scaled_part, a=a), 1.0) for a in parts]
        makes += [(make, 1.0) for make in scaled_mixtures(trace, members(trace, group)[0])]
        for make, begin in makes:
            if (constant := _solved(trace, output, got, group, make, begin)) is None or (odd and _is_plain(constant)):
                continue
            for simple in _simple(constant):
                edit = make(group, simple)
                found = _of(output, replayed(trace, edit))
                if simple != begin and found is not None and np.abs(found - got).max(initial=0.0) <= room:
                    yield from () if odd and _is_plain(simple) else (edit,)
                    break


def _scaled(group: Group, c: float) -> Edit:
    return Edit(group, lambda r, i: c * r.plain(i), "constant", lambda r, i: f"{c:g} * ({of_node(r.trace, i)})", 2.0)


def _scaled_part(group: Group, c: float, a: int) -> Edit:
    return Edit(
        group,
        lambda r, i: in_place(r, i, a, c * r.argument(i, a)),
        "constant",
        lambda r, i: with_part(r.trace, i, a, f"{c:g} * {labelled(r.trace, r.trace.tape.nodes[i].args[a])}"),
        2.0,
    )


def _moved(group: Group, c: float) -> Edit:
    return Edit(
        group,
        lambda r, i: r.plain(i) + c,
        "constant",
        lambda r, i: f"{of_node(r.trace, i)} {'-' if c < 0 else '+'} {abs(c):g}",
        2.0,
    )


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


def _is_plain(number: float) -> bool:
    """Whether it is a whole number or a part of one, to within what solving leaves."""
    part = 1 / number if number else 0.0
    return any(abs(one - round(one)) <= PLAIN * max(1.0, abs(one)) for one in (number, part) if abs(one) < 1 / PLAIN)


def _simple(constant: float) -> Iterator[float]:
    """Numbers near by, the simplest first."""
    seen = set()
    for one in (
        *(float(f"{constant:.{digits}g}") for digits in range(1, DIGITS + 1)),
        *(float(Fraction(constant).limit_denominator(d)) for d in range(2, DENOMINATORS + 1)),
    ):
        if one not in seen and abs(one - constant) <= 1e-3 * max(1.0, abs(constant)):
            seen.add(one)
            yield one
