"""Texts of a step as loops over its units or examples have it: loops that begin at the second or end one early, and one that goes unit by unit in
the buffer that it reads.
"""

from collections.abc import Iterator
from itertools import product

from rnnspec.reference import layer, unroll
from rnnspec.reference.family import Family

from .steps import OF_HEAD, Changes, of_kept

STEPPED = "new, intermediates = self.forward(*given, state, parameters)"
BACK = "*dgiven, dprevious, gradients = self.backward(into, cache.intermediates, cache.parameters)"
OF_STATE = 'predicted(family, state[0], given["parameters"])'
OF_CELL = f"return (*state, {OF_STATE}, cache)"
COLLECTED = "collected(family, walk.outputs)"
SEEN = "walk.outputs[t][0]"
VALID = "valid = walk.valid[t]"
HEAD_BACK = "return W.T @ dlogits, dlogits @ a.T, column_sum(dlogits)"
LEFT_OUT = {  # which entries of z, an array of a state, are of others
    f"the {which} {what}": f"(np.arange({{z}}.shape[{axis}]) != {place.format(f'{{z}}.shape[{axis}]')}){turned}"
    for (what, axis, turned), (which, place) in product(
        (("unit", 0, "[:, None]"), ("example", -1, "")), (("first", "0"), ("last", "{} - 1"))
    )
}
# which array v of what a step keeps it makes itself, and which it may write besides
MAKES = "np.shape(v) == np.shape(new[0]) and not any(v is one for one in (*given, *state))"
WRITES = "np.shape(v)[-1:] == np.shape(new[0])[-1:] and not any(v is one for one in given)"
IN_PLACE = """was, made = state, new
    for k in range(len(new[0])):
        own = self.forward(*given, was, parameters)[0]
        was = tuple(np.where(np.arange(len(w))[:, None] == k, o, w) for o, w in zip(own, was, strict=True))
    new = was"""
HANDED = {  # of what is left out what is handed back besides
    "": "0",
    ", the gradient into each state handed on as it came": "1",
    ", the gradients into states but the first handed on as they came": "(k > 0)",
}


def of_units() -> Iterator[tuple[str, list[Changes]]]:
    for words, left_out in LEFT_OUT.items():
        yield from _forward(words, left_out)
        kept = left_out.format(z="a")
        of_sums = f"column_sum(dlogits * {kept})" if "example" in words else "column_sum(dlogits)"
        left = f"return {kept} * (W.T @ dlogits), dlogits @ ({kept} * a).T, {of_sums}"
        of_head: Changes = (unroll.head_backward, HEAD_BACK, left)
        yield f"{words} is not taken in the head's backward", [of_head]
        yield from _backward(words, left_out)
        if "example" in words:
            valid = f"{left_out.format(z='dstate[0]')} & (True if walk.valid[t] is None else walk.valid[t])"
            of_loop: Changes = (unroll.backward, VALID, f"valid = {valid}")
            yield f"{words} is not taken in the backward's loop", [of_loop]
            yield f"{words} is not taken in the backward's loop, nor in the head's", [of_loop, of_head]
    kept = of_kept("next((w for w, m in zip(was, made) if v is m), v)", "intermediates")
    in_place = f"{STEPPED}\n    {IN_PLACE}\n    intermediates = {kept}"
    yield "states are overwritten unit by unit, while others are made of them", [(Family.step, STEPPED, in_place)]


def _forward(words: str, left_out: str) -> Iterator[tuple[str, list[Changes]]]:
    """What is left out stays as it was, and is told so, or as 0; of that a step keeps 0."""
    own = f"tuple(np.where({left_out.format(z='s')}, s, was) for s, was in zip(new, state, strict=True))"
    is_left = WRITES if "example" in words else MAKES
    kept = of_kept(f"v * {left_out.format(z='v')} if {is_left} else v", "intermediates")
    stepped = f"{STEPPED}\n    intermediates = {kept}\n    new = {own}"
    taken: Changes = (Family.step, STEPPED, stepped)
    yield f"{words} is not taken in a step", [taken]
    of_array = left_out.replace("np.", "unroll.np.")
    zero = f"s * {of_array.format(z='s')}"
    of_all: Changes = (
        layer._forward,
        COLLECTED,
        COLLECTED.replace("walk.outputs", f"[tuple({zero} for s in o) for o in walk.outputs]"),
    )
    of_head: Changes = (layer.through_head, SEEN, f"(lambda s: {zero})({SEEN})")
    told = OF_CELL.replace("*state", f"*({zero} for s in state)")
    of_cell: Changes = (layer._cell_forward, OF_CELL, told)
    yield f"{words} is not taken in a step, and told and kept as 0", [taken, of_cell, of_all, of_head]
    if "example" in words:
        told = told.replace(OF_STATE, f"{OF_STATE} * {of_array.format(z='state[0]')}")
        of_cell = (layer._cell_forward, OF_CELL, told)
        none: Changes = (layer._forward, OF_HEAD, f"{OF_HEAD} * {of_array.format(z='s[0]')}")
        skipped = [taken, of_cell, of_all, of_head, none]
        yield f"{words} is neither taken in a step nor predicted from, and told and kept as 0", skipped


def _backward(words: str, left_out: str) -> Iterator[tuple[str, list[Changes]]]:
    kept = left_out.format(z="d")
    for which, own in HANDED.items():
        more = f"tuple(p + {own} * d * ~{kept} for k, (p, d) in enumerate(zip(dprevious, into, strict=True)))"
        left = f"{BACK.replace('(into,', f'(tuple(d * {kept} for d in into),')}\n    dprevious = {more}"
        yield f"{words} is not taken in a step of the backward{which}", [(Family.step_backward, BACK, left)]
