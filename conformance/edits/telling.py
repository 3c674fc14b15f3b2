"""A finding in words: where in the reference, what stands there, and what was computed."""

from typing import NamedTuple

import numpy as np
from rnnspec.reference import FAMILIES

from ..deviations.deviation import Edit as Change
from ..deviations.text import source
from .finding import ADDS, BY_SHARE, ENDS, FLIPS, READS, Finding
from .stories import story
from .trace.group import (
    AHEAD,
    ALIKE,
    ALL,
    AT_ZERO,
    BOTH,
    EACH,
    ENTERING,
    EVERYTHING,
    FIRST,
    FURTHER,
    GATES,
    HANDED,
    LAST,
    LIKE,
    MADE,
    NAMED,
    OUTSIDE,
    SAME,
    TOLD,
    USES,
    WORKSPACE,
    Group,
)
from .trace.handing import is_named
from .trace.members import entered
from .trace.places import PRIMITIVES, Place
from .trace.replaying import FAILURES, Edit, Replay
from .trace.tape import KEPT
from .trace.trace import Trace
from .trace.ways import ANEW, BESIDE, TOLD_OF_WAYS
from .trace.wording import entering_words, of_node

AT = {  # in the order in which steps are run, and of a backward, which comes to them the other way round
    FIRST: (" at the first step", " at the last step of the run"),
    LAST: (" at the last step", " at the first step of the run"),
    FURTHER: (" at every step but the first of the run", " at every step but the last of the run"),
    AT_ZERO: (" at t = 0", " at t = 0"),
}
OF_LOOPS = {
    ENDS: "ends with the longest example, which T_x is there",
    READS: "reads the padding, and masks what comes of it",
    FLIPS: "reverses each example within its length, and goes forth",
    ADDS: "adds what a step beyond the lengths hands back, which is nothing",
}
OF_OUTSIDE = " as {} get it, and as it is returned"
OF_AHEAD = " in the forward alone"
MANY = 2  # that are alike
SHOWN = 5  # names that are told one by one


class Named(NamedTuple):
    """`edits` are what each computes in place of what, and where; `difference` has them as lines."""

    edits: tuple[tuple[str, str], ...]
    difference: tuple[str, ...]


def told(trace: Trace, finding: Finding) -> Named:
    edits, lines = [], list[str]()
    calls = finding.calls
    for edit in finding.edits:
        where, old, new = parts(trace, edit)
        new = f"{old}, as it is without another edit" if new in (old, f"({old})") else new
        also = [] if finding.alone else _alike(trace, edit)
        seen = f"{', '.join(_few(sorted(finding.alone)))} alone" if finding.alone else ""
        within = seen if seen or also else _in_which(trace, edit, old)
        so = (f", and so for {len(also)} more" if also else "") + (f", in {within}" if within else "")
        edits.append((f"{new} for {old}{so}{calls}" if old else new, where))
        what = story(trace, edit)
        lines += [f"{where}: {what}" if what else where, *([f"-{old}"] if old else []), f"+{new}"]
        lines += [f" and so for {', '.join(_few(also))}"] if also else []
        lines += [f" in {within}"] if within else []
        lines += [OF_OUTSIDE.format(_others_of(trace))] if _is_of_outside(edit) else []
        lines += (
            [OF_AHEAD] if edit.group.only == AHEAD and OF_AHEAD.strip() not in TOLD_OF_WAYS.get(finding.way, "") else []
        )
    way = finding.way if trace.operation.states or finding.way != BESIDE else ANEW
    lines += [f" {TOLD_OF_WAYS[way]}"] if way in TOLD_OF_WAYS else []
    lines += [f" in a loop that {'; '.join(map(OF_LOOPS.__getitem__, finding.loop.split()))}"] if finding.loop else []
    lines += [calls.removeprefix(",")] if calls else []
    return Named(tuple(edits), tuple(lines))


def parts(trace: Trace, edit: Edit) -> tuple[str, str, str]:
    """Where it is, what stands there and what was computed, at the first of its nodes."""
    if edit.source:
        return _of_text(edit.source[0]), "", edit.text(Replay(trace, []), 0)
    members = edit.members(trace)
    if not members:  # an option's, that this case lacks
        return "elsewhere", "what stands there", edit.kind
    if edit.group.extent in (SAME, EVERYTHING) and edit.kind in BY_SHARE:
        return "everywhere", "", _words(edit, Replay(trace, [edit]), members[0])
    first, replay = _first(trace, edit, members), Replay(trace, [edit])
    if _is_of_outside(edit):  # told of the value itself
        first = entered(trace, (edit.group.place[1:], edit.group.k))[0]
    words = f"{_words(edit, replay, first)}{_at(trace, edit, first)}"
    return _where(trace.tape.nodes[first].place, edit.group), _old(trace, edit, members, first), words


def computed(trace: Trace, edit: Edit) -> str:
    """What is computed there, at the first of its nodes: a look at one."""
    members = edit.members(trace)
    return f"{_words(edit, Replay(trace, [edit]), members[0])}{_at(trace, edit, members[0])}" if members else ""


def _at(trace: Trace, edit: Edit, i: int) -> str:
    """At which steps, where it is not at all of them."""
    return AT[edit.group.only][trace.is_back(i)] if edit.group.only in AT else ""


