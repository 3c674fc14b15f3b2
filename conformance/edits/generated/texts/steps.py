"""Texts of the loop, and what may stand there instead: states handed on otherwise.

An edit is words, and the changes that it makes to functions of the reference.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from rnnspec.reference import unroll

Changes = tuple[Callable[..., Any], str, str]

STEPS = {  # where t stands
    "t - 1, the last where there is none": "t - 1",
    "t + 1, the last where there is none": "min(t + 1, {T} - 1)",
    "T_x - 1 - t": "{T} - 1 - t",
    "the last step": "{T} - 1",
    "the first step": "0",
    "the last step taken": "walk.order[-1]",
    "t counted in the order of the run": "walk.order.index(t)",
    "the step run before, at the first the last": "walk.order[walk.order.index(t) - 1]",
    "the step run next, at the last the first": "walk.order[(walk.order.index(t) + 1) % {T}]",
}
ONE_TO_ONE = ("t - 1, the last where there is none", "T_x - 1 - t", "t counted in the order of the run")
OF_A_FORWARD = {
    "t counted in the order of the run": "order.index(t)",
    "the last step taken": "order[-1]",
    "the step run before, at the first the last": "order[order.index(t) - 1]",
    "the step run next, at the last the first": "order[(order.index(t) + 1) % {T}]",
}  # where the loop is still to be made

MASK = "valid = [None if lengths is None else t < lengths for t in range(T_x)]"
OF_HEAD = "select(v, predicted(family, s[0], parameters), 0)"
PREDICTED = f"{OF_HEAD} for v, s in zip(walk.valid, walk.outputs, strict=True)"
OUTPUTS = "outputs[t] = tuple(select(valid[t], o, 0) for o in new)"
LENGTHS = "(sum(v + np.zeros(v.shape, int) for v in {0}) if {0}[0] is not None else len({0}))"  # of masks, of each example or of all
UNTOLD = "outputs[t] = None"
HANDED_BACK = "dstate = carried(valid, dprevious, dstate)"
HANDED_ON = "state = carried(valid[t], state_t, state)"
INTO = "into = tuple(select(valid, d, 0) for d in cell.arriving(doutputs[t], dstate))"
ADDED = "total = accumulated(total, gradients)"
WALKED = "for t in reversed(walk.order):"
RETURNED = "return tuple(None if d[0] is None else stacked(d) for d in zip(*dinputs, strict=True)), dstate, total"
SKIPPED = """if {where}:
            outputs[t] = tuple(0 * o for o in outputs[t])
        else:
            state = carried(valid[t], state_t, state)"""
SKIPPED_BACK = """if {where}:
            dinputs[t] = tuple(None if d is None else 0 * d for d in dinputs[t])
            gradients = {{name: 0 * gradient for name, gradient in gradients.items()}}
        else:
            dstate = carried(valid, dprevious, dstate)"""
SUM = "(doutputs[0] + dstate[0], *dstate[1:])"
ARRIVED = {  # of what comes to a step from its own output
    "added to that into the other states, too": "(doutputs[0] + dstate[0], *(d + doutputs[0] for d in dstate[1:]))",
    "added to that into the last state": "(*dstate[:-1], dstate[-1] + doutputs[0])",
    "in the place of that into the first state": "(doutputs[0], *dstate[1:])",
}
ARRIVING = "cell.arriving(doutputs[t], dstate)"
TRUNCATED = (2, 3, 4, 5)
COUNTED = (  # by what a backward is cut: a number that may be a multiple of another, and what it is called where it is 0
    ("t", "t", "t = 0"),
    ("t + 1", "(t + 1)", ""),
    ("the step's place in the run", "walk.order.index(t)", "the first"),
)
HANDED = {  # in which form a state is handed on, and is not returned
    **{f"{c} * {{}}": f"{c} * {{}}" for c in ("0.9", "0.5", "2", "0.99")},
    **{f"clip({{}}, ± {c})": f"np.clip({{}}, -{c}, {c})" for c in ("1", "5", "10")},
    "tanh of {}": "np.tanh({})",
    **{f"{c} * {{}} + {1 - c:.1f} * what it was": f"{c} * {{0}} + {1 - c:.1f} * {{1}}" for c in (0.9, 0.5, 0.8, 0.1)},
    "{} minus its mean over the examples": "{0} - {0}.mean(axis=-1, keepdims=True)",
    "{} minus its mean over the units": "{0} - {0}.mean(axis=0, keepdims=True)",
}
OF_STATES = {
    "the gradients": "True",
    "the first gradient": "k == 0",
    "all gradients but the first": "k > 0",
}  # by place k
BOTH = "tuple(a + b * ({own}) for k, (a, b) in enumerate(zip(dstate, dfinal, strict=True)))"
WITHOUT = "dstate = tuple(d * (not ({own})) for k, d in enumerate(dfinal))"
MEAN = "0 * {0} + {0}.sum(axis=1, keepdims=True) / {0}.shape[1]"
REACHING = "carried(walk.valid[walk.order[0]], into, dstate)"
BEGINNING = {  # what is returned of gradients into the initial states
    "as they reach the first step": "into",
    "as they reach the first step of the run, whether an example has it or not": REACHING,
    "the first as it reaches the first step of the run, whether an example has it or not": f"({REACHING}[0], *dstate[1:])",
    "exchanged": "dstate[::-1]",
    "all that of the first": "tuple(dstate[0] for _ in dstate)",
    "but the first added to the first": "(dstate[0], *(d + dstate[0] for d in dstate[1:]))",
    "the first as it reaches the first step": "(into[0], *dstate[1:])",
    "but the first as they reach the first step": "(dstate[0], *into[1:])",
    "their mean over the examples": f"tuple({MEAN.format('d')} for d in dstate)",
    "the first its mean over the examples": f"({MEAN.format('dstate[0]')}, *dstate[1:])",
}


def of_kept(new: str, of: str) -> str:
    """The text of what a step keeps, with `new` for each array v of it."""
    each = f"(lambda each, i: getattr(i, '_make', tuple)(each(each, v) for v in i) if isinstance(i, tuple) else (lambda v: {new})(i))"
    return f"(lambda each, i: each(each, i))({each}, {of})"


def of_states() -> Iterator[tuple[str, list[Changes]]]:
    """What is handed on, back or forth, otherwise."""
    yield from _truncated()
    grown = "dstate = carried(valid, tuple(a + b for a, b in zip(dprevious, dstate, strict=True)), dstate)"
    yield "gradients from behind added up from step to step", [(unroll.backward, HANDED_BACK, grown)]
    reached = grown.replace("zip(dprevious, dstate,", "zip(dprevious, into,")
    yield "gradients as they reach a step added to those from behind", [(unroll.backward, HANDED_BACK, reached)]
    first = "(dprevious[0] + into[0], *dprevious[1:])"
    of_first = HANDED_BACK.replace("dprevious", first)
    yield (
        "the first gradient as it reaches a step added to that from behind",
        [(unroll.backward, HANDED_BACK, of_first)],
    )
    others = grown.replace("tuple(a + b for", "tuple(a + b * bool(k) for k, (").replace(
        "a, b in zip(dprevious, dstate, strict=True))", "a, b) in enumerate(zip(dprevious, dstate, strict=True)))"
    )
    yield "gradients from behind but the first added up from step to step", [(unroll.backward, HANDED_BACK, others)]
    yield from _in_a_form()
    yield from _in_formats()
    yield from _ending()
    yield from _begun_otherwise()
    for words, instead in BEGINNING.items():
        changed = RETURNED.replace("dstate, total", f"{instead}, total")
        yield f"the gradients into the initial states, {words}", [(unroll.backward, RETURNED, changed)]


def _in_formats() -> Iterator[tuple[str, list[Changes]]]:
    """What is told of each step in a narrower format, and not what is handed on."""
    for format in ("float32", "float16"):
        narrow = OUTPUTS.replace("o, 0)", f"o.astype(np.{format}).astype(float), 0)")
        yield f"what is told of each step in {format}", [(unroll.forward, OUTPUTS, narrow)]


def _in_a_form() -> Iterator[tuple[str, list[Changes]]]:
    """States that are handed on in a form that is not returned."""
    for words, form in HANDED.items():
        for which, states in (
            ("each state", f"tuple({form.format('s', 'b')} for s, b in zip(state_t, state))"),
            ("the first state", f"({form.format('state_t[0]', 'state[0]')}, *state_t[1:])"),
            (
                "states but the first",
                f"(state_t[0], *({form.format('s', 'b')} for s, b in zip(state_t[1:], state[1:])))",
            ),
        ):
            handed_on = HANDED_ON.replace("state_t", states)
            yield f"{words.format(which)} handed on", [(unroll.forward, HANDED_ON, handed_on)]


def _ending() -> Iterator[tuple[str, list[Changes]]]:
    """Where gradients into the last states come in."""
    yield (
        "the gradients into the last states exchanged",
        [(unroll.backward, "dstate = dfinal", "dstate = dfinal[::-1]")],
    )
    for words, k in (("first", 0), ("last", -1)):
        every = f"dstate = tuple(dfinal[{k}] if a.shape == dfinal[{k}].shape else a for a in dfinal)"
        yield f"the gradients into the last states that of the {words}", [(unroll.backward, "dstate = dfinal", every)]
    for which, own in OF_STATES.items():
        words, both = f"{which} into the last states added", BOTH.format(own=own)
        without = (unroll.backward, "dstate = dfinal", WITHOUT.format(own=own))
        further = f"cell.arriving(doutputs[t], dstate if t == walk.order[-1] else {both})"
        at_the_end = f"cell.arriving(doutputs[t], {both} if t == len(doutputs) - 1 else dstate)"
        begun = RETURNED.replace("dstate, total", f"{both}, total")
        yield f"{words} at each step", [(unroll.backward, ARRIVING, further)]
        yield f"{words} at the beginning of the run", [without, (unroll.backward, RETURNED, begun)]
        yield f"{words} at t = T_x - 1", [without, (unroll.backward, ARRIVING, at_the_end)]
    for words, arrived in ARRIVED.items():
        yield f"the gradient into the outputs {words}", [(unroll.arriving, SUM, arrived)]
    behind = f"{HANDED_BACK}\n        dstate = cell.arriving(tuple(select(valid, d, 0) for d in doutputs[t]), dstate)"
    nothing = "cell.arriving(tuple(0 * d for d in doutputs[t]), dstate)"
    changes: list[Changes] = [(unroll.backward, ARRIVING, nothing), (unroll.backward, HANDED_BACK, behind)]
    yield "the gradient into the outputs reaches the state before the step", changes


ENDED = "return Walk(outputs, caches, state,"


def of_ends() -> Iterator[tuple[str, list[Changes]]]:
    """The last states as they enter each example's last step."""
    for words, own in OF_STATES.items():
        words = words.replace("gradient", "state")
        kept = f"tuple(b if {own} else s for k, (s, b) in enumerate(zip(state, before, strict=True)))"
        yield (
            f"of what the run ends with, {words} as before each example's last step",
            [
                (unroll.forward, BEGUN, f"before = state\n    {BEGUN}"),
                (unroll.forward, HANDED_ON, f"before = carried(valid[t], state, before)\n        {HANDED_ON}"),
                (unroll.forward, ENDED, f"return Walk(outputs, caches, {kept},"),
            ],
        )


