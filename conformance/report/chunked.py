"""What the chunks that a candidate declares are worth to it: its errors with and without what they may lose."""

from collections.abc import Sequence

from ..run.outcome import Ending, Outcome
from .wording import number


def of_chunks(outcomes: Sequence[Outcome], chunks: Sequence[int]) -> list[str]:
    """A line, where a case was judged by a budget that allows for chunks."""
    verdicts = [(o.id, v) for o in outcomes if o.outcome is Ending.PASS for v in o.verdicts.values()]
    passing = [(v.stepwise, v.worst or 0.0, id) for id, v in verdicts if v.stepwise is not None]
    if not passing:
        return []
    stepwise, worst, id = max(passing)
    by_it = sorted({id for stepwise, _, id in passing if stepwise > 1})
    sizes = ", ".join(map(str, chunks))
    line = f"declared chunks of {sizes}: {id} is at {number(worst)} of its budget, at {number(stepwise)} without what they may lose"
    return [f"{line}; by that alone pass {', '.join(by_it)}" if by_it else line]
