"""Texts of a loop as people have it who go through one example after the other, each through all of its steps: what is not begun anew for each."""

from collections.abc import Iterable, Iterator
from itertools import product

from rnnspec.reference import layer, unroll

from .heads import SUMMED
from .steps import ADDED, Changes

WALKED = "for t in order:"
STEPS = "sum(np.zeros(into[0].shape[-1]) + (1 if v is None else v) for v in walk.valid)"
LAST = f"max(np.flatnonzero({STEPS}), default=0)"  # of the examples that have any
OF_ONE = "cell.step_backward(tuple(d * (np.arange(d.shape[-1]) == {at}) for d in into), walk.caches[t])[2]"
OVERWRITTEN = """last, is_there = {last}, valid is None or bool((valid + np.zeros(into[0].shape[-1], bool))[{at}])
        own = {{name: last[name] if is_there else total.get(name, 0 * g) for name, g in gradients.items()}}
        total = {{name: own[name] if {own} else total.get(name, 0) + g for name, g in gradients.items()}}"""
OF_HEADS = """steps = sum(unroll.np.zeros(into.shape[-1]) + (1 if v is None else v) for v in walk.valid)
        last = max(unroll.np.flatnonzero(steps), default=0)
        first = next((s for s in walk.order if walk.valid[s] is None or walk.valid[s][last]), -1)
        own = (t == first) * into * (unroll.np.arange(into.shape[-1]) == last)
        kept = unroll.head_backward(own, caches.predictions[t], walk.outputs[t][0], caches.parameters[weight])
        dW, db = (k if g.shape[-1] in {widths} else g for k, g in zip(kept[1:], (dW, db)))
        """
WIDTHS = {"into parameters": "g.shape", "into matrices": "g.shape[1:] * (g.shape[-1] > 1)", "into biases": "(1,)"}
CHOSEN = {"into parameters": "True", "into matrices": "g.shape[-1] > 1", "into biases": "g.shape[-1] == 1"}
NEXT = "tuple(np.concatenate([one[..., :1], two[..., :-1]], axis=-1) for one, two in zip({0}, behind, strict=True))"
AS_ROWS = "(lambda z: np.moveaxis(z, -1, 1).reshape(-1, *z.shape[1:-1]))"
NEXT_OF_ROWS = (
    f"tuple(np.moveaxis(np.concatenate([{AS_ROWS}(one)[:1], {AS_ROWS}(two)[:-1]]).reshape("
    "one.shape[0], one.shape[-1], *one.shape[1:-1]), 1, -1) for one, two in zip({0}, behind, strict=True))"
)
FORTH = """begun = state
    for _ in range({count} - 1 if {none} else 0):
        behind = state
        for t in order:
            given = tuple(None if x is None else select(valid[t], x[t], 0) for x in xs)
            behind = carried(valid[t], cell.step(given, behind, parameters)[1], behind)
        state = tuple(s if {which} else b for k, (s, b) in enumerate(zip({next}, begun, strict=True)))"""
ROUNDS = {  # of which each is what the one before it ends with
    "": ("state[0].shape[-1]", NEXT.format("begun")),
    ", one row of the state behind the other": ("state[0].shape[0] * state[0].shape[-1]", NEXT_OF_ROWS.format("begun")),
}
BACK = f"""dstate = dfinal
    for _ in range(dfinal[0].shape[-1] - 1 if {{none}} else 0):
        behind = dstate
        for t in reversed(walk.order):
            into = tuple(select(walk.valid[t], d, 0) for d in cell.arriving(doutputs[t], behind))
            behind = carried(walk.valid[t], cell.step_backward(into, walk.caches[t])[1], behind)
        dstate = tuple(s if {{which}} else b for k, (s, b) in enumerate(zip({NEXT.format("dfinal")}, dfinal, strict=True)))"""
WHICH = {"": "True", ", in the first state": "k == 0", ", in states but the first": "k"}
GIVEN = {", where none is given": "not any(np.any(s) for s in {0})", "": "True"}
FIRST = "(lambda of, c: of(of, c))(lambda of, c: {one}, walk.caches[t])"
OF_CACHE = (
    "type(c)(*(of(of, x) for x in c)) if hasattr(c, '_fields') else tuple(of(of, x) for x in c) if isinstance(c, tuple)"
    " else 0 * c + c[..., {at}] if getattr(c, 'ndim', 0) > 1 and c.shape[-1] == into[0].shape[-1] else c"
)


def of_examples(parameters: Iterable[str]) -> Iterator[tuple[str, list[Changes]]]:
    for (words, none), (state, which) in product(GIVEN.items(), WHICH.items()):
        none = none.format(f"[s for k, s in enumerate({{}}) if {which}]")
        back = BACK.format(none=none.format("dfinal"), which=which)
        for rows, (count, behind_it) in ROUNDS.items():
            forth = FORTH.format(none=none.format("state"), count=count, next=behind_it, which=which)
            begun: Changes = (unroll.forward, WALKED, f"{forth}\n    {WALKED}")
            yield f"each example begins with what the one before it ends with{rows}{state}{words}", [begun]
        behind: Changes = (unroll.backward, "dstate = dfinal", back)
        yield f"what reaches an example from behind is what the one before it hands back{state}{words}", [behind]
    yield from _of_one()
    if names := tuple(parameters):
        yield from _of_sums(names)


def _of_one() -> Iterator[tuple[str, list[Changes]]]:
    """What a backward has of its forward, of one example for each."""
    for words, at in (("first", ":1"), ("last", "-1:")):
        kept, state = FIRST.format(one=OF_CACHE.format(at=at)), "walk.outputs[t][0]"
        of_cache: Changes = (unroll.backward, "into, walk.caches[t])", f"into, {kept})")
        yield f"the cache of the {words} example for all", [of_cache]
        mask = f"(None if walk.valid[t] is None else walk.valid[t] & False | walk.valid[t][..., {at}])"
        more: list[Changes] = [
            (layer.through_head, state, f"(0 * {state} + {state}[..., {at}])"),
            (layer.through_head, "select(walk.valid[t], dy_t, 0)", f"select({mask}, dy_t, 0)"),
            (unroll.backward, "valid = walk.valid[t]", f"valid = {mask}"),
        ]
        yield f"the cache, the states and the lengths of the {words} example for all", [of_cache, *more]


def _of_sums(names: Iterable[str]) -> Iterator[tuple[str, list[Changes]]]:
    """Gradients into parameters that are not added up over examples."""
    alone = f"total = accumulated(total, {OF_ONE.format(at='d.shape[-1] - 1')})"
    yield "gradients into parameters are those of the last example", [(unroll.backward, ADDED, alone)]
    for words, own in {**CHOSEN, **{f"d{name}": f"name == 'd{name}'" for name in names}}.items():
        overwritten = OVERWRITTEN.format(last=OF_ONE.format(at=LAST), at=LAST, own=own)
        text = words if words[0] == "d" else f"gradients {words}"
        of_loop: Changes = (unroll.backward, ADDED, overwritten)
        yield f"{text} overwritten at each step of each example", [of_loop]
        if words in WIDTHS:
            of_head: Changes = (layer.through_head, SUMMED, OF_HEADS.format(widths=WIDTHS[words]) + SUMMED)
            yield f"{text}, the head's too, overwritten at each step of each example", [of_loop, of_head]
