"""Texts of the loop's masks, and what may stand there instead: another mask, in all of its uses or in some; what of the padding is told."""

from collections.abc import Iterator
from itertools import product

from rnnspec.reference import layer, unroll

from .heads import GIVEN, OF_STEP, OVER, RAW, SLOPE, SUMMED, slope_over
from .steps import ADDED, HANDED_BACK, HANDED_ON, INTO, LENGTHS, MASK, OF_HEAD, OUTPUTS, PREDICTED, UNTOLD, Changes

OF_INPUTS = "select(valid[t], x[t], 0) for x"
READ: Changes = (unroll.forward, OF_INPUTS, "x[t] for x")  # the padding of the inputs, which changes no result
STATES = "collected(family, walk.outputs)"
UNMASKED_HEAD = PREDICTED.replace(OF_HEAD, "predicted(family, s[0], parameters)")
FLIPPED_HEAD = PREDICTED.replace("walk.valid", "walk.valid[:: -1 if walk.order[0] else 1]")
FLIPPED_GIVEN: Changes = (
    layer.through_head,
    GIVEN,
    GIVEN.replace("[t]", "[len(da) - 1 - t if walk.order[0] else t]"),
)
SLOPES = ("y - dy", "dy - y", "y * (1 - y) * dy", "y * dy", "y * dy - y * y * dy.sum(axis=0)")
LONGER = "[None if v is None else walk.valid[t - 1] if t else v | True for t, v in enumerate(walk.valid)]"
SHORTER = "[None if v is None else [*walk.valid, v & False][t + 1] for t, v in enumerate(walk.valid)]"
OWN_MASK = "[None if v is None else t < given['lengths'] for t, v in enumerate(walk.valid)]"
PADDED: dict[str, list[Changes]] = {  # what is beyond the lengths in the place of zeros, before the head
    "what the step gives": [(unroll.forward, OUTPUTS, "outputs[t] = new")],
    "what the step makes of the padding": [
        (unroll.forward, OUTPUTS, "outputs[t] = new"),
        READ,
    ],
    "the state that is carried": [
        (unroll.forward, OUTPUTS, UNTOLD),
        (unroll.forward, HANDED_ON, f"{HANDED_ON}\n        outputs[t] = state"),
    ],
}
MASKED: Changes = (
    layer._forward,
    STATES,
    "collected(family, [tuple(select(v, o, 0) for o in s) for v, s in zip(walk.valid, walk.outputs, strict=True)])",
)
HEADS = {  # of an output over time, where s[0] is the state
    "the head's output is not masked beyond the lengths": "predicted(family, s[0], parameters)",
    "softmax over the examples": "select(v, unroll.softmax({0}.T).T, 0)",
    "exp(z - z.max(axis=0)) by its sum over the examples": (
        "select(v, (lambda e: e / e.sum(axis=1, keepdims=True))(unroll.np.exp({0} - {0}.max(axis=0))), 0)"
    ),
}


CARRIED = {"states are": "True", "the first state is": "k == 0", "states but the first are": "k"}
CARRIED_BY = {
    "t - 1, the last where there is none": "t - 1",
    "t + 1, the first where there is none": "(t + 1) % T_x",
    "t + 1, the last where there is none": "min(t + 1, T_x - 1)",
    "T_x - 1 - t": "T_x - 1 - t",
    "the last step": "-1",
    "the first step": "0",
}


def of_padded_heads() -> Iterator[tuple[str, list[Changes]]]:
    """The head of more than what is returned."""
    for (words, instead), (state, padded) in product(HEADS.items(), PADDED.items()):
        head = PREDICTED.replace(OF_HEAD, instead.format(OF_STEP))
        yield f"{words}, there of {state}", [*padded, MASKED, (layer._forward, PREDICTED, head)]


def of_padded_states() -> Iterator[tuple[str, list[Changes]]]:
    """What is returned of the padding, in the place of zeros; or masked by another step's, in the forward."""
    masked = PREDICTED.replace("s[0],", "unroll.select(v, s[0], 0),")
    heads = {"": PREDICTED, "; predictions are": masked, ", nor are predictions": UNMASKED_HEAD}
    for (state, padded), (words, head) in product(PADDED.items(), heads.items()):
        own = [(layer._forward, PREDICTED, head)] if head != PREDICTED else []
        yield f"states are not masked beyond the lengths, there {state}{words}", [*padded, *own]
    of_head: Changes = (layer._forward, PREDICTED, PREDICTED.replace("walk.valid", OWN_MASK))
    others = {"t - 1 (t <= lengths)": "t - 1", "t + 1 (t < lengths - 1)": "t + 1"}
    for words, t in (others | {"t, and none at the first step": "(t or -1)"}).items():
        mask: Changes = (unroll.forward, MASK, MASK.replace("t < lengths", f"{t} < lengths"))
        yield f"the mask of {words}", [mask]
        yield f"the mask of {words}, the predictions' is right", [mask, of_head]
    around = MASK.replace("t < lengths", "(t - 1) % T_x < lengths")
    yield "the mask of t - 1, the last where there is none", [(unroll.forward, MASK, around)]
    for (words, t), (which, cond) in product(CARRIED_BY.items(), CARRIED.items()):
        each = (
            f"tuple(select(valid[{t}] if {cond} else valid[t], s, b) for k, (s, b) in enumerate(zip(state_t, state)))"
        )
        carried = HANDED_ON.replace("carried(valid[t], state_t, state)", each)
        yield f"{which} carried by the mask of {words}", [(unroll.forward, HANDED_ON, carried)]


