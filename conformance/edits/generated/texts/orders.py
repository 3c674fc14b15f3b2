"""Texts of the order in which a loop takes time: another one, or of each example its own, and what is read in that where it should be in time's."""

from collections.abc import Iterator

from rnnspec.reference import layer, unroll

from .flips import AHEAD, BEHIND, FROM_THE_END, OVER_STEPS, STACKED, TO_THE_END
from .flips import REVERSED as FLIPPED
from .heads import GIVEN
from .steps import HANDED_BACK, LENGTHS, MASK, PREDICTED, WALKED, Changes

REVERSED = "range(T_x)[::-1] if reverse"
ORDERS = {  # of a reversed run
    "the first step first, then the last and so on": "[-t % T_x for t in range(T_x)] if reverse",
    "steps as a run forth where lengths are given": "range(T_x)[::-1] if reverse and lengths is None",
    "the last step last": "[*range(T_x - 1)[::-1], *range(T_x)[-1:]] if reverse",
}
AT = f"np.clip({LENGTHS} - 1 - t + np.zeros({{1}}.shape[-1], int), 0, len({{0}}) - 1)"
GATHERED = "np.stack([{0}[i][..., j] for j, i in enumerate({1})], axis=-1)"


def of_orders() -> Iterator[tuple[str, list[Changes]]]:
    for words, order in ORDERS.items():
        taken: Changes = (unroll.forward, REVERSED, order)
        from_the_end = MASK.replace("t < lengths", "(t - T_x if reverse and t else t) < lengths")
        yield f"a reversed run takes {words}", [taken]
        yield (
            f"a reversed run takes {words}, counted from the end by negative numbers",
            [taken, (unroll.forward, MASK, from_the_end)],
        )
    at = AT.format("walk.valid", "doutputs[t][0]")
    back = (
        f"(tuple({GATHERED.format('of', at)} for of in zip(*doutputs, strict=True)) if walk.order[0] else doutputs[t])"
    )
    yield (
        "the gradient into the outputs of t counted in the order in which each example is run",
        [(unroll.backward, "doutputs[t]", back)],
    )
    own = GATHERED.format("x", AT.format("valid", "x[t]"))
    yield (
        "the inputs of t counted in the order in which each example is run",
        [(unroll.forward, "x[t], 0) for x", f"({own} if reverse else x[t]), 0) for x")],
    )
    yield from _of_others()
    yield from _of_decays()
    yield from _reversed()
    yield from _too_many()


DECAYED = """other = walk.order[{at}]
        reached = carried(valid, cell.arriving(doutputs[t], dstate), dstate)
        dstate = carried({mask}, cell.step_backward(reached, walk.caches[other])[1], reached)"""
OTHER = {
    "before, at the first of the last": "walk.order.index(t) - 1",
    "next, at the last of the first": "(walk.order.index(t) + 1) % len(doutputs)",
    "before, at the first its own": "max(walk.order.index(t) - 1, 0)",
    "next, at the last its own": "min(walk.order.index(t) + 1, len(doutputs) - 1)",
}


def _of_decays() -> Iterator[tuple[str, list[Changes]]]:
    """What a scan back multiplies by, which is all that there is between what a recurrence without other paths hands back."""
    for words, at in OTHER.items():
        for beyond, mask in (("", "valid"), (", beyond the lengths, too", "walk.valid[other]")):
            decayed = DECAYED.format(at=at, mask=mask)
            text = f"what is handed back goes by the decay of the step run {words}{beyond}"
            yield text, [(unroll.backward, HANDED_BACK, decayed)]


BY_LENGTH = f"np.argsort(-({LENGTHS.format('walk.valid')} + np.zeros(doutputs[t][0].shape[-1])), kind='stable')"
SORTED = {"in": "{0}", "taken for those in": "np.argsort({0})"}


def of_moved_examples() -> Iterator[tuple[str, list[Changes]]]:
    """What comes to the loop of another example, as it is sorted by length."""
    for words, at in SORTED.items():
        moved = f"tuple(d[..., {at.format(BY_LENGTH)}] for d in doutputs[t])"
        yield (
            f"the examples of the gradient into the outputs {words} the order of falling lengths",
            [(unroll.backward, "doutputs[t]", moved)],
        )


RUNS = {"": "True", ", in runs forth": "{0}[0] == 0", ", in reversed runs": "{0}[0]"}  # which by the order of steps