def _old(trace: Trace, edit: Edit, members: list[int], first: int) -> str:
    """What stands there, or by name what is given or returned, or the state that enters."""
    if edit.group.extent in (NAMED, LIKE) and not edit.partner:
        here = [trace.tape.nodes[i].place[0].function for i in members]
        own = edit.group.place if edit.group.extent == NAMED else ()
        there = [one.function for one in own if one.function in here or not (one.module or "[" in one.function)]
        return ", ".join(_few(there or [one.function for one in own if "[" not in one.function] or here))
    if edit.group.extent == ENTERING and edit.kind == "state":
        return entering_words(edit.group.place[0].function, trace)
    if edit.group.extent == MADE:
        names = edit.group.place[0].function
        return " and ".join(f"{state}_next" for state in trace.operation.states if is_named(names, state))
    return "" if _is_of_loop(edit) else of_node(trace, first)


def _words(edit: Edit, replay: Replay, i: int) -> str:
    """What an edit computes at a node; what stands there, where it is of a wider group than the one that it was made for."""
    try:
        return edit.text(replay, i)
    except FAILURES:
        return of_node(replay.trace, i)


def _first(trace: Trace, edit: Edit, members: list[int]) -> int:
    """The first that is told otherwise than it is, and is something else, of those on which an output rests."""
    replay, own = Replay(trace, [edit]), [i for i in members if trace.reach[i]] or members
    step = [i for i in own if trace.tape.nodes[i].step == trace.tape.nodes[own[0]].step]
    otherwise = [i for i in step if _words(edit, replay, i) != of_node(trace, i)]
    return next((i for i in otherwise if _does_something(replay, i)), (otherwise or own)[0])


def _does_something(replay: Replay, i: int) -> bool:
    """Not to what is 0 times a value."""
    with np.errstate(all="ignore"):
        try:
            return not np.array_equal(replay.edits[0].change(replay, i), replay.values[i])
        except FAILURES:
            return True


def _others_of(trace: Trace) -> str:
    """Who uses what leaves a step."""
    has_head = any(family.head for family in FAMILIES if family.name == trace.operation.family)
    return "the head and other steps" if has_head else "other steps"


def _is_of_outside(edit: Edit) -> bool:
    """Whether it is of what leaves the equations of a step."""
    return edit.group.extent == USES and edit.group.place[0].module == OUTSIDE


def _of_text(change: Change) -> str:
    """The line of the source that is changed, or the first of these."""
    function = change.function
    line = function.__code__.co_firstlineno + source(function).partition(change.old)[0].count("\n")
    return f"reference/{function.__module__.rpartition('.')[2]}.py:{line} {function.__name__}"


def _is_of_loop(edit: Edit) -> bool:
    """Whether it is told in words, since no expression is what stands there."""
    extents = {group.extent for group in (edit.group, edit.partner) if group}
    return bool(extents & {GATES, HANDED, TOLD, WORKSPACE}) or _is_of_all_kept(edit)


def _is_of_all_kept(edit: Edit) -> bool:
    """Whether it is of all that a forward keeps, whatever that is."""
    return edit.group.extent == SAME and edit.group.place[0].function == KEPT


def _few(names: list[str]) -> list[str]:
    return names if len(names) <= SHOWN else [*names[: SHOWN - 2], "…", names[-1]]


def _alike(trace: Trace, edit: Edit) -> list[str]:
    """What else the same is done to in the same step, as what there is of other gates."""
    extent = edit.group.extent
    is_alone = not edit.partner and extent in (ALL, ALIKE, SAME, USES) and edit.kind not in BY_SHARE
    is_told = is_alone or (edit.partner is not None and edit.partner.only == BOTH)
    is_told = is_told and not _is_of_all_kept(edit) and not _is_of_outside(edit)
    members = edit.members(trace) if is_told else []
    if not members:
        return []
    first, replay, nodes = _first(trace, edit, members), Replay(trace, [edit]), trace.tape.nodes
    same = [i for i in members if nodes[i].step == nodes[first].step and _words(edit, replay, i) != of_node(trace, i)]
    return [text for text in dict.fromkeys(of_node(trace, i) for i in same) if text != of_node(trace, first)]


def _in_which(trace: Trace, edit: Edit, old: str) -> str:
    """The one output that it is of, where the same line computes others, as that of each gate, and what stands there does not say which."""
    group, outputs = edit.group, [*trace.outputs]
    is_of_source = group.extent == EACH and any(expression.line for expression in group.place)
    alike = {k for place, k in trace.places if place == group.place} if is_of_source else ()
    if len(alike) < MANY or not (members := edit.members(trace)):
        return ""
    reach = 0
    for i in members:
        reach |= trace.reach[i]
    own = [name for bit, name in enumerate(outputs) if reach >> bit & 1]
    return own[0] if len(own) == 1 and own[0] != old else ""


def _where(place: Place, group: Group) -> str:
    """The line of the source; of what several equations share the line of the one that calls it, unless all calls are meant."""
    inner, *callers = place
    if inner.module == KEPT:
        return "what the forward keeps for the backward"
    if not inner.line:
        return "what is given or returned"
    everywhere = group.extent in (ALIKE, SAME) and group.only != AHEAD
    told, within = inner, ", wherever it is called" if everywhere and inner.module == PRIMITIVES else ""
    for caller in () if everywhere else callers:
        if told.module != PRIMITIVES or not caller.line:
            break
        told, within = caller, f", in {told.function}"
    return f"reference/{told.module}.py:{told.line} {told.function}{within}"
