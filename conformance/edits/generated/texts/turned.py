"""Texts of masks that are turned round: what is done where an example does not have the step, or has none for long, and not where it has it."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from rnnspec.reference import unroll

from .masks import OF_INPUTS, READ
from .steps import HANDED_BACK, HANDED_ON, INTO, OUTPUTS, UNTOLD, Changes

STAYING = {
    "each state stays as": "True",
    "the first state stays as": "k == 0",
    "each state but the first stays as": "k",
}
INVERTED = {"the step": "np.zeros(state[0].shape[-1], bool)", "the step, if there are lengths": "None"}


def of_inverted() -> Iterator[tuple[str, list[Changes]]]:
    """A state that is kept where it should be another one, of a mask that is there with lengths, or always, or in every step."""
    untold: Changes = (unroll.forward, OUTPUTS, UNTOLD)
    for (words, without), (which, own) in product(INVERTED.items(), STAYING.items()):
        mask = f"({without} if valid[t] is None else ~valid[t])"
        each = f"tuple(select({mask} if {own} else valid[t], s, b) for k, (s, b) in enumerate(zip(state_t, state)))"
        inverted = HANDED_ON.replace("carried(valid[t], state_t, state)", each)
        said = f"{which} it was where an example has {words}, and is another behind its length"
        yield said, [(unroll.forward, HANDED_ON, inverted)]
        told = f"{inverted}\n        {OUTPUTS.replace('in new', 'in state')}"
        yield f"{said}, and told so", [untold, (unroll.forward, HANDED_ON, told)]
    yield "each output 0", [(unroll.forward, OUTPUTS, OUTPUTS.replace("select(valid[t], o, 0)", "0 * o"))]
    beyond = "0 * o if valid[t] is None else select(~valid[t], o, 0)"
    swapped: Changes = (unroll.forward, OUTPUTS, OUTPUTS.replace("select(valid[t], o, 0)", beyond))
    words = "outputs 0 where an example has the step, and beyond the lengths what the step makes of the padding"
    yield words, [swapped, READ]
    yield (
        "no state is updated, and what it was is told",
        [untold, (unroll.forward, HANDED_ON, OUTPUTS.replace("in new", "in state[: len(new)]"))],
    )


LOOPS = (("state", "valid[t]"), ("dstate", "valid"))  # what they carry, and by which mask
NONE = "np.zeros({}[0].shape[-1], bool)"
EXCEPT = {"": "{none}", ", if there are lengths": "None"}  # what stands where none are given
INVERSE = "~valid[t]"
BEYOND = {  # by a mask of the forward, by one of the backward
    "t >= its length": (INVERSE, "~walk.valid[t]"),
    "t > its length": ("t > lengths", "~walk.valid[t - 1] if t else walk.valid[t] & False"),
}
FORTH = {
    "inputs are read": (OF_INPUTS, "valid[t]"),
    "outputs are told": (OUTPUTS, "valid[t]"),
}
BACK = {"gradients reach a step": (INTO, "valid")}
STATES = {
    "states are updated": "True",
    "the first state is updated": "k == 0",
    "states but the first are updated": "k",
}
GRADIENTS = {
    "gradients are handed on by a step": "True",
    "the first gradient is handed on by a step": "k == 0",
    "gradients but the first are handed on by a step": "k",
}


def of_turned(is_ragged: bool, has_lengths: bool) -> Iterator[tuple[str, list[Changes]]]:
    """One use of the mask, or all of a loop, where an example does not have the step alone: in a call with lengths, or with none."""
    beyond, exceptions = [*BEYOND.items()][: 1 + has_lengths], [*EXCEPT.items()][: 1 + is_ragged]
    for (when, (forth, back)), (which, none) in product(beyond, exceptions):
        ahead, behind = (f"({none.format(none=NONE.format(s))} if {v} is None else {{}})" for s, v in LOOPS)
        where = f" where {when} alone{which}"
        for words, changes in _of_loop(unroll.forward, FORTH, STATES, HANDED_ON, ahead.format(forth), where):
            if forth != INVERSE or len(changes) > 1 or changes[0][1] != HANDED_ON:  # which stay as they were
                yield words, changes
        yield from _of_loop(unroll.backward, BACK, GRADIENTS, HANDED_BACK, behind.format(back), where)


def _of_loop(
    loop: Any, uses: dict[str, tuple[str, str]], states: dict[str, str], carried: str, mask: str, where: str
) -> Iterator[tuple[str, list[Changes]]]:
    every: dict[str, Changes] = {words: (loop, text, text.replace(own, mask)) for words, (text, own) in uses.items()}
    valid, new, old = carried[carried.index("(") + 1 : -1].split(", ")
    for words, own in states.items():
        each = f"tuple(select({mask} if {own} else {valid}, s, b) for k, (s, b) in enumerate(zip({new}, {old})))"
        change: Changes = (loop, carried, f"{old} = {each}")
        yield f"{words}{where}", [change]
        if own == "True":
            every |= {words: change}
    for words in uses:
        yield f"{words}{where}", [every[words]]
    yield f"{', '.join(every)}{where}", [*every.values()]
