"""Texts of what is written of each step to the same place, so that the last that is written stays."""

from collections.abc import Iterator, Sequence
from itertools import product

from rnnspec.reference import layer, unroll

from .steps import HANDED_BACK, HANDED_ON, PREDICTED, Changes

PLACES = {"every step": "True", "t = 0, and 0 elsewhere": "s == 0", "t = T_x - 1, and 0 elsewhere": "s == {T} - 1"}


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
