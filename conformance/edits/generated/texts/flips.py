"""A loop that is written otherwise, and right: a reversed run has each example reversed within its length, and goes forth; the padding stays behind.

An order that is a tuple tells the way back that a run was reversed.
"""

from rnnspec.reference import layer, unroll

from .steps import LENGTHS, Changes

EACH = "[np.concatenate([z[..., j, :n][..., ::-1], z[..., j, n:]], axis=-1) for j, n in enumerate({0})]"
REVERSED = f"(lambda z: np.stack({EACH}, axis=-2))({{1}})"  # lengths, and what has examples and steps as its last axes
FROM_THE_END, TO_THE_END = (  # of each example of n steps what stands at t + T_x - n, read at t, or written there
    f"(lambda z: np.stack([np.roll(z[..., j, :], {by}, axis=-1) for j, n in enumerate({{0}})], axis=-2))({{1}})"
    for by in ("n - z.shape[-1]", "z.shape[-1] - n")
)
AHEAD = "([T_x] * x.shape[-2] if lengths is None else lengths)"
BEHIND = f"({LENGTHS.format('walk.valid')} + np.zeros(doutputs[0][0].shape[-1], int))"
OVER_STEPS = "[*zip(*(steps({0}) for s in zip(*{1}, strict=True)), strict=True)]"  # a list of tuples again
STACKED = "np.stack(s, axis=-1)"
IS_REVERSED = "isinstance(walk.order, tuple)"
FLIP = REVERSED.format(BEHIND.replace("doutputs[0][0]", "da[0]"), "z").replace("np.", "unroll.np.")
OF_HEAD: list[Changes] = [  # whose gradients are of the loop's steps
    (
        layer.through_head,
        "    total: dict[str, Array] = {}",
        "    from dataclasses import replace\n"
        f"    flip = lambda z: {FLIP} if {IS_REVERSED} else z\n"
        "    flipped = lambda arrays: list(unroll.steps(flip(unroll.stacked(arrays))))\n"
        "    states = [*zip(*(flipped(s) for s in zip(*walk.outputs, strict=True)), strict=True)]\n"
        "    caches, walk = caches._replace(predictions=flipped(caches.predictions)), replace(walk, outputs=states)\n"
        "    da, dy, total = flipped(da), flip(dy), {}",
    ),
    (layer.through_head, "return da, total", "return flipped(da), total"),
]

FLIPPED: list[Changes] = [
    (unroll.forward, "order = range(T_x)[::-1] if reverse", "order = tuple(range(T_x)) if reverse"),
    (
        unroll.forward,
        "else steps(x) for x in inputs",
        f"else steps({REVERSED.format(AHEAD, 'x')} if reverse else x) for x in inputs",
    ),
    (
        unroll.forward,
        "return Walk(outputs,",
        "x = next(x for x in inputs if x is not None)\n"
        f"    return Walk({OVER_STEPS.format(REVERSED.format(AHEAD, STACKED), 'outputs')} if reverse else outputs,",
    ),
    (
        unroll.backward,
        "total: Gradients = {}",
        f"doutputs = {OVER_STEPS.format(REVERSED.format(BEHIND, STACKED), 'doutputs')} if {IS_REVERSED} else doutputs\n"
        "    total: Gradients = {}",
    ),
    (
        unroll.backward,
        "else stacked(d) for d in zip(*dinputs",
        f"else {REVERSED.format(BEHIND, 'stacked(d)')} if {IS_REVERSED} else stacked(d) for d in zip(*dinputs",
    ),
    *OF_HEAD,
]
