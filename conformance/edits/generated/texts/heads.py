"""Texts of what goes through the head, and what may stand there instead: other sums over steps, other steps, a softmax over other axes."""

from collections.abc import Iterator

from rnnspec.reference import layer, unroll

from .steps import ADDED, PREDICTED, STEPS, Changes

SLOPE = "y * (dy - (y * dy).sum(axis=0))"
GIVEN = "select(walk.valid[t], dy_t, 0)"
OF_EXAMPLES = {  # what the head sees at each step
    "the state of the first example for all": "s[0][:, :1] + 0 * s[0]",
    "the initial state": "initial[0] + 0 * s[0]",
    "the initial state of the first example for all": "initial[0][:, :1] + 0 * s[0]",
}
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
ZERO_AT_FIRST = {
    "t - 1, the last where there is none": "0",
    "the step run before, at the first the last": "walk.order[0]",
}
STATES = 'unroll.steps(given[f"d{first}"])'
TAKEN = "for t, dy_t in enumerate(unroll.steps(dy)):"
HEAD = 'da, head = through_head(family, caches, da, given["dy"])'
LATE = """late, head = through_head(family, caches, [0 * d for d in da], given["dy"])
        ahead = 0 * da[0]
        for t in reversed(walk.order):
            da[t] = da[t] + select(walk.valid[t], ahead, 0)
            ahead = select(walk.valid[t], late[t], ahead)"""
OF_CLASSES = {"": "", ", of the last class alone,": "-1:", ", of the first class alone,": ":1"}
INTO_STATE = {  # what goes through the head
    "added to that into the state": "da[t] + back",
    "in the place of that into the state": "back",
    "not added to that into the state": "da[t]",
    "twice": "da[t] + 2 * back",
}
RAW = {"bias": ("db}", "unroll.column_sum(dy_t)}"), "matrix": ("dW,", "dy_t @ walk.outputs[t][0].T,")}
OVER = {  # in arrays (n_y, m, T_x)
    "the steps": "-1",
    "the examples and steps": "(1, 2)",
    "classes and steps": "(0, 2)",
    "everything": "(0, 1, 2)",
}
VALID = "unroll.np.stack([True + 0 * p[:1] if v is None else v + 0 * p[:1] for v, p in zip(walk.valid, {0})], axis=-1)"
OF_STEP = "(parameters[family.head[0]] @ s[0] + parameters[family.head[1]])"  # logits
LOGITS = f"unroll.np.stack([{OF_STEP} for s in walk.outputs], axis=-1)"
TERMS = "[caches.predictions[s] * select(walk.valid[s], d, 0) for s, d in enumerate(unroll.steps(dy))]"


def of_heads() -> Iterator[tuple[str, list[Changes]]]:
    """What goes through the head, a step each: its sums over steps, its indices, where it comes to the state."""
    for words, instead in OF_SUMS.items():
        yield f"the head's {words}", [(layer.through_head, SUMMED, instead)]
    taken = "for t, dy_t in [(t, unroll.steps(dy)[t]) for t in reversed(walk.order)]:"
    of_head = (layer.through_head, SUMMED, OF_SUMS["gradients overwritten at each step"])
    overwritten: list[Changes] = [
        (unroll.backward, ADDED, "total = gradients"),
        (layer.through_head, TAKEN, taken),
        of_head,
    ]
    yield "gradients into parameters, the head's too, are those of the first step", overwritten
    yield from _of_indices()
    for words, state in OF_EXAMPLES.items():
        seen = PREDICTED.replace("family, s[0],", f"family, {state},")
        yield f"the head of {words}", [(layer._forward, PREDICTED, seen)]
    yield "the head's bias behind the softmax", [(unroll.head, "softmax(W @ a + b)", "softmax(W @ a) + b")]
    yield from _without_the_softmax()
    yield from _into_the_state()
    given, returned = 'f"d{first}0": da0', 'f"d{first}0": da0 + (ahead if "dy" in given else 0)'
    late: list[Changes] = [(layer._backward, HEAD, LATE), (layer._backward, given, returned)]
    yield "the gradient through the head reaches the state before the step", late
    for words, at in (("of the run", "walk.order[0]"), ("in time", "0")):
        own = f"select(walk.valid[{at}], da[{at}], 0)"
        beside: Changes = (layer._backward, given, f'f"d{{first}}0": da0 + {own}')
        yield f"the gradient into the output of the first step {words} added to that into the initial state", [beside]
    for words, axes in OVER.items():
        yield from _softmax_over(words, axes)


