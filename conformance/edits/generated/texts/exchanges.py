"""Texts of states, or of gradients into them, in each other's place: as they are handed on, or as they reach a step."""

from collections.abc import Iterator, Sequence
from itertools import permutations

from rnnspec.reference import layer, unroll

from .steps import HANDED_BACK, HANDED_ON, INTO, OUTPUTS, PREDICTED, Changes


def of_exchanges() -> Iterator[tuple[str, list[Changes]]]:
    """States in each other's place as they leave a step."""
    forth: Changes = (unroll.forward, HANDED_ON, HANDED_ON.replace("state_t", "state_t[::-1]"))
    outputs: Changes = (unroll.forward, OUTPUTS, OUTPUTS.replace("in new", "in new[::-1]"))
    head: list[Changes] = [
        (layer._forward, PREDICTED, PREDICTED.replace("s[0]", "s[-1]")),
        (layer.through_head, "walk.outputs[t][0]", "walk.outputs[t][-1]"),
    ]
    yield "states exchanged as they are handed on", [forth]
    yield "states exchanged as they leave a step", [forth, outputs]
    yield "states exchanged as they leave a step, behind the head", [forth, outputs, *head]
    back = (unroll.backward, HANDED_BACK, HANDED_BACK.replace("dprevious", "dprevious[::-1]"))
    into = (unroll.backward, INTO, f"{INTO}[::-1]")
    for words, changes in {
        "are handed back": [back],
        "reach a step, and as they are handed back": [into, back],
    }.items():
        yield f"gradients exchanged as they {words}", changes


def of_others(states: Sequence[str]) -> Iterator[tuple[str, list[Changes]]]:
    """One state, or the gradient into one, in the place of another as it leaves a step."""
    for (one, own), (two, other) in permutations(enumerate(states), 2):
        instead = f"tuple({{0}}[{two} if k == {one} else k] for k in range(len({{0}})))"
        forth = HANDED_ON.replace("state_t", instead.format("state_t"))
        back = HANDED_BACK.replace("dprevious", instead.format("dprevious"))
        yield f"{other}_next in the place of {own}_next, handed on", [(unroll.forward, HANDED_ON, forth)]
        yield f"d{other}_prev in the place of d{own}_prev, handed back", [(unroll.backward, HANDED_BACK, back)]
