"""Edits of what all gates have at once: what goes into their functions, what these give, the gradients into the first; as packed in one array."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import Any

from ...trace.group import GATES, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id, named
from ...trace.trace import Key, Trace
from ...trace.wording import labelled
from ...trace.workspaces import GATE, INTO, SLOPED
from ..making.editing import edit, told
from ..making.forms import CLIPS, SCALED, SIGNS, Form
from ..making.grids import STORED, rounded
from .uses_of_gradients import of_uses_of_gradients

CLIPPED = 1.05  # the rank of clipping a gradient, which is done more often than clipping what it is of
ROLES = {INTO: "what goes into each gate", GATE: "each gate", SLOPED: "the gradient into each pre-activation"}


def of_every_gate(trace: Trace) -> Iterator[Edit]:
    for words, group in _groups(trace):
        for form in (*SIGNS[:5], *CLIPS, *SCALED):
            rank = CLIPPED if form in CLIPS and words == ROLES[SLOPED] else form.rank
            yield edit(group, partial(_formed, form), "form", told(_words(form, words)), rank)
    yield from of_uses_of_gradients(trace)
    yield from _of_some(trace)


def _of_some(trace: Trace) -> Iterator[Edit]:
    """Of several gates, and not of all, no gradient into the pre-activation, as where a loop over gates ends early."""
    group = Group(named(SLOPED), 0, GATES)
    each = {(trace.tape.nodes[i].place, trace.tape.nodes[i].k): i for i in reversed(members(trace, group))}
    for n in range(2, len(each)):
        for some in combinations(reversed(each.items()), n):
            names = ", ".join(labelled(trace, Id(i)) for _, i in some)
            change = partial(_none_of, frozenset(key for key, _ in some))
            yield edit(group, change, "form", told(f"0 for {names}"), 1.1)


def _none_of(keys: frozenset[Key], r: Replay, i: int) -> Any:
    node, z = r.trace.tape.nodes[i], r.plain(i)
    return 0 * z if (node.place, node.k) in keys else z


def _words(form: Form, words: str) -> str:
    text = form.text.format(words)
    return text if words in text else f"{text} in the place of {words}"


def narrow_gates(trace: Trace) -> Iterator[Edit]:
    """Kept in a narrower format."""
    for words, group in _groups(trace):
        for format, digits in STORED.items():
            stored = Form("", partial(rounded, digits=digits))
            yield edit(group, partial(_formed, stored), "precision", told(f"{words} kept in {format}"), 1.05)


def _groups(trace: Trace) -> Iterator[tuple[str, Group]]:
    """Of two gates and more."""
    for role, words in ROLES.items():
        group = Group(named(role), 0, GATES)
        if len({trace.tape.nodes[i].place for i in members(trace, group)}) > 1:
            yield words, group


def _formed(form: Form, r: Replay, i: int) -> Any:
    return form.of(r.plain(i))
