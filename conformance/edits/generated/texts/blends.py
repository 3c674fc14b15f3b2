"""Masks as arithmetic: people write `new * m + old * (1 - m)` where the loop chooses, and each place of that may be mistaken."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from rnnspec.reference import layer, unroll

from ..making.writings import Tree, one_place, text, value
from .heads import GIVEN
from .masks import MASKED as MASKED_STATES
from .masks import PADDED, STATES
from .steps import HANDED_BACK, HANDED_ON, INTO, OUTPUTS, PREDICTED, Changes

MASKED: Tree = ("*", "new", "m")
BLENDED: tuple[Tree, ...] = (
    ("+", MASKED, ("*", "old", ("-", 1, "m"))),
    ("+", "old", ("*", "m", ("-", "new", "old"))),
)
ADDED: Tree = ("+", "new", ("*", "old", ("-", 1, "m")))  # of a gradient that is 0 beyond the lengths
LETTERS = {letter: letter for letter in ("new", "old", "m")}
THERE, BEYOND = ({"new": 2.7, "old": 5.3, "m": m} for m in (1.0, 0.0))
OF_M = ", m the mask of those that have the step"
UNLIKELY = ("2 *", "/ 2")  # factors, of what is chosen
CHOSEN = "lambda new, old, v: select(v, new, old)"


def of_blends(is_ragged: bool, states: Sequence[str], outputs: Sequence[str]) -> Iterator[tuple[str, list[Changes]]]:
    """Those that show without lengths, made always; or all, made where there are lengths. Of what is carried and of what a step gives."""
    masked, blended, added = (_mistakes(is_ragged, *trees) for trees in ((MASKED,), BLENDED, (ADDED,)))
    for name, own in _which(states):
        of = f"{name}{{}} is {{}}, not new * m + old * (1 - m){OF_M}"
        for form, blend in blended.items():
            of_each = _of_each(blend, own, "state_t", "valid[t]", "state")
            yield of.format(" handed on", form), [(unroll.forward, HANDED_ON, f"state = {of_each}")]
        for form, blend in {**blended, **added}.items():
            of_each = _of_each(blend, own, "dprevious", "valid", "dstate")
            yield of.format("'s gradient handed back", form), [(unroll.backward, HANDED_BACK, f"dstate = {of_each}")]
        of = f"{name}{{}} is {{}}, not new * m{OF_M}"
        for form, mask in masked.items():
            into = _of_each(mask, own, "cell.arriving(doutputs[t], dstate)", "valid")
            yield of.format("'s gradient at a step", form), [(unroll.backward, INTO, f"into = {into}")]
    for (name, own), (form, mask) in product(_which(outputs), masked.items()):
        of = f"{name}{{}} is {form}, not new * m{OF_M}"
        given = _of_each(mask, own, "new", "valid[t]")
        yield of.format(" as a step gives it"), [(unroll.forward, OUTPUTS, f"outputs[t] = {given}")]
        yield of.format(" returned"), _told(_of_each(mask, own, "s", "v"))
    yield from _of_one(states)
    for form, mask in masked.items():
        predicted = PREDICTED.replace("select(v, ", f"({mask})(").replace(", 0)", ", 0, v)")
        head: Changes = (layer._forward, PREDICTED, predicted)
        yield f"what is predicted is {form}, not new * m{OF_M}", [head]
        padded = [*PADDED["what the step gives"], MASKED_STATES, head]
        yield f"what is predicted of all that steps give is {form}, not new * m{OF_M}", padded
        given = f"({mask})(dy_t, 0, walk.valid[t])"
        yield f"dy is {form}, not new * m{OF_M}", [(layer.through_head, GIVEN, given)]


def _of_one(states: Sequence[str]) -> Iterator[tuple[str, list[Changes]]]:
    """Of more than two states one of the others: the first, and all others, are told above."""
    for k, name in enumerate(states[1:] if len(states) > 2 else (), 1):
        without = f"dstate = tuple(0 * d if k == {k} else d for k, d in enumerate(carried(valid, dprevious, dstate)))"
        yield f"{name}'s gradient handed back is 0, beyond the lengths, too", [(unroll.backward, HANDED_BACK, without)]


def _which(states: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is meant, and where k is its place."""
    yield states[0] if len(states) == 1 else "each state", "True"
    if len(states) > 1:
        yield states[0], "k == 0"
        yield ", ".join(states[1:]), "k > 0"


def _mistakes(is_ragged: bool, *trees: Tree) -> dict[str, str]:
    """What differs from these, which are the same where an example has the step: in words, and as a function."""
    with np.errstate(all="ignore"):
        right = value(trees[0], THERE)
        known = ((text(tree, LETTERS), value(tree, THERE), value(tree, BEYOND)) for tree in one_place(*trees))
        finite = [(form, own) for form, own, beyond in known if np.isfinite(own) and np.isfinite(beyond)]
    shown = [form for form, own in finite if (is_ragged or own != right) and not any(map(form.count, UNLIKELY))]
    if is_ragged:
        return {form: f"lambda new, old, v: new if v is None else (lambda m: {form})(1 * v)" for form in shown}
    return {form: f"lambda new, old, v: (lambda m: {form})(1 if v is None else 1 * v)" for form in shown}


def _of_each(function: str, own: str, new: str, valid: str, old: str = "") -> str:
    """Of these a function in the place of what is chosen, in those places that are meant."""
    pairs = f"zip({new}, {old}, strict=True)" if old else f"((s, 0) for s in {new})"
    return f"tuple((({function}) if {own} else ({CHOSEN}))(*pair, {valid}) for k, pair in enumerate({pairs}))"


def _told(of_each: str) -> list[Changes]:
    """Of what the steps gave, of which the head is asked, too."""
    told = f"collected(family, [{of_each} for v, s in zip(walk.valid, walk.outputs, strict=True)])"
    return [(unroll.forward, OUTPUTS, "outputs[t] = new"), (layer._forward, STATES, told)]
