"""Texts of which way a run goes through time: of one loop alone, or of what it reads and writes of a step, and not of what it kept there."""

from collections.abc import Iterator
from itertools import product

from rnnspec.reference import unroll

from .masks import OF_INPUTS
from .steps import HANDED_ON, OF_A_FORWARD, ONE_TO_ONE, OUTPUTS, STEPS, Changes

ORDER = "order = range(T_x)[::-1] if reverse else range(T_x)"
WALK = "return Walk(outputs, caches, state, order, valid)"
RIGHT = ORDER.removeprefix("order = ")
OTHERWISE = {
    "a reversed run goes forth": "range(T_x)",
    "a run that is not reversed goes backwards": "range(T_x)[::-1]",
    "each run goes the other way": "range(T_x) if reverse else range(T_x)[::-1]",
}
ALONE = {"the run goes backwards": "range(T_x)[::-1]"}  # where none is reversed
BY_PLACE = f"[caches[t] for _, t in sorted(zip({RIGHT}, order, strict=True))]"  # the first taken with the first to take
BACKWARDS = {
    "": WALK,
    "; its backward goes as it should": f"return Walk(outputs, caches, state, {RIGHT}, valid)",
    "; its backward goes as it should, by what was kept in that order": f"return Walk(outputs, {BY_PLACE}, state, {RIGHT}, valid)",
}
MASKED = "valid = walk.valid[t]"
READ, WRITTEN = "doutputs[t]", "dinputs[t], dprevious"
TURNED = OF_INPUTS.replace("x[t]", "x[T_x - 1 - t if reverse else t]")


def of_directions(is_reversed: bool) -> Iterator[tuple[str, list[Changes]]]:
    """Of an operation that has reversed runs, or none."""
    for (words, order), (back, walk) in product((OTHERWISE if is_reversed else ALONE).items(), BACKWARDS.items()):
        kept: list[Changes] = [(unroll.forward, WALK, walk)] if walk != WALK else []
        yield f"{words}{back}", [(unroll.forward, RIGHT, order), *kept]
    if is_reversed:
        forth: Changes = (unroll.forward, RIGHT, OTHERWISE["a reversed run goes forth"])
        words = "a reversed run has its inputs turned round, and nothing else"
        yield words, [forth, (unroll.forward, OF_INPUTS, TURNED)]
    for words in ONE_TO_ONE:
        yield from _of_another_step(words)


def _of_another_step(words: str) -> Iterator[tuple[str, list[Changes]]]:
    """What is read and what is written in the place of another step, with its mask or with that of the step."""
    back = STEPS[words].format(T="len(doutputs)")
    forth = OF_A_FORWARD.get(words, STEPS[words]).format(T="T_x")
    masked: Changes = (unroll.backward, MASKED, f"valid = walk.valid[{back}]")
    given: Changes = (unroll.backward, READ, f"doutputs[{back}]")
    written: Changes = (unroll.backward, WRITTEN, f"dinputs[{back}], dprevious")
    of_it = f"of {words}, not of t"
    yield f"the gradients into outputs and inputs {of_it}", [given, written]
    yield f"the gradients into outputs and inputs, and the mask, {of_it}, in the backward", [given, written, masked]
    yield f"the gradients into outputs, and the mask, {of_it}, in the backward", [given, masked]
    taken, own, carried = (
        (unroll.forward, text, text.replace("[t]", f"[{forth}]")) for text in (OF_INPUTS, OUTPUTS, HANDED_ON)
    )
    yield f"inputs and outputs {of_it}, with their masks", [taken, own]
    yield f"inputs and outputs {of_it}, with their masks and that of states", [taken, own, carried]