def _into_the_state() -> Iterator[tuple[str, list[Changes]]]:
    """Beside what else comes to it or in the place of that, of all classes or of one, as where each of a loop over them overwrites the one before."""
    of_head: Changes = (layer._backward, "[(d,) for d in da]", '[(d, None) if "dy" in given else (d,) for d in da]')
    summed = "(doutputs[0] + dstate[0], *dstate[1:])"
    alone: Changes = (unroll.arriving, summed, f"{summed} if len(doutputs) == 1 else (doutputs[0], *dstate[1:])")
    for which, classes in OF_CLASSES.items():
        own = [(unroll.head_backward, "W.T @ dlogits", f"W[{classes}].T @ dlogits[{classes}]")] if classes else []
        for words, instead in INTO_STATE.items() if classes else [*INTO_STATE.items()][1:]:
            arriving: Changes = (layer.through_head, "da[t] = da[t] + back", f"da[t] = {instead}")
            yield f"the gradient through the head{which} {words}", [*own, arriving]
        replaced: Changes = (layer.through_head, "da[t] = da[t] + back", "da[t] = back")
        yield (
            f"the gradient through the head{which} in the place of all that comes to the state",
            [*own, replaced, of_head, alone],
        )


def _of_indices() -> Iterator[tuple[str, list[Changes]]]:
    for words, index in STEPS.items():
        t = index.format(T="len(da)")
        taken = f"every = unroll.steps(dy)\n    for t in range(len(da)):\n        dy_t = every[{t}]"
        yield f"dy of {words}", [(layer.through_head, TAKEN, taken)]
        of_state = (layer._backward, f"list({STATES})", f"[{STATES}[{index.format(T='T_x')}] for t in range(T_x)]")
        yield f"da of {words}, not of t", [of_state]
        state = (layer.through_head, "walk.outputs[t][0]", f"walk.outputs[{t}][0]")
        yield f"the gradient into the head's matrix by the state of {words}", [state]
        if words in ZERO_AT_FIRST:
            zero = (layer.through_head, "walk.outputs[t][0]", f"walk.outputs[{t}][0] * (t != {ZERO_AT_FIRST[words]})")
            yield f"the gradient into the head's matrix by the state of {words}, but 0 there", [zero]
        prediction = (layer.through_head, "caches.predictions[t]", f"caches.predictions[{t}]")
        yield f"the slope of the softmax by the prediction of {words}", [prediction]


def _without_the_softmax() -> Iterator[tuple[str, list[Changes]]]:
    """Gradients into the predictions taken for those into the logits, in one of their uses."""
    back = (unroll.head_backward, "W.T @ dlogits", "W.T @ dy")
    yield "the gradient through the head into the state without the softmax", [back]
    for words, (old, new) in RAW.items():
        own = (layer.through_head, SUMMED, SUMMED.replace(old, new))
        yield f"the gradient into the head's {words} of all dy, without the softmax and the lengths", [own]
    for words, old, new in (("matrix", "dlogits @ a.T", "dy @ a.T"), ("bias", "column_sum(dlogits)", "column_sum(dy)")):
        yield f"the gradient into the head's {words} without the softmax", [(unroll.head_backward, old, new)]


def slope_over(axes: str, beyond: bool = False) -> list[Changes]:
    """Of a softmax over these; also where an example does not have the step."""
    total = f"unroll.np.stack({TERMS}, axis=-1).sum(axis={axes}, keepdims=True)"
    of_step = f"(0 * unroll.np.stack(caches.predictions, axis=-1) + {total})[..., t]"
    given = f"{GIVEN} - {of_step}" if beyond else f"select(walk.valid[t], dy_t - {of_step}, 0)"
    return [(layer.through_head, GIVEN, given), (unroll.head_backward, SLOPE, "y * dy")]


def _softmax_over(words: str, axes: str) -> Iterator[tuple[str, list[Changes]]]:
    """With what is beyond the lengths, or without; its slope over the same, or over the classes."""
    slope = slope_over(axes)
    yield f"the slope of a softmax over {words}", slope
    for beyond, valid in ((", those beyond the lengths too", "1"), ("", VALID.format("(s[0] for s in walk.outputs)"))):
        for what, apart in (("softmax", axes), ("exp(z - z.max(axis=0)) by its sum", "0")):
            exponentials = f"(lambda z: unroll.np.exp(z - z.max(axis={apart}, keepdims=True)))({LOGITS}) * {valid}"
            every = f"list(unroll.steps((lambda e: e / e.sum(axis={axes}, keepdims=True))({exponentials})))"
            predictions = f"select(v, p, 0) for v, p in zip(walk.valid, {every}, strict=True)"
            forth: list[Changes] = [(layer._forward, PREDICTED, predictions)]
            yield f"{what} over {words}{beyond}", forth
            yield f"{what} over {words}{beyond}, and its slope", [*forth, *slope]
