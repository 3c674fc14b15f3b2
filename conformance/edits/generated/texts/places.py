"""Texts of what is written of each step to the same place, so that the last that is written stays."""

from collections.abc import Iterator, Sequence
from itertools import product

from rnnspec.reference import layer, unroll

from .steps import HANDED_BACK, HANDED_ON, PREDICTED, RETURNED, Changes

PLACES = {"every step": "True", "t = 0, and 0 elsewhere": "s == 0", "t = T_x - 1, and 0 elsewhere": "s == {T} - 1"}

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
    """All that a step gives, or one of it; where an example does not have the step nothing, or zeros."""
    several = [(name, f"k == {k}") for k, name in enumerate(given)] if len(given) > 1 else []
    new = {"": "o", ", of each example's last step": "select(valid[t], o, old)"}
    for words, place in PLACES.items():
        own = place.format(T="T_x")
        for (name, is_it), (which, value) in product(
            [("outputs", "True"), *several], [*new.items()][: 1 + has_lengths]
        ):
            each = f"{value} * ({own}) if {is_it} else old for k, (o, old) in enumerate(zip(outputs[t], one))"
            of_all = f"outputs[:] = [one and tuple({each}) for s, one in enumerate(outputs)]"
            yield f"{name} written to {words}{which}", [(unroll.forward, HANDED_ON, f"{HANDED_ON}\n        {of_all}")]
        head = "predicted(family, walk.outputs[walk.order[-1]][0], parameters)"
        steps = "for s, v in enumerate(walk.valid)"
        of_all = f"select(walk.valid[walk.order[-1]], {head}, 0) * ({place.format(T='len(walk.valid)')}) {steps}"
        yield f"predictions written to {words}", [(layer._forward, PREDICTED, of_all)]
        for which, t in (("first", "t"), ("last", "walk.order[-1]")):
            own = place.format(T="len(dinputs)")
            of_all = f"tuple(None if d is None else d * ({own}) for d in dinputs[{t}]) for s in range(len(dinputs))"
            written = f"{HANDED_BACK}\n        dinputs[:] = [{of_all}]"
            of_it = f"gradients into inputs of the {which} step of the run written to {words}"
            yield of_it, [(unroll.backward, HANDED_BACK, written)]
    for words, order in WALKS.items():
        yield (
            f"gradients into inputs written before they are made, {words}",
            [(unroll.backward, RETURNED, LATE.format(order=order.format(m="count")) + RETURNED)],
        )