def of_padded_predictions() -> Iterator[tuple[str, list[Changes]]]:
    """Gradients through the head of predictions that are kept with the padding, and returned without."""
    every: Changes = (layer._forward, PREDICTED, UNMASKED_HEAD)
    predictions = "[select(v, p, 0) for v, p in zip(walk.valid, predictions, strict=True)]"
    returned: Changes = (layer._forward, "unroll.stacked(predictions)", f"unroll.stacked({predictions})")
    mistakes: dict[str, list[Changes]] = {"dy is not masked": [(layer.through_head, GIVEN, "dy_t")]}
    mistakes |= {
        f"{slope} for the gradient into the logits": [(unroll.head_backward, SLOPE, slope)] for slope in SLOPES
    }
    mistakes |= {f"the slope of a softmax over {words}": slope_over(axes, beyond=True) for words, axes in OVER.items()}
    for slope in SLOPES:
        of_all: list[Changes] = [*mistakes["dy is not masked"], (unroll.head_backward, SLOPE, slope)]
        yield f"{slope} for the gradient into the logits, dy beyond the lengths, too", of_all
        for state, padded in PADDED.items():
            beyond = (
                f"{slope} for the gradient into the logits, dy and the states beyond the lengths, too, there {state}"
            )
            yield beyond, [*padded, MASKED, *of_all]
    for (words, (old, new)), (state, padded) in product(RAW.items(), PADDED.items()):
        own = (layer.through_head, SUMMED, SUMMED.replace(old, new))
        beyond = f"the gradient into the head's {words} of all dy and states, without the softmax, beyond the lengths {state}"
        yield beyond, [*padded, MASKED, own]
    for (state, padded), (words, mistake) in product({"0": [], **PADDED}.items(), mistakes.items()):
        masked = [MASKED] if padded else []
        yield f"{words}, predictions made of {state} beyond the lengths", [*padded, *masked, every, returned, *mistake]


def of_heads_masks() -> Iterator[tuple[str, list[Changes]]]:
    """The mask of the predictions alone, one step longer or shorter."""
    for words, masks in (("t - 1", LONGER), ("t + 1", SHORTER)):
        forth: Changes = (layer._forward, PREDICTED, PREDICTED.replace("walk.valid", masks))
        back: Changes = (layer.through_head, GIVEN, GIVEN.replace("walk.valid", masks))
        yield f"the predictions' mask of {words}", [forth]
        yield f"the mask of {words} of predictions and of the gradients into them", [forth, back]


def of_flipped_heads() -> Iterator[tuple[str, list[Changes]]]:
    """The mask of the predictions alone, in a reversed run."""
    words = "in a reversed run the predictions' mask is that of T_x - 1 - t"
    yield words, [(layer._forward, PREDICTED, FLIPPED_HEAD)]
    into = "in a reversed run the mask of predictions and of the gradients into them is that of T_x - 1 - t"
    yield into, [(layer._forward, PREDICTED, FLIPPED_HEAD), FLIPPED_GIVEN]
    for state, padded in PADDED.items():
        yield f"{words}, beyond the lengths of {state}", [*padded, MASKED, (layer._forward, PREDICTED, FLIPPED_HEAD)]


TOLD_RIGHTLY: list[Changes] = [
    (unroll.forward, OUTPUTS, OUTPUTS.replace("o, 0)", "select(None if lengths is None else t < lengths, o, 0), 0)")),
    (
        unroll.backward,
        ADDED,
        "own = walk.valid[len(doutputs) - 1 - t] if walk.order[0] else valid\n"
        "        dinputs[t] = tuple(None if d is None else select(own, d, 0) for d in dinputs[t])\n"
        f"        {ADDED}",
    ),
]


