"""The nodes of a group in a trace."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from .gates import in_a_slope, is_rest, rests
from .group import (
    AHEAD,
    ALIKE,
    ALL,
    ALL_OF_IT,
    AMONG,
    AND,
    AT_ZERO,
    BEGINNING,
    BEHIND,
    EACH,
    ENTERING,
    EVERYTHING,
    FIRST,
    FROM,
    FURTHER,
    GATES,
    GRADIENT,
    HANDED,
    IN_SLOPES,
    LEFT,
    LOOP,
    LOWER,
    MADE,
    NAMED,
    OUTSIDE,
    OWN,
    RESTS,
    SAME,
    SECOND,
    SECOND_BACK,
    STATE,
    STEP,
    STEP_AHEAD,
    TOLD,
    TURNED,
    UNTIL,
    USES,
    WORKSPACE,
    Group,
)
from .handing import of_loop
from .kinds import KINDS
from .places import EQUATIONS_OF_LOOPS, LOOPS, PRIMITIVES, Expression
from .sums import outers_of
from .tape import KEPT, RESULT, Id
from .trace import Entering, Key, Trace
from .workspaces import of_gates


def members(trace: Trace, group: Group) -> list[int]:
    if group not in trace.groups:
        trace.groups[group] = _only(trace, group, _everywhere(trace, group))
    return trace.groups[group]


def reached(trace: Trace, group: Group) -> int:
    """The outputs that rest on a group, a bit each."""
    return reduce(or_, (trace.reach[i] for i in members(trace, group)), 0)


def _only(trace: Trace, group: Group, found: list[int]) -> list[int]:
    if group.extent in (HANDED, LOOP, TOLD, RESTS):
        return found
    if group.only in KINDS:
        return [i for i in found if KINDS[group.only](trace, i)]
    if group.only in (LOWER, SECOND, SECOND_BACK):
        return _of_layers(trace, found, group.only)
    if group.only in (STEP, STEP_AHEAD):
        found = [i for i in found if trace.tape.nodes[i].place[0].function not in EQUATIONS_OF_LOOPS]
    if group.only in (AHEAD, STEP_AHEAD):
        return [i for i in found if i < (trace.begun or len(trace.tape.nodes))]
    if group.only == BEHIND:
        return [i for i in found if i >= trace.begun]
    if group.only in ALL_OF_IT or not found:
        return found
    if group.only == AT_ZERO:
        return [i for i in found if (step := trace.tape.nodes[i].step) and step[2] == 0]
    ends: dict[tuple[int, int], list[int]] = {}
    for i in found:
        if step := trace.tape.nodes[i].step:
            ends.setdefault(step[:2], []).append(i)
    part = {FIRST: slice(0, 1), FURTHER: slice(1, None)}.get(group.only, slice(-1, None))
    return [i for ids in ends.values() for i in ids[part]]


def entered(trace: Trace, key: Key) -> list[int]:
    """The nodes of a place; of what a loop takes from what is given, what enters the equations, which in a ragged run is masked."""
    found, nodes = trace.places.get(key, []), trace.tape.nodes
    if not found or nodes[found[0]].name != "[]" or nodes[found[0]].place[0].module not in LOOPS:
        return found
    users = [trace.users[i] for i in found]
    is_masked = all(len(own) == 1 and nodes[own[0]].name == "where" for own in users)
    return [own[0] for own in users] if is_masked else found


def used(trace: Trace, i: int) -> list[int]:
    """What is computed of a node, in order."""
    return [u for u in dict.fromkeys(trace.users[i]) if trace.tape.nodes[u].name not in (RESULT, KEPT)]


def entering(trace: Trace, i: int, name: str = STATE) -> list[int]:
    """The operands of a node that are a state of this name, or of these, or any, and enter its equation from outside."""
    node, states = trace.tape.nodes[i], trace.entering_states
    own = [(a, states.get(Entering((node.place, node.k), a))) for a in range(len(node.args))]
    return [a for a, state in own if state and {*name.split(AND)} & {state, GRADIENT if state[0] == "d" else STATE}]


def _of_layers(trace: Trace, found: list[int], only: str) -> list[int]:
    """What a lower layer is handed of the gradient of the one above; every second of what is joined over time."""
    nodes = trace.tape.nodes
    if only == LOWER:
        own = [i for i in found if nodes[i].name == "[]" and nodes[i].place[0].function == "_layer_backward"]
        return [i for i in own if type(arg := nodes[i].args[0]) is Id and nodes[arg].name]
    joined = [i for i in found if nodes[i].name == "transpose" and nodes[i].place[0].function == "stacked"]
    way = [i for i in joined if trace.is_back(i) is (only == SECOND_BACK)]
    return way[1::2] if trace.directions == 2 else []


def _half(trace: Trace, i: int, part: Expression) -> Iterator[int]:
    """What uses a gate itself, or what is left of it: in slopes, too, if `part` is of line 0."""
    for user in trace.users[i]:
        of_kept = trace.users[user] if trace.tape.nodes[user].name == KEPT else [user]
        for u in of_kept:
            if is_rest(trace, u) is (part.module == LEFT) and not (part.line and in_a_slope(trace, u)):
                yield u


def used_in(trace: Trace, i: int) -> list[Expression]:
    """The expressions that use a node, once each."""
    return [*dict.fromkeys(use_of(trace, u) for u in used(trace, i))]


def use_of(trace: Trace, user: int) -> Expression:
    """The expression that calls a primitive, where that is what uses a node: a primitive itself is called by many."""
    place = trace.tape.nodes[user].place
    return next((expression for expression in place if expression.module != PRIMITIVES), place[0])


def _is_outside(trace: Trace, i: int, user: int) -> bool:
    """Whether what uses a node is no equation of its step: the loop, a result, the next step; or the way back of that."""
    node, own = trace.tape.nodes[user], trace.tape.nodes[i]
    if node.name == KEPT:
        return bool(trace.users[user]) and all(trace.tape.nodes[u].step != own.step for u in trace.users[user])
    return node.name == RESULT or node.place[0].module in LOOPS or node.step != own.step


def _outside(trace: Trace, i: int) -> Iterator[int]:
    """What uses a node and is no equation of its step; what another step has from the cache of what its own has there, too."""
    for user in trace.users[i]:
        if _is_outside(trace, i, user):
            yield user
        elif trace.tape.nodes[user].name == KEPT:
            yield from (u for u in trace.users[user] if _is_beyond(trace, i, u))


def _is_beyond(trace: Trace, i: int, user: int) -> bool:
    """Whether what uses what is kept of a node is another step's, or the head's."""
    node = trace.tape.nodes[user]
    is_of_head = any(expression.function in EQUATIONS_OF_LOOPS for expression in node.place)
    return is_of_head or node.step not in (trace.tape.nodes[i].step, None)


def _part(trace: Trace, users: list[int], part: Expression) -> list[int]:
    """Those of a function, or from the so-manieth on, or up to it."""
    if part.module in (FROM, UNTIL):
        return users[part.line :] if part.module == FROM else users[: part.line]
    return [u for u in users if trace.tape.nodes[u].place[0].function == part.function]


def _of_uses(trace: Trace, group: Group) -> list[int]:
    part, of = group.place[0], entered(trace, (group.place[1:], group.k))
    if part.module == OUTSIDE:
        return sorted({u for i in of for u in _outside(trace, i)})
    if part.module == TURNED:
        return sorted({u for i in of for u in outers_of(trace, i)})
    if part.module in (OWN, LEFT):
        return sorted({u for i in of for u in _half(trace, i, part)})
    if part.module == AMONG:  # of those of all nodes: the last step has fewer
        classes = [*dict.fromkeys(expression for i in of for expression in used_in(trace, i))]
        users = (u for i in of for u in used(trace, i))
        return sorted(u for u in users if part.line >> classes.index(use_of(trace, u)) & 1)
    return sorted(u for i in of for u in _part(trace, used(trace, i), part))


def _everywhere(trace: Trace, group: Group) -> list[int]:
    if group.extent == EACH:
        return trace.places.get((group.place, group.k)) or trace.of_layers.get(group.place, [])
    if group.extent == ALL:
        return trace.of_place.get(group.place, [])
    if group.extent == ALIKE:
        return trace.of_expression.get(group.place[0], [])
    if group.extent == USES:
        return _of_uses(trace, group)
    if group.extent == RESTS:
        return [*rests(trace, group.only == IN_SLOPES)]
    if group.extent == EVERYTHING:
        return [i for i, node in enumerate(trace.tape.nodes) if node.name]
    if group.extent == BEGINNING:
        return sorted(trace.beginnings.values())
    if group.extent in (HANDED, LOOP, TOLD, MADE):
        return of_loop(trace, group)
    if group.extent in (WORKSPACE, GATES):
        return of_gates(trace, group)
    if group.extent == ENTERING:
        return [i for i in range(len(trace.tape.nodes)) if entering(trace, i, group.place[0].function)]
    if group.extent == NAMED:
        return [i for name in group.place for i in trace.places.get(((name,), 0)) or trace.of_layers.get((name,), [])]
    name = group.place[0].function
    if group.extent == SAME:
        return [i for i, node in enumerate(trace.tape.nodes) if node.name == name]
    first = trace.inputs.get(name)
    if first is None:
        return []
    return [i for n, i in trace.inputs.items() if n[0] == name[0] and trace.shape(i) == trace.shape(first)]
