"""Texts of the loop and of what goes through the head, and what may stand there instead: states handed on otherwise, other masks, other sums.

An edit is words, and the changes that it makes to functions of the reference.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from rnnspec.reference import layer, unroll

Changes = tuple[Callable[..., Any], str, str]

STEPS = {  # where t stands
    "t - 1, the last where there is none": "t - 1",
    "t + 1, the last where there is none": "min(t + 1, {T} - 1)",
    "T_x - 1 - t": "{T} - 1 - t",
    "the last step": "{T} - 1",
    "the first step": "0",
    "the last step taken": "walk.order[-1]",
    "how many steps were taken before": "walk.order.index(t)",
}
ONE_TO_ONE = ("t - 1, the last where there is none", "T_x - 1 - t", "how many steps were taken before")
OF_A_FORWARD = {
    "how many steps were taken before": "order.index(t)",
    "the last step taken": "order[-1]",
}  # where the loop is still to be made

HANDED_BACK = "dstate = carried(valid, dprevious, dstate)"
HANDED_ON = "state = carried(valid[t], state_t, state)"
INTO = "into = tuple(select(valid, d, 0) for d in cell.arriving(doutputs[t], dstate))"
ADDED = "total = accumulated(total, gradients)"
WALKED = "for t in reversed(walk.order):"
RETURNED = "return tuple(None if d[0] is None else stacked(d) for d in zip(*dinputs, strict=True)), dstate, total"
PREDICTED = "select(v, predicted(family, s[0], parameters), 0) for v, s in zip(walk.valid, walk.outputs, strict=True)"
GIVEN = "select(walk.valid[t], dy_t, 0)"
SKIPPED = """if {where}:
            outputs[t] = tuple(0 * o for o in outputs[t])
        else:
            state = carried(valid[t], state_t, state)"""
SKIPPED_BACK = """if {where}:
            dinputs[t] = tuple(None if d is None else 0 * d for d in dinputs[t])
            gradients = {{name: 0 * gradient for name, gradient in gradients.items()}}
        else:
            dstate = carried(valid, dprevious, dstate)"""
ARRIVING = "cell.arriving(doutputs[t], dstate)"
BOTH = "tuple(a + b for a, b in zip(dstate, dfinal, strict=True))"
TRUNCATED = (2, 3, 4, 5)
DECAYS = ("0.9", "0.5", "2", "0.99")
ENDING: dict[str, list[Changes]] = {  # where gradients into the last states come in
    "added at each step": [
        (unroll.backward, ARRIVING, f"cell.arriving(doutputs[t], dstate if t == walk.order[-1] else {BOTH})")
    ],
    "added at the beginning of the run": [
        (unroll.backward, "dstate = dfinal", "dstate = tuple(0 * d for d in dfinal)"),
        (unroll.backward, RETURNED, RETURNED.replace("dstate, total", f"{BOTH}, total")),
    ],
    "added at t = T_x - 1": [
        (unroll.backward, "dstate = dfinal", "dstate = tuple(0 * d for d in dfinal)"),
        (unroll.backward, ARRIVING, f"cell.arriving(doutputs[t], {BOTH} if t == len(doutputs) - 1 else dstate)"),
    ],
    "exchanged": [(unroll.backward, "dstate = dfinal", "dstate = dfinal[::-1]")],
}
MEAN = "0 * {0} + {0}.sum(axis=1, keepdims=True) / {0}.shape[1]"
BEGINNING = {  # what is returned of gradients into the initial states
    "as they reach the first step": "into",
    "exchanged": "dstate[::-1]",
    "all that of the first": "tuple(dstate[0] for _ in dstate)",
    "but the first added to the first": "(dstate[0], *(d + dstate[0] for d in dstate[1:]))",
    "the first as it reaches the first step": "(into[0], *dstate[1:])",
    "but the first as they reach the first step": "(dstate[0], *into[1:])",
    "their mean over the examples": f"tuple({MEAN.format('d')} for d in dstate)",
    "the first its mean over the examples": f"({MEAN.format('dstate[0]')}, *dstate[1:])",
}


def of_states() -> Iterator[tuple[str, list[Changes]]]:
    """What is handed on, back or forth, otherwise."""
    yield from _truncated()
    grown = "dstate = carried(valid, tuple(a + b for a, b in zip(dprevious, dstate, strict=True)), dstate)"
    yield "gradients from behind added up from step to step", [(unroll.backward, HANDED_BACK, grown)]
    others = grown.replace("tuple(a + b for", "tuple(a + b * bool(k) for k, (").replace(
        "a, b in zip(dprevious, dstate, strict=True))", "a, b) in enumerate(zip(dprevious, dstate, strict=True)))"
    )
    yield "gradients from behind but the first added up from step to step", [(unroll.backward, HANDED_BACK, others)]
    for number in DECAYS:
        for which, states in (
            ("each state", "tuple({} * s for s in state_t)"),
            ("the first state", "({} * state_t[0], *state_t[1:])"),
        ):
            less = HANDED_ON.replace("state_t", states.format(number))
            yield f"{number} * {which} handed on", [(unroll.forward, HANDED_ON, less)]
    for words, changes in ENDING.items():
        yield f"the gradients into the last states {words}", changes
    for words, instead in BEGINNING.items():
        changed = RETURNED.replace("dstate, total", f"{instead}, total")
        yield f"the gradients into the initial states, {words}", [(unroll.backward, RETURNED, changed)]


def _truncated() -> Iterator[tuple[str, list[Changes]]]:
    """Nothing from behind at some of the steps: a backward that is cut."""
    every = ("gradients from behind are", "tuple(0 * d for d in dstate)")
    first = ("the first gradient from behind is", "(0 * dstate[0], *dstate[1:])")
    for k, (which, zeros), (number, t) in product(TRUNCATED, (every, first), (("t", "t"), ("t + 1", "(t + 1)"))):
        cut = f"{HANDED_BACK}\n        if {t} % {k} == 0 and t >= {{least}}:\n            dstate = {zeros}"
        words = f"{which} 0 where {number} is a multiple of {k}"
        yield words, [(unroll.backward, HANDED_BACK, cut.format(least=0))]
        yield f"{words}, but at t = 0", [(unroll.backward, HANDED_BACK, cut.format(least=1))]


def of_masks() -> Iterator[tuple[str, list[Changes]]]:
    """Masks of all examples at once, and what is not masked on the way back."""
    any_of = "valid = [None if lengths is None else t < lengths.max() + 0 * lengths for t in range(T_x)]"
    every = "valid = [None if lengths is None else t < lengths for t in range(T_x)]"
    yield "a step that any example has is every example's", [(unroll.forward, every, any_of)]
    of_length = (
        "np.maximum(sum(np.where(v, 1, 0) for v in walk.valid), 1) if walk.valid[0] is not None else len(doutputs)"
    )
    mean = f"tuple(d / ({of_length}) for d in doutputs[t])"
    yield "the gradient into the outputs divided by each example's length", [(unroll.backward, "doutputs[t]", mean)]
    unmasked = "cell.arriving(tuple(select(valid, d, 0) for d in doutputs[t]), dstate)"
    for words, instead in (
        ("from behind are", f"into = {unmasked}"),
        (
            "into the first state from behind is",
            f"into = tuple(select(valid, d, 0) if k else d for k, d in enumerate({unmasked}))",
        ),
        (
            "into the other states are",
            "into = tuple(d if k else select(valid, d, 0) for k, d in enumerate(cell.arriving(doutputs[t], dstate)))",
        ),
    ):
        yield f"gradients {words} not masked beyond the lengths", [(unroll.backward, INTO, instead)]


SUMMED = 'total = unroll.accumulated(total, {f"d{weight}": dW, f"d{bias}": db})'
OF_SUMS = {  # of the head's gradients over steps
    "gradients overwritten at each step": 'total = {f"d{weight}": dW, f"d{bias}": db}',
    "matrix overwritten at each step": 'total = {f"d{weight}": dW, f"d{bias}": total[f"d{bias}"] + db if total else db}',
    "bias overwritten at each step": 'total = {f"d{weight}": total[f"d{weight}"] + dW if total else dW, f"d{bias}": db}',
    "gradients those of the first step": SUMMED.replace("dW,", "dW * (t == walk.order[0]),").replace(
        "db}", "db * (t == walk.order[0])}"
    ),
    "matrix that of the first step": SUMMED.replace("dW,", "dW * (t == walk.order[0]),"),
    "bias that of the first step": SUMMED.replace("db}", "db * (t == walk.order[0])}"),
    "gradients means over steps": SUMMED.replace("dW,", "dW / len(da),").replace("db}", "db / len(da)}"),
    "matrix a mean over steps": SUMMED.replace("dW,", "dW / len(da),"),
    "bias a mean over steps": SUMMED.replace("db}", "db / len(da)}"),
}
STATES = 'unroll.steps(given[f"d{first}"])'
TAKEN = "for t, dy_t in enumerate(unroll.steps(dy)):"
INTO_STATE = {  # what goes through the head
    "in the place of that into the state": "back",
    "not added to that into the state": "da[t]",
    "twice": "da[t] + 2 * back",
}


def of_heads() -> Iterator[tuple[str, list[Changes]]]:
    """What goes through the head, a step each: its sums over steps, its indices, where it comes to the state."""
    for words, instead in OF_SUMS.items():
        yield f"the head's {words}", [(layer.through_head, SUMMED, instead)]
    for words, index in STEPS.items():
        t = index.format(T="len(da)")
        taken = f"every = unroll.steps(dy)\n    for t in range(len(da)):\n        dy_t = every[{t}]"
        yield f"dy of {words}", [(layer.through_head, TAKEN, taken)]
        of_state = f"[{STATES}[{index.format(T='T_x')}] for t in range(T_x)]"
        yield (
            f"the gradient into the first state of {words}, not of t",
            [(layer._backward, f"list({STATES})", of_state)],
        )
        state = (layer.through_head, "walk.outputs[t][0]", f"walk.outputs[{t}][0]")
        yield f"the gradient into the head's matrix by the state of {words}", [state]
        prediction = (layer.through_head, "caches.predictions[t]", f"caches.predictions[{t}]")
        yield f"the slope of the softmax by the prediction of {words}", [prediction]
    yield "the head's bias behind the softmax", [(unroll.head, "softmax(W @ a + b)", "softmax(W @ a) + b")]
    for words, old, new in (("matrix", "dlogits @ a.T", "dy @ a.T"), ("bias", "column_sum(dlogits)", "column_sum(dy)")):
        yield f"the gradient into the head's {words} without the softmax", [(unroll.head_backward, old, new)]
    for words, instead in INTO_STATE.items():
        yield (
            f"the gradient through the head {words}",
            [(layer.through_head, "da[t] = da[t] + back", f"da[t] = {instead}")],
        )