def of_flipped() -> Iterator[tuple[str, list[Changes]]]:
    """The mask of a reversed run that is not reversed with it, in some of what it masks."""
    flipped: Changes = (unroll.forward, MASK, MASK.replace("t < lengths", "(T_x - 1 - t if reverse else t) < lengths"))
    inputs: dict[str, list[Changes]] = {
        "": [],
        ", of inputs that are not masked": [READ],
        ", of inputs masked rightly": [
            (unroll.forward, OF_INPUTS, "select(None if lengths is None else t < lengths, x[t], 0) for x")
        ],
    }
    right: list[Changes] = [
        (layer._forward, PREDICTED, FLIPPED_HEAD),
        FLIPPED_GIVEN,
    ]
    heads: dict[str, list[Changes]] = {"": [], ", the head's is right": right}
    returned: dict[str, list[Changes]] = {"": [], ", and nothing is returned beyond the lengths": TOLD_RIGHTLY}
    for (of, own), (of_head, its), (of_result, told) in product(inputs.items(), heads.items(), returned.items()):
        yield f"in a reversed run the mask of T_x - 1 - t{of}{of_head}{of_result}", [flipped, *own, *its, *told]


ADDED_BEYOND = "dstate = tuple(p + select(valid, 0 * d, d) for p, d in zip(dprevious, dstate, strict=True))"
DA_MASKED = "cell.arriving(tuple(select(valid, d, 0) for d in doutputs[t]), dstate)"
UNMASKED = {  # which gradients, and what arrives at a step then
    "from behind are": f"into = {DA_MASKED}",
    "into the first state from behind is": (
        f"into = tuple(select(valid, d, 0) if k else d for k, d in enumerate({DA_MASKED}))"
    ),
    "into the other states are": (
        "into = tuple(d if k else select(valid, d, 0) for k, d in enumerate(cell.arriving(doutputs[t], dstate)))"
    ),
    "into the outputs are": "into = cell.arriving(doutputs[t], tuple(select(valid, d, 0) for d in dstate))",
}
INPUTS_MASKED: Changes = (
    unroll.backward,
    ADDED,
    f"dinputs[t] = tuple(None if d is None else select(valid, d, 0) for d in dinputs[t])\n        {ADDED}",
)


def of_masks() -> Iterator[tuple[str, list[Changes]]]:
    """Masks of all examples at once, states carried or not, and what is not masked on the way back."""
    for words, which in (("any example has is every example's", "max"), ("not every example has is none's", "min")):
        every = MASK.replace("t < lengths", f"t < lengths.{which}() + 0 * lengths")
        yield f"a step that {words}", [(unroll.forward, MASK, every)]
    of_length = f"np.maximum({LENGTHS.format('walk.valid')}, 1)"
    mean = f"tuple(d / ({of_length}) for d in doutputs[t])"
    yield "the gradient into the outputs divided by each example's length", [(unroll.backward, "doutputs[t]", mean)]
    for words, k in (("each state", "True"), ("the first state", "k == 0"), ("states but the first", "k")):
        zero = f"tuple(select(valid[t], s, 0 if {k} else b) for k, (s, b) in enumerate(zip(state_t, state)))"
        carried = HANDED_ON.replace("carried(valid[t], state_t, state)", zero)
        yield f"{words} 0 where an example does not have the step", [(unroll.forward, HANDED_ON, carried)]
    uncarried: Changes = (unroll.forward, HANDED_ON, "state = state_t")
    yield "states go on changing beyond the lengths", [uncarried]
    for words, k in (("states but the first go", "k == 0"), ("the first state goes", "k > 0")):
        own = f"tuple(select(valid[t], s, b if {k} else s) for k, (s, b) in enumerate(zip(state_t, state)))"
        yield (
            f"{words} on changing beyond the lengths",
            [(unroll.forward, HANDED_ON, HANDED_ON.replace("carried(valid[t], state_t, state)", own))],
        )
    yield from _of_unmasked(uncarried)


def _of_unmasked(uncarried: Changes) -> Iterator[tuple[str, list[Changes]]]:
    """Of a backward, whose forward's states are carried or not."""
    unmasked: dict[str, list[Changes]] = {"no masks in the backward": [(unroll.backward, "walk.valid[t]", "None")]}
    for words, instead in UNMASKED.items():
        beyond, into = f"gradients {words} not masked beyond the lengths", (unroll.backward, INTO, instead)
        unmasked[beyond] = [into]
        unmasked[f"{beyond}, those into inputs are 0 there"] = [into, INPUTS_MASKED]
        unmasked[f"{beyond}, and added to those carried there"] = [into, (unroll.backward, HANDED_BACK, ADDED_BEYOND)]
        uncarried_too: list[Changes] = [into, (unroll.backward, HANDED_BACK, "dstate = dprevious")]
        unmasked[f"{beyond}, and go on changing there"] = uncarried_too
        unmasked[f"states go on changing beyond the lengths; {beyond}, and go on changing there"] = [
            uncarried,
            *uncarried_too,
        ]
    yield from unmasked.items()
