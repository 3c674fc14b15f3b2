"""Texts of what is written of each step to the same place, so that the last that is written stays."""

from collections.abc import Iterator, Sequence
from itertools import product

from rnnspec.reference import layer, unroll

from .steps import ENDED, HANDED_BACK, HANDED_ON, PREDICTED, RETURNED, Changes

PLACES = {"every step": "True", "t = 0, and 0 elsewhere": "s == 0", "t = T_x - 1, and 0 elsewhere": "s == {T} - 1"}

OF_EACH = ", of each example's last step"
KEPT = f"""{HANDED_ON}
        before = outputs[t] if t == order[0] else last
        last = tuple(select(valid[t], o, one) for o, one in zip(outputs[t], before, strict=True))"""
PREDICTED_OF = {  # and of which examples
    "": ("walk.valid[walk.order[-1]]", "walk.outputs[walk.order[-1]][0]"),
    OF_EACH: ("None if walk.valid[0] is None else unroll.np.any(walk.valid, axis=0)", "walk.final[0]"),
}
WALKS = {  # of steps and examples, in which order a backward by loops comes to them
    "step by step through the examples": "for t in reversed(walk.order) for j in range({m})",
    "example by example through the steps": "for j in range({m}) for t in reversed(walk.order)",
}
LATE = """count = dstate[0].shape[-1]
    walked = [(t, j) {order} if walk.valid[t] is None or walk.valid[t][j]]
    late = [tuple(None if d is None else 0 * d for d in of_step) for of_step in dinputs]
    for (t, j), (s, i) in zip(walked[1:], walked):
        for new, d in zip(late[t], dinputs[s]):
            if d is not None:
                new[..., j] = d[..., i]
    dinputs = late
    """


def of_places(has_lengths: bool, given: Sequence[str]) -> Iterator[tuple[str, list[Changes]]]:
    """All that a step gives, or one of it: what the run's last step gives, or of each example the last that it has."""
    yield from _of_outputs(has_lengths, given)
    for words, place in PLACES.items():
        own = place.format(T="len(walk.valid)")
        for which, (valid, state) in [*PREDICTED_OF.items()][: 1 + (has_lengths and place != "True")]:
            head = f"select({valid}, predicted(family, {state}, parameters), 0)"
            of_all = f"{head} * ({own}) for s, v in enumerate(walk.valid)"
            yield f"predictions written to {words}{which}", [(layer._forward, PREDICTED, of_all)]
        own = place.format(T="len(dinputs)")
        for which, t in (("first", "t"), ("last", "walk.order[-1]")):
            of_all = f"tuple(None if d is None else d * ({own}) for d in dinputs[{t}]) for s in range(len(dinputs))"
            written = f"{HANDED_BACK}\n        dinputs[:] = [{of_all}]"
            of_it = f"gradients into inputs of the {which} step of the run written to {words}"
            yield of_it, [(unroll.backward, HANDED_BACK, written)]
    for words, order in WALKS.items():
        late = LATE.format(order=order.format(m="count")) + RETURNED
        yield f"gradients into inputs written before they are made, {words}", [(unroll.backward, RETURNED, late)]


def _of_outputs(has_lengths: bool, given: Sequence[str]) -> Iterator[tuple[str, list[Changes]]]:
    several = [(name, f"k == {k}") for k, name in enumerate(given)] if len(given) > 1 else []
    last = [("", "outputs[order[-1]]"), *([(OF_EACH, "last")] if has_lengths else [])]
    for (words, place), (name, is_it), (which, value) in product(PLACES.items(), [("outputs", "True"), *several], last):
        own = place.format(T="T_x")
        each = f"one * ({own}) if {is_it} else o for k, (o, one) in enumerate(zip(every, {value}))"
        written = f"outputs = [tuple({each}) for s, every in enumerate(outputs)]\n    {ENDED}"
        changes: list[Changes] = [(unroll.forward, HANDED_ON, KEPT), (unroll.forward, ENDED, written)]
        yield f"{name} written to {words}{which}", changes
