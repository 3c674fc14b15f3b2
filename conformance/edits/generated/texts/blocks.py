"""Texts of a backward that has the state of now and then and makes the steps of a block again, as kernels with checkpoints do: from another state."""

from collections.abc import Iterator
from itertools import product

from rnnspec.reference import unroll

from .steps import ENDED, HANDED_ON, Changes

BLOCKS = (4, 8, 16, 2)
BEGUN = "caches: list[Any] = [None] * T_x"
LEAVING = "carried(valid[{t}], cell.step(givens[{t}], before[{t}], parameters)[1], before[{t}])"
FROM = {  # block: its steps, in the order of the run, of which it is the k-th
    "as it leaves the block's first step": LEAVING.format(t="block[0]"),
    "of the block before, at the first that of the first": "before[walked[max(k - n, 0)]]",
    "of the block behind, at the last the last one": "before[walked[k + n]] if k + n < T_x else state",
    "of the run's beginning": "before[walked[0]]",
    "of the run's end": "state",
    "0": "tuple(0 * s for s in state)",
}
AGAIN = """walked, n = [*order], {n}
    for k in range(0, T_x, n):
        block = walked[k : k + n]
        again = {state}
        for t in block:
            _, made, caches[t] = cell.step(givens[t], again, parameters)
            again = carried(valid[t], made, again)
    """


def of_blocks() -> Iterator[tuple[str, list[Changes]]]:
    for n, (words, state) in product(BLOCKS, FROM.items()):
        yield (
            f"each block of {n} steps is made again for the backward from the state {words}",
            [
                (unroll.forward, BEGUN, f"{BEGUN}\n    before, givens = {{}}, {{}}"),
                (unroll.forward, HANDED_ON, f"before[t], givens[t] = state, given\n        {HANDED_ON}"),
                (unroll.forward, ENDED, f"{AGAIN.format(n=n, state=state)}{ENDED}"),
            ],
        )
