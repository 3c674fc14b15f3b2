"""What the steps of a loop hand on to the next, and what is told of them: states, or on the way back the gradients into these."""

from collections.abc import Iterator
from functools import partial

from .group import (
    AND,
    ENDS,
    GRADIENT,
    HEADS,
    LOOP,
    MADE,
    OVER_TIME,
    RETURNED,
    STATE,
    TOLD,
    Group,
)
from .places import EQUATIONS_OF_LOOPS, LOOPS, Step
from .tape import KEPT, RESULT, Id
from .trace import Entering, Key, Trace
from .ways import BLOCKS, NEW_STATES, OUTPUTS, REMADE, STABILISED

STACKED = "stacked"  # over time, behind the loop
APART = {*EQUATIONS_OF_LOOPS, "through_head", STACKED}  # what is computed before the loop, or behind it
OF_BLOCKS = BLOCKS | REMADE
JOINING = {"stack", "concatenate", "transpose", "[]"}


def handed_on(trace: Trace, is_back: bool = True) -> dict[int, str]:
    """The nodes that leave a step as a state, or on the way back as the gradient into one, and which."""
    if is_back not in trace.handed_on:
        trace.handed_on[is_back] = _handed_on(trace, is_back)
    return trace.handed_on[is_back]


def into_states(trace: Trace) -> set[int]:
    """The nodes by which a backward hands on, or returns, gradients into states."""
    own = {name for state in trace.operation.states for name in (f"d{state}_prev", f"d{state}0")}
    return {*handed_on(trace), *(i for name, i in trace.outputs.items() if name in own)}


def handed_as(trace: Trace, i: int) -> str:
    """The gradient into which state a node is as it leaves a step of a backward, "" for none."""
    results = {f"d{state}": trace.outputs.get(f"d{state}_prev") for state in trace.operation.states}
    given = (name for name, j in results.items() if j is not None and trace.tape.nodes[j].args[0] == i)
    return handed_on(trace).get(i) or next(given, "")


def _handed_on(trace: Trace, is_back: bool) -> dict[int, str]:
    leaving = [*_leaving(trace, is_back)]
    states: dict[Key, str] = {_key(trace, i): state for i in leaving for state in _states(trace, i)}
    return {i: states[key] for i in leaving if (key := _key(trace, i)) in states}


def of_loop(trace: Trace, group: Group) -> list[int]:
    """The nodes of a group of what is handed on or told."""
    name, states = group.place[0].function, trace.operation.states
    if group.extent == TOLD:
        found = [i for i, own in told_of(trace).items() if name in (STATE, *(state for _, _, state in own))]
        return [i for i in found if _is_of(trace.tape.nodes[i].place[0].function, group.only)]
    if group.extent == MADE:
        return [i for i, own in made_of(trace).items() if any(is_named(name, state) for _, _, state in own)]
    if group.extent == LOOP:
        nodes = [(i, node) for i, node in enumerate(trace.tape.nodes) if node.name]
        return [i for i, node in nodes if node.step or trace.is_cell or node.place[0].function in EQUATIONS_OF_LOOPS]
    named = {STATE: states, GRADIENT: tuple(f"d{state}" for state in states)}.get(name, (name,))
    every = handed_on(trace, is_back=name not in (STATE, *states))
    return [i for i, state in every.items() if state in named]


def handed(trace: Trace, i: int, state: str) -> tuple[int, int] | None:
    """The node and the operand by which a state, or the gradient into one, enters the step of a node, on the same way."""
    step = trace.tape.nodes[i].step
    for slot, own in trace.entering_states.items():
        at = trace.at_step.get((slot.key, step)) if own == state else None
        if at is not None and trace.is_back(at) is trace.is_back(i):
            return at, slot.a
    return None


def told_of(trace: Trace) -> dict[int, list[tuple[int, int, str]]]:
    """What a forward returns of states and predicts from them: by node the operands that are a state, whose node, and which."""
    if trace.told_of is None:
        trace.told_of = _told_of(trace)
    return trace.told_of


def is_named(names: str, state: str) -> bool:
    """Whether a state is of these names, or any is."""
    return names == STATE or state in names.split(AND)