def _reversed() -> Iterator[tuple[str, list[Changes]]]:
    """What goes over time once more the other way round, of each example what it has."""
    for which, runs in RUNS.items():
        for words, change in _over_time(FLIPPED, FLIPPED, runs).items():
            yield f"{words} reversed{which}", [change]


def of_ends_of_padding() -> Iterator[tuple[str, list[Changes]]]:
    """Steps that are counted from the end of the padding, where they should be from the end of each example."""
    lengths = LENGTHS.format("walk.valid").replace("np.", "unroll.np.")
    of_own_steps = f"{GIVEN} * (t >= len(da) - {lengths})"
    for which, runs in RUNS.items():
        inputs, outputs, into_outputs, into_inputs = _over_time(FROM_THE_END, TO_THE_END, runs).values()
        back = runs.format("walk.order")
        of_head: Changes = (layer.through_head, GIVEN, f"({of_own_steps} if {back} else {GIVEN})")
        masks = f"walk.valid[:: -1 if {back} else 1]"
        predicted: Changes = (layer._forward, PREDICTED, PREDICTED.replace("walk.valid", masks))
        for words, changes in {
            "inputs are": [inputs],
            "inputs and outputs are": [inputs, outputs, predicted],
            "gradients into outputs are": [into_outputs],
            "gradients into inputs are": [into_inputs],
            "gradients into outputs and inputs are": [into_outputs, into_inputs],
        }.items():
            text = f"{words} counted from the end of the padding{which}"
            yield text, changes
            yield f"{text}, gradients into predictions at those of its steps alone", [*changes, of_head]


def _over_time(read: str, written: str, runs: str) -> dict[str, Changes]:
    """What is read and what is written over time in another order, in runs of a kind."""
    x, doutputs = read.format(AHEAD, "x"), OVER_STEPS.format(read.format(BEHIND, STACKED), "doutputs")
    outputs = OVER_STEPS.format(written.format(AHEAD, STACKED), "outputs")
    forth, back = runs.format("order"), runs.format("walk.order")
    inputs = f"else steps({x} if {forth.replace('order', '[reverse]')} else x) for x in inputs"
    whole = "x = next(x for x in inputs if x is not None)"
    returned = f"{whole}\n    return Walk({outputs} if {forth} else outputs,"
    given = f"doutputs = {doutputs} if {back} else doutputs\n    total: Gradients = {{}}"
    own = f"else {written.format(BEHIND, 'stacked(d)')} if {back} else stacked(d) for d in zip(*dinputs"
    return {
        "inputs": (unroll.forward, "else steps(x) for x in inputs", inputs),
        "outputs": (unroll.forward, "return Walk(outputs,", returned),
        "gradients into outputs": (unroll.backward, "total: Gradients = {}", given),
        "gradients into inputs": (unroll.backward, "else stacked(d) for d in zip(*dinputs", own),
    }


def _too_many() -> Iterator[tuple[str, list[Changes]]]:
    """One step more than there are."""
    for words, k in (("first", 0), ("last", -1)):
        more = f"for t in (*order, order[{k}]):"
        yield f"behind the last step of the run its {words} again", [(unroll.forward, "for t in order:", more)]
        back = f"for t in (*reversed(walk.order), walk.order[{k}]):"
        yield f"on the way back, behind the first step of the run, its {words} again", [(unroll.backward, WALKED, back)]


def _of_others() -> Iterator[tuple[str, list[Changes]]]:
    """Steps in the order in which they were taken, or were not, in one of the loops."""
    behind = "tuple(sum(ds) for ds in zip(*(tuple(select(walk.valid[s], d, 0) for d in doutputs[s]) for s in walk.order[walk.order.index(t) :])))"
    yield "the gradients into the outputs of t and of all steps behind it", [(unroll.backward, "doutputs[t]", behind)]
    for words, instead in (
        ("in the order of the forward", "for t in walk.order:"),
        ("by time, whichever way the forward went", "for t in reversed(range(len(doutputs))):"),
    ):
        yield f"the backward {words}", [(unroll.backward, WALKED, instead)]
    flipped = PREDICTED.replace("(v, predicted", "(walk.valid[t], predicted").replace(
        "for v, s in zip(walk.valid", "for t, s in zip(walk.order"
    )
    yield "predictions in the order in which steps were taken", [(layer._forward, PREDICTED, flipped)]
