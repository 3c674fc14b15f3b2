"""Texts of a head's backward that takes another state than the step's own, or not all classes, or whose gradient comes to another step."""

from collections.abc import Iterator

from rnnspec.reference import layer, unroll

from .heads import SLOPE
from .orders import AT, GATHERED
from .steps import STEPS, Changes

INTO_STATES = 'list(unroll.steps(given[f"d{first}"]))'
SEEN, PREDICTION = "walk.outputs[t][0]", "caches.predictions[t]"
BEGUN = "total: dict[str, Array] = {}"
ADDED, RETURNED = "da[t] = da[t] + back", "return da, total"
KEPT = "predictions = road.predictions("
IN_ITS_RUN = "t counted in the order in which each example is run"
BEFORE = f"""{BEGUN}
    before, state = [None] * len(da), walk.begun
    for s in walk.order:
        before[s], state = state, select(walk.valid[s], walk.outputs[s][0], state)"""
OF_BEFORE = "predicted(family, before[t], caches.parameters)"
TAKEN = {
    "the head's backward takes the state before the step": {SEEN: "before[t]"},
    "the head's backward takes the state before the step, and what is predicted of it": {
        SEEN: "before[t]",
        PREDICTION: OF_BEFORE,
    },
    "the slope of the softmax by what is predicted of the state before the step": {PREDICTION: OF_BEFORE},
}
SUMS = {"first": "1:", "last": ":-1"}
CLASSES = {"first class is": "> 0", "first two classes are": "> 1", "last class is": "< len(y) - 1"}


def of_what_goes_through_heads() -> Iterator[tuple[str, list[Changes]]]:
    in_its_run = GATHERED.replace("np.", "unroll.np.").format(
        "every", AT.replace("np.", "unroll.np.").format("walk.valid", "every[0]")
    )
    every = {IN_ITS_RUN: f"{in_its_run} if walk.order[0] else every[t]"}
    of_states = f"(lambda every: [{every[IN_ITS_RUN]} for t in range(T_x)])({INTO_STATES})"
    yield f"da of {IN_ITS_RUN}", [(layer._backward, INTO_STATES, of_states)]
    every |= {words: f"every[{index.format(T='len(da)')}]" for words, index in STEPS.items()}
    for words, back in every.items():
        begun = f"{BEGUN}\n    every = [None] * len(da)"
        returned = f"return [d + ({back}) for t, d in enumerate(da)], total"
        changes: list[Changes] = [
            (layer.through_head, BEGUN, begun),
            (layer.through_head, ADDED, "every[t] = back"),
            (layer.through_head, RETURNED, returned),
        ]
        yield f"the gradient through the head of {words}", changes
    kept: Changes = (layer._forward, KEPT, f'object.__setattr__(walk, "begun", initial[0])\n    {KEPT}')
    before: Changes = (layer.through_head, BEGUN, BEFORE)
    for words, instead in TAKEN.items():
        yield words, [kept, before, *((layer.through_head, old, new) for old, new in instead.items())]
    for words, which in CLASSES.items():
        left = f"{SLOPE} * (np.arange(len(y)) {which})[:, None]"
        yield f"the {words} not taken in the head's backward", [(unroll.head_backward, SLOPE, left)]
    for words, part in SUMS.items():
        less = SLOPE.replace("(y * dy).sum", f"(y * dy)[{part}].sum")
        yield f"the sum of the softmax's slope without the {words} class", [(unroll.head_backward, SLOPE, less)]
