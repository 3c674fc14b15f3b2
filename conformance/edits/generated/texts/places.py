"""Texts of what is written of each step to the same place, so that the last that is written stays."""

from collections.abc import Iterator

from rnnspec.reference import layer, unroll

from .steps import HANDED_BACK, HANDED_ON, PREDICTED, Changes

PLACES = {"every step": "True", "t = 0, and 0 elsewhere": "s == 0", "t = T_x - 1, and 0 elsewhere": "s == {T} - 1"}


def of_places() -> Iterator[tuple[str, list[Changes]]]:
    for words, place in PLACES.items():
        of_all = "tuple(o * ({place}) for o in outputs[t]) for s in range(T_x)".format(place=place.format(T="T_x"))
        written = f"{HANDED_ON}\n        outputs[:] = [{of_all}]"
        yield f"outputs written to {words}", [(unroll.forward, HANDED_ON, written)]
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
