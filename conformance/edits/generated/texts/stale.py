"""Texts of a buffer that is not cleared: where an example does not have a step, what came to a step before stands there."""

from collections.abc import Iterator
from itertools import product

from rnnspec.reference import unroll

from .steps import INTO, Changes

WHICH = {"gradients": "True", "the first gradient": "k == 0", "gradients but the first": "k"}
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
