"""Texts of a buffer that is not cleared: where an example does not have a step, what came to a step before stands there; or what all steps hand back
is added up in it.
"""

from collections.abc import Iterator
from itertools import product

from rnnspec.reference import unroll

from .steps import HANDED_BACK, INTO, Changes

WHICH = {"gradients": "True", "the first gradient": "k == 0", "gradients but the first": "k > 0"}
BEFORE = {
    "that reached the step behind": "into",
    "that the step behind handed back": "dprevious",
}  # as they are walked back
LEFT = """arrived = cell.arriving(doutputs[t], dstate)
        stale = arrived if t == walk.order[-1] else {before}
        into = tuple(select(valid, d, s if t != walk.order[-1] and ({own}) else 0) for k, (d, s) in enumerate(zip(arrived, stale)))"""


def of_stale() -> Iterator[tuple[str, list[Changes]]]:
    for (words, own), (which, before) in product(WHICH.items(), BEFORE.items()):
        of = f"{words} {which}, where an example does not have the step"
        yield of, [(unroll.backward, INTO, LEFT.format(own=own, before=before))]


ADDED_UP = """handed = tuple(p + b * ({own}) for k, (p, b) in enumerate(zip(dprevious, behind, strict=True)))
        dstate = carried(valid, handed, dstate)
        behind = {behind}"""
INPUTS = """before = [None if d is None else d + (0 if b is None else b) for d, b in zip(dinputs[t], before or [None] * len(dinputs[t]))]
        dinputs[t] = tuple(None if b is None else select(valid, b, 0) for b in before)
        """
BEHIND = {"": "carried(valid, handed, behind)", ", but of an example that ends early with it": "dstate"}


def of_added_up(is_ragged: bool) -> Iterator[tuple[str, list[Changes]]]:
    """From 0 on, which the padding fills, or not."""
    begun: Changes = (unroll.backward, "dstate = dfinal", "dstate = dfinal\n    behind = tuple(0 * d for d in dfinal)")
    for (words, own), (early, behind) in product(WHICH.items(), [*BEHIND.items()][: 1 + is_ragged]):
        of = f"that steps hand back added up over the steps, without that into the last state{early}"
        handed = ADDED_UP.format(own=own, behind=behind)
        yield f"{words} {of}", [begun, (unroll.backward, HANDED_BACK, handed)]
        both = (unroll.backward, begun[1], f"{begun[2]}\n    before = []")
        yield f"{words} and those into inputs, {of}", [both, (unroll.backward, HANDED_BACK, f"{INPUTS}{handed}")]