BEGUN = "order = range(T_x)[::-1] if reverse else range(T_x)"
AT_ONE = "tuple(s + 1.0 * (({own}) and not np.any(s)) for k, s in enumerate({of}))"
AT_LEAST = "(*state[:-1], state[-1] if np.any(state[-1]) else state[-1] - {least})"
LEAST = {"minus infinity": "np.inf", "-1e38": "1e38", "-1e30": "1e30"}


def _begun_otherwise() -> Iterator[tuple[str, list[Changes]]]:
    """What begins at 0 where nothing is given."""
    for words, least in LEAST.items():
        at_least = f"state = {AT_LEAST.format(least=least)}\n    {BEGUN}"
        yield f"the last state at {words}, not at 0, where none is given", [(unroll.forward, BEGUN, at_least)]
    for words, own in OF_STATES.items():
        states = words.replace("gradient", "state")
        begun = f"state = {AT_ONE.format(own=own, of='state')}\n    {BEGUN}"
        yield f"{states} at 1, not at 0, where none is given", [(unroll.forward, BEGUN, begun)]
        ended = (unroll.backward, "dstate = dfinal", f"dstate = {AT_ONE.format(own=own, of='dfinal')}")
        yield f"{words} into the last states 1, not 0, where none is given", [ended]
        both: list[Changes] = [(unroll.forward, BEGUN, begun), ended]
        yield f"{states} at 1, not at 0, and {words} into the last ones, where none is given", both


def _truncated() -> Iterator[tuple[str, list[Changes]]]:
    """Nothing from behind at some of the steps: a backward that is cut."""
    every = ("gradients from behind are 0", "tuple(0 * d for d in dstate)")
    first = ("the first gradient from behind is 0", "(0 * dstate[0], *dstate[1:])")
    given = ("gradients from behind are those into the last states", "dfinal")
    for k, (which, zeros), (number, t, begun) in product(TRUNCATED, (every, first, given), COUNTED):
        words = f"{which} where {number} is a multiple of {k}"
        for more, least in (("", 0), (f", but at {begun}", 1)) if begun else (("", 0),):
            cut = f"{HANDED_BACK}\n        if {t} % {k} == 0 and {t} >= {least}:\n            dstate = {zeros}"
            yield f"{words}{more}", [(unroll.backward, HANDED_BACK, cut)]
        there = f"{zeros.replace('dstate', 'dprevious')} if {t} % {k} == 0 else dprevious"
        of_those = HANDED_BACK.replace("dprevious", there)
        yield f"{words} and an example has the step", [(unroll.backward, HANDED_BACK, of_those)]