def made_of(trace: Trace) -> dict[int, list[tuple[int, int, str]]]:
    """What a step and its own backward make of states as the step made them: by node the operands that are one, whose node, and which."""
    if trace.made_of is None:
        trace.made_of = _made_of(trace)
    return trace.made_of


def _made_of(trace: Trace) -> dict[int, list[tuple[int, int, str]]]:
    nodes, found = trace.tape.nodes, dict[int, list[tuple[int, int, str]]]()
    given = {**trace.outputs, **trace.forward}
    ends = {name: nodes[i].args[0] if nodes[i].name == RESULT else i for name, i in given.items()}
    left = {ends[f"{state}_next"]: state for state in trace.operation.states if f"{state}_next" in ends}
    for j, state in {**_made(trace), **left}.items():
        kept = (u for k in trace.users[j] if nodes[k].name == KEPT for u in trace.users[k])
        for i in filter(partial(_is_own, trace, j), dict.fromkeys((*trace.users[j], *kept))):
            args = enumerate(nodes[i].args)
            found.setdefault(i, []).extend((a, j, state) for a, x in args if type(x) is Id and trace.origin(x) == j)
    return {i: found[i] for i in sorted(found)}


def _is_own(trace: Trace, j: int, i: int) -> bool:
    """Whether what uses what a step makes is an equation of that step."""
    node = trace.tape.nodes[i]
    return (
        node.step == trace.tape.nodes[j].step and node.name not in (KEPT, RESULT) and node.place[0].module not in LOOPS
    )


def _made(trace: Trace) -> dict[int, str]:
    """What the steps of a forward make of states, and what is carried of that where an example has the step."""
    nodes, own = trace.tape.nodes, {**handed_on(trace, is_back=False)}
    for i, state in [*own.items()]:
        own |= {nodes[i].args[0]: state} if nodes[i].name == "where" and type(nodes[i].args[0]) is Id else {}
    return own


def _told_of(trace: Trace) -> dict[int, list[tuple[int, int, str]]]:
    nodes, own = trace.tape.nodes, _made(trace)
    found = dict[int, list[tuple[int, int, str]]]()
    for j, state in own.items():
        kept = [u for k in trace.users[j] if nodes[k].name == KEPT for u in trace.users[k]]
        for i in filter(partial(_tells, trace), dict.fromkeys((*trace.users[j], *kept))):
            args = enumerate(nodes[i].args)
            found.setdefault(i, []).extend((a, j, state) for a, x in args if type(x) is Id and trace.origin(x) == j)
    return {i: found[i] for i in sorted(found)}


def _is_of(function: str, only: str) -> bool:
    """What is told over time, of that what is returned, what is predicted, or either; or what is returned of the end."""
    in_heads, over_time = function in EQUATIONS_OF_LOOPS, function in (STACKED, "forward")
    either = over_time or in_heads
    return {HEADS: function == "head", RETURNED: over_time, OVER_TIME: either, ENDS: not either}.get(only, True)


def run_of(trace: Trace, i: int, state: str) -> list[int]:
    """What the steps of the run of a node hand on of a state, in the order in which they are taken."""
    nodes, step = trace.tape.nodes, trace.tape.nodes[i].step or (0, 0, 0)
    own = [j for j, one in handed_on(trace, is_back=False).items() if one == state]
    own.sort(
        key=lambda j: nodes[j].place[0].function != "carried"
    )  # which is what is handed on of an example that is over
    return next((walk for j in own if (walk := trace.walked.get((_key(trace, j), *step[:2]), []))), [])


def _tells(trace: Trace, i: int) -> bool:
    node = trace.tape.nodes[i]
    is_masked = node.name == "where" and (node.place[0].module, node.place[0].function) == ("unroll", "forward")
    is_outside = node.step is None and node.name != KEPT
    return node.place[0].function in EQUATIONS_OF_LOOPS or (not trace.is_back(i) and (is_masked or is_outside))


def _key(trace: Trace, i: int) -> Key:
    return trace.tape.nodes[i].place, trace.tape.nodes[i].k


