"""The steps that are computed at once, where a project works in chunks that have to divide the sequence."""

from ...candidate import Unsupported
from .kernel import Tensors

PADDED = (1, 2, 4, 16, 64)  # what is declared of what works in any, and in 64 where it is not asked


def divided(most: int) -> tuple[int, ...]:
    """What is declared of the longest that divides, and of what divides the 65 steps on which chunks are tried."""
    return 1, 5, 13, most


def dividing(given: Tensors, steps: int, most: int) -> int:
    """The chunk that is asked for, else the longest that divides the sequence. Raises Unsupported for one that does not."""
    chunk = int(given.get("chunk") or next(n for n in range(min(steps, most) or most, 0, -1) if steps % n == 0))
    if steps % chunk:
        raise Unsupported(f"{steps} steps are no multiple of {chunk}")
    return chunk


def padded(given: Tensors) -> int:
    """The chunk that is asked for, else 64: what pads its sequences works in any."""
    return int(given.get("chunk", 64))