def _leaving(trace: Trace, is_back: bool) -> Iterator[int]:
    nodes = trace.tape.nodes
    way = range(trace.begun, len(nodes)) if is_back else range(trace.begun or len(nodes))
    ends = set() if is_back else {*trace.forward.values()}  # of a run of one step what it gives is all that leaves it
    for i in (i for i in way if nodes[i].step and not any(e.function in APART for e in nodes[i].place)):
        if i in ends or any(
            nodes[u].step != nodes[i].step or nodes[u].place[0].function == STACKED for u in trace.users[i]
        ):
            yield i


def _states(trace: Trace, i: int) -> Iterator[str]:
    """By what uses it: the next step, or a result."""
    states, d = trace.operation.states, "d" if trace.is_back(i) else ""
    ends = ("0", "_prev") if d else ("", "_last")
    names = {f"{d}{state}{when}": f"{d}{state}" for state in states for when in ends}
    yield from (names[name] for name in _results(trace, i) if name in names)
    for user in trace.users[i]:
        node = trace.tape.nodes[user]
        if node.step != trace.tape.nodes[i].step and trace.is_back(user) is trace.is_back(i):
            own = (Entering((node.place, node.k), a) for a, arg in enumerate(node.args) if type(arg) is Id and arg == i)
            yield from (state for one in own if (state := trace.entering_states.get(one)))


def _results(trace: Trace, i: int) -> Iterator[str]:
    """What is returned of a value as it is, or joined with those of other steps or layers."""
    ahead = {j: name for name, j in trace.forward.items()}
    if i in ahead:
        yield ahead[i]
    for user in trace.users[i]:
        node = trace.tape.nodes[user]
        if user in ahead or node.name == RESULT:
            yield ahead.get(user, node.place[0].function)
        elif node.name in JOINING:
            yield from _results(trace, user)


def is_left(trace: Trace, way: str, user: int, i: int) -> bool:
    """Whether a backward has a value as the forward left it, for what it computes again: of new states also in the step that makes them."""
    if way in OF_BLOCKS:
        step, at, n = trace.tape.nodes[i].step, _used_at(trace, user), OF_BLOCKS[way]
        return step is not None and at is not None and step != at and n > 0 and at[2] % n == 0
    if trace.is_handed(i, user):
        return True
    if way == OUTPUTS:
        return is_output_kept(trace, i, user)
    return trace.leaves(i) and (way == NEW_STATES or (way == STABILISED and not _is_of_stabiliser(trace, i, user)))


def _used_at(trace: Trace, user: int) -> Step:
    """The step of what uses a value, or of a kept one what uses that: it is kept where it came from."""
    node, users = trace.tape.nodes[user], trace.users[user]
    return trace.tape.nodes[users[0]].step if node.name == KEPT and users else node.step


def is_output_kept(trace: Trace, i: int, user: int) -> bool:
    """Whether a value is given by the forward, in a step or over time, and kept for the backward."""
    ahead, nodes = trace.operation.forward, trace.tape.nodes
    if ahead is None or nodes[user].name != KEPT:
        return False
    masked = (u for u in trace.users[i] if nodes[u].name == "where" and nodes[u].place[0].module in LOOPS)
    return any(name in ahead.outputs for j in (i, *masked) for name in _results(trace, j))


def keeps_outputs(trace: Trace) -> bool:
    """Whether a forward keeps what it gives and does not hand on."""
    kept = (i for i, node in enumerate(trace.tape.nodes) if node.name == KEPT)
    return any(
        is_output_kept(trace, origin, i) and not trace.leaves(origin) for i in kept if (origin := trace.origin(i)) >= 0
    )


def _is_of_stabiliser(trace: Trace, i: int, user: int) -> bool:
    """Whether a value is the larger of two exponents, and used in the function that took it, as for the powers over that."""
    node = trace.tape.nodes[i]
    compared = trace.tape.nodes[node.args[2]] if node.name == "where" and type(node.args[2]) is Id else None
    is_larger = compared is not None and compared.name == "greater" and compared.args == node.args[:2]
    return is_larger and trace.tape.nodes[user].place[0].function in (one.function for one in node.place[:2])
